import BulwarkTensors
import RealModule

/// The inverse of the normal distribution function of every element (`PROBIT` in `ai.onnx.ml`).
///
/// √2 times the inverse error function of 2x − 1, by the closed approximation that ONNX Runtime computes,
/// too: with L = ln(1 − z²) and a = 0.147, z ↦ sgn(z) · √(√(t² − L/a) − t) for t = 2/(πa) + L/2. Its relative
/// error is below 0.002. S. Winitzki, "A handy approximation for the error function and its inverse" (2008),
/// equation 7.
public struct Probit: Operator {
    /// The number of elements in a row.
    public let columns: Int

    /// The function for rows of a length.
    public init(columns: Int) { self.columns = columns }

    /// The shape of the one input, rows of as many numbers as said.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard inputs[0].rank == 2, inputs[0][1].fixed == columns else {
            throw .shapes("the scores are no rows of \(columns)", inputs)
        }
        return inputs[0]
    }

    /// The function of every element; infinite at 0 and 1, NaN outside them.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        inputs[0].map { Float(Self.probit(Double($0)).value) }
    }

    /// The cotangent times the derivative of the approximation.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (x, gradient) = (inputs[0].elements, cotangent.elements)
        return [
            Tensor(
                output.shape,
                generating: { Float(Double(gradient[$0]) * Self.probit(Double(x[$0])).slope) }
            )
        ]
    }

    private static let a = 0.147

    private static func probit(_ x: Double) -> (value: Double, slope: Double) {
        let z = 2 * x - 1
        // 1 − z², without cancellation near the ends.
        let logarithm = Double.log(4 * x * (1 - x))
        let t = 2 / (.pi * a) + logarithm / 2
        let root = (t * t - logarithm / a).squareRoot()
        let size = (root - t).squareRoot()
        let value = 2.0.squareRoot() * (z < 0 ? -size : size)
        if z == 0 {
            // With L close to −z² the value is close to √2 · z / √(2at).
            let limit = 1 / (2 * a * t).squareRoot()
            return (0, 2 * 2.0.squareRoot() * limit)
        }
        let slopeOfLogarithm = -2 * z / (4 * x * (1 - x))
        let slopeOfRoot = (t - 1 / a) / (2 * root) * slopeOfLogarithm
        let slope = (slopeOfRoot - slopeOfLogarithm / 2) / (2 * size)
        return (value, 2 * 2.0.squareRoot() * (z < 0 ? -slope : slope))
    }

    /// A linear model whose weights are the identity.
    public var onnx: ONNXForm { .identity(columns: columns, postTransform: .probit) }
}
