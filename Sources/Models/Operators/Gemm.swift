import BulwarkTensors

/// `alpha · A · B + beta · C` for matrices, `A` and `B` perhaps transposed and `C` broadcast (ONNX `Gemm`).
public struct Gemm: Operator {
    /// The factor of the product.
    public let alpha: Float
    /// The factor of the third input.
    public let beta: Float
    /// Whether the first input is transposed before the product.
    public let transposesLeft: Bool
    /// Whether the second input is transposed before the product.
    public let transposesRight: Bool

    /// A matrix product with an optional sum.
    public init(
        alpha: Float = 1,
        beta: Float = 1,
        transposesLeft: Bool = false,
        transposesRight: Bool = false
    ) {
        self.alpha = alpha
        self.beta = beta
        self.transposesLeft = transposesLeft
        self.transposesRight = transposesRight
    }

    /// `[m, k] · [k, n] = [m, n]`, to which the third input has to broadcast.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...3)
        guard inputs[0].rank == 2, inputs[1].rank == 2 else {
            throw .shapes("both factors are matrices", inputs)
        }
        let left = transposesLeft ? inputs[0].dimensions.reversed() : inputs[0].dimensions
        let right = transposesRight ? inputs[1].dimensions.reversed() : inputs[1].dimensions
        guard left[1] == right[0] else { throw .shapes("the inner extents differ", inputs) }
        let result: SymbolicShape = [left[0], right[1]]
        if inputs.count == 3 {
            let common = try Broadcasting.shape(inputs[2], result)
            guard common == result else {
                throw .shapes("the summand does not broadcast to the product", inputs)
            }
        }
        return result
    }

    /// `alpha · A · B + beta · C`.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        var result = Tensor(shape)
        if inputs.count == 3 { result = Broadcasting.combine(result, inputs[2], shape) { $0 + beta * $1 } }
        result.mutate { target in
            MatrixProduct.add(left(inputs[0]), right(inputs[1]), scale: alpha, to: target)
        }
        return result
    }

    /// `alpha · G · Bᵀ`, `alpha · Aᵀ · G` and `beta · G` for the cotangent `G`, each in its input's own
    /// layout.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let gradient = MatrixView(cotangent.elements, rows: output.shape[0], columns: output.shape[1])
        let (left, right) = (left(inputs[0]), right(inputs[1]))
        func product(_ first: MatrixView, _ second: MatrixView, isTransposed: Bool, _ shape: Shape) -> Tensor
        {
            Tensor(shape) { target in
                if isTransposed {
                    MatrixProduct.add(second.transposed, first.transposed, scale: alpha, to: target)
                } else {
                    MatrixProduct.add(first, second, scale: alpha, to: target)
                }
            }
        }
        var gradients = [Tensor?](repeating: nil, count: inputs.count)
        if needed[0] {
            gradients[0] = product(gradient, right.transposed, isTransposed: transposesLeft, inputs[0].shape)
        }
        if needed[1] {
            gradients[1] = product(left.transposed, gradient, isTransposed: transposesRight, inputs[1].shape)
        }
        if inputs.count == 3, needed[2] {
            gradients[2] = beta * Broadcasting.reduce(cotangent, to: inputs[2].shape)
        }
        return gradients
    }

    private func left(_ tensor: Tensor) -> MatrixView { view(tensor, isTransposed: transposesLeft) }
    private func right(_ tensor: Tensor) -> MatrixView { view(tensor, isTransposed: transposesRight) }

    private func view(_ tensor: Tensor, isTransposed: Bool) -> MatrixView {
        let view = MatrixView(tensor.elements, rows: tensor.shape[0], columns: tensor.shape[1])
        return isTransposed ? view.transposed : view
    }

    /// `Gemm`.
    public var onnx: ONNXForm {
        ONNXForm(
            "Gemm",
            [
                "alpha": .float(alpha), "beta": .float(beta),
                "transA": .int(transposesLeft ? 1 : 0), "transB": .int(transposesRight ? 1 : 0),
            ]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let gemm = Gemm(
            alpha: try node.float("alpha") ?? 1,
            beta: try node.float("beta") ?? 1,
            transposesLeft: try node.int("transA") ?? 0 != 0,
            transposesRight: try node.int("transB") ?? 0 != 0
        )
        return [try lowering.emit(gemm, node, inputs: node.optionalInput(2) == nil ? [0, 1] : [0, 1, 2])]
    }
}
