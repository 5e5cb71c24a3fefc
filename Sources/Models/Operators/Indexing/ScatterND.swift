import BulwarkTensors

/// The data with slices written over, whose first coordinates are the last axis of the indices (ONNX
/// `ScatterND`).
///
/// Inputs: the data, the indices `[…, k]`, and the updates: one slice of the data for each of the indices'
/// tuples.
public struct ScatterND: ScatteringOperator {
    /// What happens where an update meets an element.
    public let reduction: ScatterReduction

    /// A writing of slices.
    public init(reduction: ScatterReduction = .none) { self.reduction = reduction }

    /// The shape of the data.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(3...3)
        let depth = try IndexTuples.depth(data: inputs[0], indices: inputs[1], batchAxes: 0)
        let slices = SymbolicShape(inputs[1].dimensions.dropLast() + inputs[0].dimensions[depth...])
        guard inputs[2] == slices else { throw .shapes("the updates have the shape \(slices)", inputs) }
        return inputs[0]
    }

    func targets(data: Shape, indices: Tensor, updates: Shape) -> [Int] {
        IndexTuples.positions(data: data, indices: indices, batchAxes: 0)
    }

    /// `ScatterND`.
    public var onnx: ONNXForm {
        ONNXForm("ScatterND", ["reduction": .string(reduction.rawValue)], inputTypes: [1: .int64])
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try ScatterND(reduction: reduction(of: node)).lowered(node, into: &lowering)
    }
}
