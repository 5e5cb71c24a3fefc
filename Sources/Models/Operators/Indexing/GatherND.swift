import BulwarkTensors

/// Slices of the data whose first coordinates are the last axis of the indices (ONNX `GatherND`).
///
/// Inputs: the data and the indices `[…, k]`. An index outside its axis gives NaN.
public struct GatherND: GatheringOperator {
    /// How many first axes data and indices share.
    public let batchAxes: Int

    /// A selection of slices.
    public init(batchAxes: Int = 0) { self.batchAxes = batchAxes }

    /// The indices' shape without its last axis, and then the axes of the data that no index names.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        let depth = try IndexTuples.depth(data: inputs[0], indices: inputs[1], batchAxes: batchAxes)
        return SymbolicShape(inputs[1].dimensions.dropLast() + inputs[0].dimensions[(batchAxes + depth)...])
    }

    func origins(data: Shape, indices: Tensor, output: Shape) -> [Int] {
        IndexTuples.positions(data: data, indices: indices, batchAxes: batchAxes)
    }

    /// `GatherND`.
    public var onnx: ONNXForm {
        ONNXForm("GatherND", ["batch_dims": .int(batchAxes)], inputTypes: [1: .int64])
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try GatherND(batchAxes: node.int("batch_dims") ?? 0).lowered(node, into: &lowering)
    }
}
