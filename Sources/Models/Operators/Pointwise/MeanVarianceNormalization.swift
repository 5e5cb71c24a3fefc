import BulwarkTensors

/// Elements minus their mean, divided by their standard deviation, both over some axes (ONNX
/// `MeanVarianceNormalization`).
public struct MeanVarianceNormalization: Operator {
    /// The axes that means and deviations are taken over; negative from the end.
    public let axes: [Int]

    /// A normalisation over axes; over all but the channels of images unless told otherwise.
    public init(axes: [Int] = [0, 2, 3]) { self.axes = axes }

    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        _ = try Axes.resolve(axes, rank: inputs[0].rank)
        return inputs[0]
    }

    /// `(x - mean) / (√variance + 10⁻⁹)`; the variance is the mean of squares, without a correction.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let statistics = Statistics(inputs[0], axes)
        let source = inputs[0].elements
        return Tensor(shape) { target in
            statistics.lines.forEachElement { position, line in
                let centered = Double(source[position]) - statistics.means[line]
                target[position] = Float(centered / (statistics.deviations[line] + Self.epsilon))
            }
        }
    }

    /// `(g - mean(g)) / t - c · mean(g · c) / (t² · s)` with `c = x - mean`, the deviation `s` and the
    /// divisor `t`; without the second part where all elements are equal.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let statistics = Statistics(inputs[0], axes)
        let lines = statistics.lines
        let (x, gradient) = (inputs[0].elements, cotangent.elements)
        var sums = lines.folded(cotangent, from: 0, +)
        var products = [Double](repeating: 0, count: lines.count)
        lines.forEachElement { position, line in
            products[line] += Double(gradient[position]) * (Double(x[position]) - statistics.means[line])
        }
        for line in 0..<lines.count {
            let deviation = statistics.deviations[line]
            let divisor = deviation + Self.epsilon
            sums[line] /= Double(lines.length)
            products[line] =
                deviation == 0 ? 0 : products[line] / Double(lines.length) / (divisor * divisor * deviation)
        }
        let result = Tensor(output.shape) { target in
            lines.forEachElement { position, line in
                let centered = Double(x[position]) - statistics.means[line]
                let direct =
                    (Double(gradient[position]) - sums[line])
                    / (statistics.deviations[line] + Self.epsilon)
                target[position] = Float(direct - centered * products[line])
            }
        }
        return [result]
    }

    private struct Statistics {
        let lines: ReducedLines
        let means: [Double]
        let deviations: [Double]

        init(_ tensor: Tensor, _ axes: [Int]) {
            let lines = ReducedLines(tensor.shape, axes: axes)
            let count = Double(lines.length)
            let means = lines.folded(tensor, from: 0, +).map { $0 / count }
            let source = tensor.elements
            var squares = [Double](repeating: 0, count: lines.count)
            lines.forEachElement { position, line in
                let centered = Double(source[position]) - means[line]
                squares[line] += centered * centered
            }
            self.lines = lines
            self.means = means
            deviations = squares.map { ($0 / count).squareRoot() }
        }
    }

    private static let epsilon = 1e-9

    /// `MeanVarianceNormalization`.
    public var onnx: ONNXForm { ONNXForm("MeanVarianceNormalization", ["axes": .ints(axes)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let operation = MeanVarianceNormalization(axes: try node.ints("axes") ?? [0, 2, 3])
        return [try lowering.emit(operation, node, inputs: [0])]
    }
}
