import BulwarkTensors

/// A new axis that is 1 at the coordinate an index names and 0 everywhere else (ONNX `OneHot` with its depth
/// known at import).
///
/// An index outside the axis gives only zeros.
public struct OneHot: Operator {
    /// Where the new axis stands in the result; negative from the end.
    public let axis: Int
    /// The extent of the new axis.
    public let depth: Int

    /// An axis of `depth` coordinates.
    public init(axis: Int = -1, depth: Int) {
        self.axis = axis
        self.depth = depth
    }

    /// The shape of the indices with the new axis.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard depth >= 0 else { throw .attribute(name: "depth", problem: "\(depth) is negative") }
        var result = inputs[0].dimensions
        result.insert(Dimension(constant: depth), at: try Axes.resolve(axis, rank: result.count + 1))
        return SymbolicShape(result)
    }

    /// 1 at the coordinates the indices name, 0 elsewhere.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let blocks = AxisBlocks(shape, axis: axis)
        let indices = inputs[0].elements
        return Tensor(shape) { target in
            for position in indices.indices {
                let coordinate = CarriedIndex.resolve(indices[position], extent: depth)
                guard coordinate >= 0 else { continue }
                let (block, run) = position.quotientAndRemainder(dividingBy: blocks.inner)
                target[(block * blocks.length + coordinate) * blocks.inner + run] = 1
            }
        }
    }

    /// Zero: coordinates move in steps.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Tensor(inputs[0].shape) : nil]
    }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }
    /// True.
    public var givesIntegers: Bool { true }

    /// `OneHot` with the values 0 and 1.
    public var onnx: ONNXForm {
        ONNXForm(
            "OneHot",
            ["axis": .int(axis)],
            trailing: [.int(depth), .floats([0, 1])],
            inputTypes: [0: .int64]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let depth = try node.optionalFloat(1), let number = Int(exactly: depth.rounded(.towardZero))
        else { throw node.error("input 1 is not a depth") }
        let values = try node.input(2)
        guard lowering.shape(of: values) == [2] else { throw node.error("input 2 is not two values") }
        let oneHot = OneHot(axis: try node.int("axis") ?? -1, depth: number)
        switch values {
        case .constant(let tensor) where tensor[0] == 0 && tensor[1] == 1:
            return [try lowering.emit(oneHot, node, inputs: [0])]
        case .integers(let array) where array.elements == [0, 1]:
            return [try lowering.emit(oneHot, node, inputs: [0])]
        default: break
        }
        // Any other two values are picked by what is 1 where the second one belongs.
        var steps = LoweringSteps(node, lowering)
        let mask = try steps.apply(oneHot, [node.input(0)])
        let off = try steps.apply(Gather(axis: 0, indices: [0]), [values])
        let on = try steps.apply(Gather(axis: 0, indices: [1]), [values])
        let result = try steps.finish(Where(), [mask, on, off])
        lowering = steps.lowering
        return [result]
    }
}
