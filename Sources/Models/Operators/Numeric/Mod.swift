import BulwarkTensors
import RealModule

/// What is left of a division, with broadcasting (ONNX `Mod`).
public struct Mod: Operator {
    /// Whether the quotient is rounded towards zero, as in C, so that the remainder has the sign of the
    /// dividend; else it is rounded down, and the remainder has the sign of the divisor.
    public let truncates: Bool
    /// Whether the operands are integers.
    public let givesIntegers: Bool

    /// A remainder.
    public init(truncates: Bool, givesIntegers: Bool = false) {
        self.truncates = truncates
        self.givesIntegers = givesIntegers
    }

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// `left - right · q`, for the rounded quotient `q`; NaN where the divisor is 0.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        if truncates {
            return Broadcasting.combine(inputs[0], inputs[1], shape) {
                $0.truncatingRemainder(dividingBy: $1)
            }
        }
        return Broadcasting.combine(inputs[0], inputs[1], shape) { left, right in
            let rest = left.truncatingRemainder(dividingBy: right)
            return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest
        }
    }

    /// The cotangent for the dividend, and minus the cotangent times the quotient for the divisor.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        var gradients: [Tensor?] = [
            needed[0] ? Broadcasting.reduce(cotangent, to: inputs[0].shape) : nil, nil,
        ]
        if needed[1] {
            let rounding: FloatingPointRoundingRule = truncates ? .towardZero : .down
            let quotients = Broadcasting.combine(inputs[0], inputs[1], output.shape) {
                ($0 / $1).rounded(rounding)
            }
            gradients[1] = Broadcasting.reduce(
                cotangent.combined(with: quotients) { -$0 * $1 },
                to: inputs[1].shape
            )
        }
        return gradients
    }

    /// `Mod`.
    public var onnx: ONNXForm {
        ONNXForm(
            "Mod",
            ["fmod": .int(truncates ? 1 : 0)],
            inputTypes: givesIntegers ? [0: .int64, 1: .int64] : [:],
            outputType: givesIntegers ? .int64 : .float32
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let truncates = try node.int("fmod") ?? 0 != 0
        let folded = try IntegerFolding.combine(node) { left, right in
            // A divisor that goes into the extent at every batch size leaves nothing.
            if left.fixed == nil { return left.divided(by: right) == nil ? nil : 0 }
            guard let left = left.fixed, let right = right.fixed, right != 0, right != -1 else {
                return right.fixed == -1 ? 0 : nil
            }
            let rest = left % right
            let isShifted = !truncates && rest != 0 && (rest < 0) != (right < 0)
            return Dimension(constant: isShifted ? rest + right : rest)
        }
        if let folded { return [folded] }
        let isInteger = node.inputType(0).isInteger
        guard truncates || isInteger else { throw node.error("divides floats, for which fmod has to be 1") }
        let mod = Mod(truncates: truncates, givesIntegers: isInteger)
        return [try lowering.emit(mod, node, inputs: [0, 1])]
    }
}
