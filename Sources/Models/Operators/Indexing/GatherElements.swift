import BulwarkTensors

/// For each place the element whose coordinate along one axis an index names (ONNX `GatherElements`).
///
/// Inputs: the data and the indices, of equal rank. An index outside the axis gives NaN.
public struct GatherElements: GatheringOperator {
    /// The axis of the data; negative from the end.
    public let axis: Int

    /// A selection along an axis.
    public init(axis: Int = 0) { self.axis = axis }

    /// The shape of the indices.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        try ElementGrid.check(inputs[1], inside: inputs[0], axis: axis)
        return inputs[1]
    }

    func origins(data: Shape, indices: Tensor, output: Shape) -> [Int] {
        ElementGrid.positions(data: data, indices: indices, axis: axis)
    }

    /// `GatherElements`.
    public var onnx: ONNXForm { ONNXForm("GatherElements", ["axis": .int(axis)], inputTypes: [1: .int64]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try GatherElements(axis: node.int("axis") ?? 0).lowered(node, into: &lowering)
    }
}
