import BulwarkTensors

/// An operator that applies one function of one number to every element.
public protocol PointwiseOperator: Operator {
    /// The function.
    func apply(_ x: Float) -> Float
    /// The function's derivative at `x`, where its value is `y`.
    func derivative(_ x: Float, _ y: Float) -> Float
}

extension PointwiseOperator {
    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        return inputs[0]
    }

    // Inlined, so that each operator's witness holds a loop of its own instead of a call an element.

    /// The function of every element.
    @inline(__always)
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor { inputs[0].map(apply) }

    /// The cotangent times the derivative, element by element.
    @inline(__always)
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (x, y, gradient) = (inputs[0].elements, output.elements, cotangent.elements)
        return [Tensor(output.shape, generating: { gradient[$0] * derivative(x[$0], y[$0]) })]
    }
}

extension [SymbolicShape] {
    /// - Throws: `OperatorError.inputCount` unless the number of inputs lies in `range`.
    func expectCount(_ range: ClosedRange<Int>) throws(OperatorError) {
        guard range.contains(count) else { throw .inputCount(expected: range, found: count) }
    }
}
