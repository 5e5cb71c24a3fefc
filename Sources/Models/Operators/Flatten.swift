import BulwarkTensors

/// All axes before one as rows and the rest as columns (ONNX `Flatten`).
public struct Flatten: ReshapingOperator {
    /// The first axis that becomes part of the columns; negative from the end, and the rank for none.
    public let axis: Int

    /// A flattening.
    public init(axis: Int = 1) { self.axis = axis }

    /// The product of the extents before the axis, and of those from it on.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let shape = inputs[0]
        let split = axis == shape.rank ? axis : try Axes.resolve(axis, rank: shape.rank)
        let rows = SymbolicShape(Array(shape.dimensions[..<split])).count
        let columns = SymbolicShape(Array(shape.dimensions[split...])).count
        guard let rows, let columns else {
            throw .shapes("there are more elements than can be counted", inputs)
        }
        return [rows, columns]
    }

    /// `Flatten`.
    public var onnx: ONNXForm { ONNXForm("Flatten", ["axis": .int(axis)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try Flatten(axis: node.int("axis") ?? 1).lowered(node, into: &lowering)
    }
}
