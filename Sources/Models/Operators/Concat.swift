import BulwarkTensors

/// Tensors joined along one axis (ONNX `Concat`).
public struct Concat: Operator {
    /// The axis; negative from the end.
    public let axis: Int

    /// A concatenation.
    public init(axis: Int) { self.axis = axis }

    /// The inputs' common shape, with the sum of their extents along the axis.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...Int.max)
        let axis = try Axes.resolve(axis, rank: inputs[0].rank)
        var result = inputs[0].dimensions
        for next in inputs.dropFirst() {
            guard next.rank == result.count,
                next.dimensions.indices.allSatisfy({ $0 == axis || next[$0] == result[$0] })
            else { throw .shapes("the extents differ outside axis \(axis)", inputs) }
            guard let sum = result[axis].adding(next[axis]) else {
                throw .shapes("the extents overflow", inputs)
            }
            result[axis] = sum
        }
        return SymbolicShape(result)
    }

    /// The inputs one after the other.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Tensor(shape) { target in
            forEachBlock(inputs.map(\.shape)) { input, range, position in
                target.copy(inputs[input].elements, range: range, to: position)
            }
        }
    }

    /// The parts of the cotangent.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        var gradients = inputs.indices.map { needed[$0] ? Tensor(inputs[$0].shape) : nil }
        let source = cotangent.elements
        forEachBlock(inputs.map(\.shape)) { input, range, position in
            gradients[input]?.mutate { target in
                target.copy(source, range: position..<position + range.count, to: range.lowerBound)
            }
        }
        return gradients
    }

    /// Visits the runs of neighbouring elements that stay together: of which input, where there, and where in
    /// the output.
    private func forEachBlock(
        _ shapes: [Shape],
        _ body: (_ input: Int, _ range: Range<Int>, _ position: Int) -> Void
    ) {
        let blocks = shapes.map { AxisBlocks($0, axis: axis) }
        var position = 0
        for outer in 0..<blocks[0].outer {
            for (input, block) in blocks.enumerated() {
                let size = block.length * block.inner
                body(input, outer * size..<(outer + 1) * size, position)
                position += size
            }
        }
    }

    /// `Concat`.
    public var onnx: ONNXForm { ONNXForm("Concat", ["axis": .int(axis)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let axis = try node.int("axis") else { throw node.error("attribute axis is missing") }
        let concat = Concat(axis: axis)
        var arrays: [IntegerArray] = []
        for case .integers(let array)? in node.inputs { arrays.append(array) }
        guard arrays.count == node.inputs.count, !arrays.isEmpty else {
            return [try lowering.emit(concat, node)]
        }
        let symbolic = try node.checked { () throws(OperatorError) in
            try concat.outputShape(for: arrays.map { SymbolicShape($0.shape) })
        }
        guard let shape = symbolic.fixed, shape.count <= IntegerFolding.maximumElements else {
            throw node.error("its integer result is too large")
        }
        var elements: [Dimension] = []
        concat.forEachBlock(arrays.map(\.shape)) { input, range, _ in
            elements += arrays[input].elements[range]
        }
        return [.integers(IntegerArray(shape: shape, elements: elements))]
    }
}
