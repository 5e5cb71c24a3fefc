import BulwarkTensors
import RealModule

/// Class probabilities from the decisions of a support vector machine on each pair of classes.
///
/// A decision d becomes the probability 1 / (1 + exp(A d + B)) of the first class of its pair, kept 10⁻⁷ away
/// from 0 and 1 (J. Platt, "Probabilistic outputs for support vector machines", 1999), and these are coupled:
/// see `PairwiseCoupling`.
public struct CoupledProbabilities: Operator {
    /// The number of classes.
    public let classCount: Int
    /// A for each pair of classes, from 0 against 1 and 0 against 2 on.
    public let slopes: [Float]
    /// B for each pair.
    public let offsets: [Float]

    private static let least: Float = 1e-7
    /// The most classes that are coupled: their pairs and sweeps grow with the square.
    static let maximumClasses = 64

    /// Probabilities of classes; traps unless there are a slope and an offset for each pair of them.
    public init(classCount: Int, slopes: [Float], offsets: [Float]) {
        let pairs = classCount * (classCount - 1) / 2
        precondition(
            classCount >= 2 && slopes.count == pairs && offsets.count == pairs,
            "a slope and an offset for each pair of classes"
        )
        self.classCount = classCount
        self.slopes = slopes
        self.offsets = offsets
    }

    /// Decisions `[N, pairs]` give probabilities `[N, classCount]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard inputs[0].rank == 2, inputs[0][1].fixed == slopes.count else {
            throw .shapes("there is no decision for each pair of \(classCount) classes", inputs)
        }
        return [inputs[0][0], Dimension(constant: classCount)]
    }

    /// The probabilities of each row.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let decisions = inputs[0].elements
        return Tensor(shape) { target in
            for row in 0..<shape[0] {
                let coupling = PairwiseCoupling(
                    pairs(decisions, row),
                    count: classCount,
                    isRecording: false
                )
                for column in 0..<classCount {
                    target[row * classCount + column] = coupling.probabilities[column]
                }
            }
        }
    }

    /// The derivative of the coupling as it is computed, times that of the pairs' probabilities r: −A r (1 −
    /// r), or 0 where r is kept away from 0 or 1.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (decisions, gradient) = (inputs[0].elements, cotangent.elements)
        let width = slopes.count
        let result = Tensor(inputs[0].shape) { target in
            for row in 0..<output.shape[0] {
                let pairs = pairs(decisions, row)
                let coupling = PairwiseCoupling(pairs, count: classCount, isRecording: true)
                let own = coupling.gradient((0..<classCount).map { Double(gradient[row * classCount + $0]) })
                for (pair, r) in pairs.enumerated() where r > Self.least && r < 1 - Self.least {
                    let slope = -Double(slopes[pair]) * Double(r) * (1 - Double(r))
                    target[row * width + pair] = Float(own[pair] * slope)
                }
            }
        }
        return [result]
    }

    private func pairs(_ decisions: Elements, _ row: Int) -> [Float] {
        slopes.indices.map { pair in
            let exponent = decisions[row * slopes.count + pair] * slopes[pair] + offsets[pair]
            let probability =
                exponent >= 0
                ? Float.exp(-exponent) / (1 + .exp(-exponent)) : 1 / (1 + Float.exp(exponent))
            return min(max(probability, Self.least), 1 - Self.least)
        }
    }

    /// An `SVMClassifier` with a linear kernel and unit vectors, whose decisions are its input.
    public var onnx: ONNXForm {
        let pairs = slopes.count
        var coefficients = [Float](repeating: 0, count: (classCount - 1) * pairs)
        var pair = 0
        for first in 0..<classCount {
            for second in first + 1..<classCount {
                coefficients[(second - 1) * pairs + pair] = 1
                pair += 1
            }
        }
        let units = (0..<pairs * pairs).map { $0 / pairs == $0 % pairs ? Float(1) : 0 }
        return .classical(
            "SVMClassifier",
            [
                "classlabels_ints": .ints(Array(0..<classCount)), "kernel_type": .string("LINEAR"),
                "kernel_params": .floats([1, 0, 1]), "coefficients": .floats(coefficients),
                "support_vectors": .floats(units), "rho": .floats([Float](repeating: 0, count: pairs)),
                "vectors_per_class": .ints((0..<classCount).map { classCount - 1 - $0 }),
                "prob_a": .floats(slopes), "prob_b": .floats(offsets),
            ],
            output: 1
        )
    }
}

extension CoupledProbabilities: HeavyOperator {
    func stepsPerElement(_ inputs: [Tensor]) -> Int { 100 * classCount * classCount }
}
