import BulwarkTensors

/// The data with each update written to the coordinate along one axis that an index names (ONNX
/// `ScatterElements`, and `Scatter` before it).
///
/// Inputs: the data, and the indices and updates of equal shape.
public struct ScatterElements: ScatteringOperator {
    /// The axis of the data; negative from the end.
    public let axis: Int
    /// What happens where an update meets an element.
    public let reduction: ScatterReduction

    /// A writing along an axis.
    public init(axis: Int = 0, reduction: ScatterReduction = .none) {
        self.axis = axis
        self.reduction = reduction
    }

    /// The shape of the data.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(3...3)
        guard inputs[1] == inputs[2] else { throw .shapes("there is one update for each index", inputs) }
        try ElementGrid.check(inputs[1], inside: inputs[0], axis: axis)
        return inputs[0]
    }

    func targets(data: Shape, indices: Tensor, updates: Shape) -> [Int] {
        ElementGrid.positions(data: data, indices: indices, axis: axis)
    }

    /// `ScatterElements`.
    public var onnx: ONNXForm {
        ONNXForm(
            "ScatterElements",
            ["axis": .int(axis), "reduction": .string(reduction.rawValue)],
            inputTypes: [1: .int64]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let axis = try node.int("axis") ?? 0
        return try ScatterElements(axis: axis, reduction: reduction(of: node)).lowered(node, into: &lowering)
    }
}
