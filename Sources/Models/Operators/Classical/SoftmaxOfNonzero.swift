import BulwarkTensors
import RealModule

/// A softmax over the scores of a row that are not zero; the others stay as they are, close to zero
/// (`SOFTMAX_ZERO` in `ai.onnx.ml`).
///
/// With the largest score m, a score s becomes `exp(s - m) / Σ` if it is farther than 10⁻⁷ from zero, and `s
/// · exp(-m) / Σ` if not, where Σ adds up the former. A row of zeros alone gives NaN. So does ONNX Runtime.
public struct SoftmaxOfNonzero: Operator {
    /// The number of scores in a row.
    public let columns: Int
    /// How far from zero a score counts.
    private static let least: Float = 1e-7

    /// A softmax of rows.
    public init(columns: Int) { self.columns = columns }

    /// The shape of the one input, rows of as many scores as said.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard inputs[0].rank == 2, inputs[0][1].fixed == columns else {
            throw .shapes("the scores are no rows of \(columns)", inputs)
        }
        return inputs[0]
    }

    /// The quotients.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (source, width) = (inputs[0].elements, shape[1])
        return Tensor(shape) { target in
            for row in 0..<shape[0] {
                let line = row * width..<(row + 1) * width
                let (numerators, sum) = Self.parts(source, line)
                for position in line {
                    target[position] = Float(numerators[position - line.lowerBound] / sum)
                }
            }
        }
    }

    /// With y the output and c the cotangent: `y · (c - Σ c · y)` for scores that count; `exp(-m) / Σ · c`
    /// for the others.
    ///
    /// The largest score cancels out wherever every score that does not count is zero.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (source, y, gradient) = (inputs[0].elements, output.elements, cotangent.elements)
        let width = output.shape[1]
        let result = Tensor(output.shape) { target in
            for row in 0..<output.shape[0] {
                let line = row * width..<(row + 1) * width
                let (_, sum) = Self.parts(source, line)
                let scale = Self.scale(source, line) / sum
                var mean = 0.0
                for position in line { mean += Double(gradient[position]) * Double(y[position]) }
                for position in line {
                    let own = Double(gradient[position])
                    let isCounted = abs(source[position]) > Self.least
                    target[position] = Float(isCounted ? Double(y[position]) * (own - mean) : scale * own)
                }
            }
        }
        return [result]
    }

    /// The numerators of a row, and the sum of those that count.
    private static func parts(_ source: Elements, _ line: Range<Int>) -> ([Double], Double) {
        let largest = Double(line.reduce(-Float.infinity) { max($0, source[$1]) })
        var sum = 0.0
        let numerators = line.map { position -> Double in
            let score = Double(source[position])
            guard abs(source[position]) > least else { return score * .exp(-largest) }
            let numerator = Double.exp(score - largest)
            sum += numerator
            return numerator
        }
        return (numerators, sum)
    }

    /// The factor of scores that do not count.
    private static func scale(_ source: Elements, _ line: Range<Int>) -> Double {
        .exp(-Double(line.reduce(-Float.infinity) { max($0, source[$1]) }))
    }

    /// A linear model whose weights are the identity.
    public var onnx: ONNXForm { .identity(columns: columns, postTransform: .softmaxZero) }
}
