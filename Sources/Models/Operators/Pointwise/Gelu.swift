import RealModule

/// An element times the probability that a standard normal variable lies below it (ONNX `Gelu`, opset 20).
///
/// Hendrycks and Gimpel, "Gaussian error linear units" (arXiv 1606.08415), section 2.
public struct Gelu: PointwiseOperator {
    /// Whether the distribution function is replaced by a formula with a hyperbolic tangent.
    public let isApproximate: Bool

    /// A unit, exact or with the hyperbolic tangent.
    public init(isApproximate: Bool = false) { self.isApproximate = isApproximate }

    /// `x · Φ(x)`, or `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
    public func apply(_ x: Float) -> Float {
        // The complementary error function keeps its digits where Φ is close to 0.
        isApproximate ? 0.5 * x * (1 + tangent(x)) : 0.5 * x * .erfc(-Self.rootOfHalf * x)
    }

    /// `Φ(x) + x · φ(x)`, or the derivative of the formula.
    public func derivative(_ x: Float, _ y: Float) -> Float {
        guard isApproximate else {
            let density = Self.densityAtZero * Float.exp(-0.5 * x * x)
            return 0.5 * .erfc(-Self.rootOfHalf * x) + (density == 0 ? 0 : x * density)
        }
        let tangent = tangent(x)
        let slope = 1 - tangent * tangent
        let inner = Self.factor * (1 + 3 * Self.cubic * x * x)
        return 0.5 * (1 + tangent) + (slope == 0 ? 0 : 0.5 * x * slope * inner)
    }

    private func tangent(_ x: Float) -> Float { .tanh(Self.factor * (x + Self.cubic * x * x * x)) }

    /// `√½`.
    private static let rootOfHalf: Float = 0.707_106_77
    /// `1/√(2π)`.
    private static let densityAtZero: Float = 0.398_942_3
    /// `√(2/π)`.
    private static let factor: Float = 0.797_884_6
    private static let cubic: Float = 0.044_715

    /// `Gelu`, which exists since operator set 20.
    public var onnx: ONNXForm {
        ONNXForm("Gelu", ["approximate": .string(isApproximate ? "tanh" : "none")], opset: 20)
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        switch try node.string("approximate") ?? "none" {
        case "none": return [try lowering.emit(Gelu(), node, inputs: [0])]
        case "tanh": return [try lowering.emit(Gelu(isApproximate: true), node, inputs: [0])]
        case let other: throw node.error("attribute approximate has the unknown value '\(other.prefix(40))'")
        }
    }
}
