import BulwarkTensors

/// The entries of one axis at indices computed when the model runs (ONNX `Gather`): the lookup in a table of
/// embeddings.
///
/// Inputs: the data and the indices, of any shape. An index outside the axis gives NaN.
public struct RuntimeGather: GatheringOperator {
    /// The axis of the data; negative from the end.
    public let axis: Int

    /// A selection along an axis.
    public init(axis: Int = 0) { self.axis = axis }

    /// The data's shape with the shape of the indices in place of the axis.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        let axis = try Axes.resolve(axis, rank: inputs[0].rank)
        let data = inputs[0].dimensions
        return SymbolicShape(data[..<axis] + inputs[1].dimensions + data[(axis + 1)...])
    }

    func origins(data: Shape, indices: Tensor, output: Shape) -> [Int] {
        let blocks = AxisBlocks(data, axis: axis)
        let picked = indices.elements.map { CarriedIndex.resolve($0, extent: blocks.length) }
        var origins: [Int] = []
        origins.reserveCapacity(output.count)
        for block in 0..<blocks.outer {
            for index in picked {
                let start = (block * blocks.length + index) * blocks.inner
                for run in 0..<blocks.inner { origins.append(index < 0 ? index : start + run) }
            }
        }
        return origins
    }

    /// `Gather`.
    public var onnx: ONNXForm { ONNXForm("Gather", ["axis": .int(axis)], inputTypes: [1: .int64]) }

    /// `Gather`: a list of coordinates where the indices are known at import, else this operator.
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        if case .integers(let indices) = try node.input(1), indices.fixed != nil {
            return try Gather.lower(node, into: &lowering)
        }
        return try RuntimeGather(axis: node.int("axis") ?? 0).lowered(node, into: &lowering)
    }
}
