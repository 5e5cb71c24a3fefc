import BulwarkTensors

/// The same elements with the axes in another order (ONNX `Transpose`).
public struct Transpose: Operator {
    /// For each axis of the output the axis of the input.
    public let permutation: [Int]

    /// A reordering of axes.
    public init(permutation: [Int]) { self.permutation = permutation }

    /// The input's extents in the new order.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard permutation.sorted() == Array(0..<inputs[0].rank) else {
            throw .attribute(name: "perm", problem: "does not name each of \(inputs[0].rank) axes once")
        }
        return SymbolicShape(permutation.map { inputs[0][$0] })
    }

    /// The elements in the new order.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Self.transpose(inputs[0], permutation, shape)
    }

    /// The cotangent in the order of the input.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        var inverse = permutation
        for (target, source) in permutation.enumerated() { inverse[source] = target }
        return [Self.transpose(cotangent, inverse, inputs[0].shape)]
    }

    private static func transpose(_ tensor: Tensor, _ permutation: [Int], _ shape: Shape) -> Tensor {
        let strides = tensor.shape.strides
        let index = Broadcasting.StridedIndex(strides: permutation.map { strides[$0] })
        let source = tensor.elements
        return Tensor(shape) { target in
            Broadcasting.forEachPair(index, index, shape) { position, one, _ in target[position] = source[one]
            }
        }
    }

    /// `Transpose`.
    public var onnx: ONNXForm { ONNXForm("Transpose", ["perm": .ints(permutation)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let rank = try lowering.shape(of: node.input(0)).rank
        let permutation = try node.ints("perm") ?? Array((0..<rank).reversed())
        return [try lowering.moving(Transpose(permutation: permutation), node.input(0), node)]
    }
}
