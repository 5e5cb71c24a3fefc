import BulwarkTensors
import RealModule

/// One operand to the power of the other with broadcasting (ONNX `Pow`).
public struct Power: Operator {
    /// A power.
    public init() {}

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// The base to the exponent; NaN for a negative base unless the exponent is a whole number.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Broadcasting.combine(inputs[0], inputs[1], shape, Self.power)
    }

    /// `y · x^(y - 1)` and `x^y · ln x` times the cotangent, summed over stretched axes.
    ///
    /// The latter is 0 where `x` is 0, as frameworks have it, and NaN where `x` is negative.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let shape = output.shape
        func gradient(_ index: Int, _ slope: (Float, Float) -> Float) -> Tensor? {
            guard needed[index] else { return nil }
            let slopes = Broadcasting.combine(inputs[0], inputs[1], shape, slope)
            return Broadcasting.reduce(slopes * cotangent, to: inputs[index].shape)
        }
        return [
            gradient(0) { x, y in y == 0 ? 0 : y * Self.power(x, y - 1) },
            gradient(1) { x, y in x == 0 ? 0 : Self.power(x, y) * .log(x) },
        ]
    }

    static func power(_ base: Float, _ exponent: Float) -> Float {
        // The library's general power has no negative bases; its integer power does.
        if let whole = Int(exactly: exponent), abs(exponent) < 0x1p24 { return .pow(base, whole) }
        return .pow(base, exponent)
    }

    /// `Pow`.
    public var onnx: ONNXForm { ONNXForm("Pow") }
}
