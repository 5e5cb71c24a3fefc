import BulwarkModels
import BulwarkTensors

/// Randomized smoothing: the class that a model gives most often when normal noise is added to its input, and
/// a radius in L2 within which that class stays the same.
///
/// Cohen, Rosenfeld and Kolter, "Certified adversarial robustness via randomized smoothing" (ICML 2019),
/// figure 2: `prediction` is PREDICT, `certificate` is CERTIFY. What is predicted and certified is the
/// smoothed classifier, not the model inside it, and each answer is wrong with a probability of at most
/// `errorProbability`. The radius holds in the whole space, whatever box inputs lie in, and noisy inputs are
/// not moved into one. The theorem is about real numbers; noise here has the precision of 32-bit floats.
///
/// The numbers of a draw depend on the seed, the sample and the draw alone, so the batch size changes
/// nothing.
public struct RandomizedSmoothing: Sendable {
    /// The standard deviation of the noise, in input units.
    public let noiseDeviation: Float
    /// How many draws choose the class that is to be certified.
    public let selectionDraws: Int
    /// How many draws estimate that class's probability, or the winner's in a prediction.
    public let estimationDraws: Int
    /// The probability that an answer is wrong.
    public let errorProbability: Double
    /// How many noisy inputs are handed to the model at once.
    public let batchSize: Int

    /// Smoothing with normal noise; the numbers of draws are those of the paper.
    public init(
        noiseDeviation: Float,
        selectionDraws: Int = 100,
        estimationDraws: Int = 100_000,
        errorProbability: Double = 0.001,
        batchSize: Int = 1024
    ) {
        precondition(noiseDeviation > 0 && noiseDeviation.isFinite, "there is noise")
        precondition(selectionDraws > 0 && estimationDraws > 0 && batchSize > 0, "there are draws")
        precondition(errorProbability > 0 && errorProbability < 1, "the error has a probability")
        self.noiseDeviation = noiseDeviation
        self.selectionDraws = selectionDraws
        self.estimationDraws = estimationDraws
        self.errorProbability = errorProbability
        self.batchSize = batchSize
    }

    /// What the smoothed classifier says of a sample.
    public struct Prediction: Sendable, Hashable {
        /// The class, or nil: the draws do not tell the two most frequent ones apart.
        public let label: Int?
        /// How often each class was drawn.
        public let counts: [Int]
        /// How likely the two most frequent counts would be at least this far apart by chance.
        public let pValue: Double
    }

    /// What is proved of a sample, but for the error probability.
    public struct Certificate: Sendable, Hashable {
        /// The class, or nil: none was found to be drawn more often than not.
        public let label: Int?
        /// How far the sample may move in L2 without a change of the class; 0 without a class.
        public let radius: Double
        /// What the probability of the class that was tested is not below.
        public let probability: Double
        /// How often that class was drawn, among the draws of the estimate.
        public let successes: Proportion
    }

    /// The class that a model gives most often under noise.
    ///
    /// - Parameters:
    ///   - sample: The elements of a sample.
    ///   - index: The number of the sample in its data set, which chooses the noise.
    ///   - model: The model.
    ///   - seed: The seed of the noise.
    /// - Returns: The class, or an abstention, with the counts.
    /// - Throws: What the model throws.
    public func prediction(
        of sample: [Float],
        index: Int,
        by model: some LabelAccess,
        seed: UInt64
    ) throws -> Prediction {
        let noise = Noise(sample: index, seed: seed, stream: "smoothing-prediction")
        let counts = try counts(sample, noise, draws: estimationDraws, model)
        let pValue = Self.pValue(counts)
        let winner = pValue <= errorProbability ? Self.mostFrequent(counts) : nil
        return Prediction(label: winner, counts: counts, pValue: pValue)
    }

    /// A class that a model gives more often than not under noise, and the radius that follows.
    ///
    /// - Parameters:
    ///   - sample: The elements of a sample.
    ///   - index: The number of the sample in its data set, which chooses the noise.
    ///   - model: The model.
    ///   - seed: The seed of the noise.
    /// - Returns: The class with its radius, or an abstention.
    /// - Throws: What the model throws.
    public func certificate(
        of sample: [Float],
        index: Int,
        by model: some LabelAccess,
        seed: UInt64
    ) throws -> Certificate {
        // The class is chosen by draws of its own, or the estimate would favour it.
        let selection = Noise(sample: index, seed: seed, stream: "smoothing-selection")
        let candidate = Self.mostFrequent(try counts(sample, selection, draws: selectionDraws, model))
        let estimation = Noise(sample: index, seed: seed, stream: "smoothing-estimation")
        let counts = try counts(sample, estimation, draws: estimationDraws, model)
        let successes = Proportion(successes: counts[candidate], trials: estimationDraws)
        let probability = ClopperPearson.lowerBound(
            successes: successes.successes,
            trials: successes.trials,
            alpha: errorProbability
        )
        let radius = radius(probability: probability)
        return Certificate(
            label: radius == nil ? nil : candidate,
            radius: radius ?? 0,
            probability: probability,
            successes: successes
        )
    }

    /// The radius that follows from a lower bound of the winner's probability, theorem 1 with p̅_B = 1 −
    /// p̲_A: the noise's deviation times the normal quantile; nil if the bound is below one half.
    public func radius(probability: Double) -> Double? {
        precondition(probability < 1, "draws never prove certainty")
        guard probability >= 0.5 else { return nil }
        return Double(noiseDeviation) * NormalDistribution.inverse(upperTail: 1 - probability)
    }

    /// How likely the two largest of some counts would be at least this far apart if both were equally
    /// probable: the two-sided binomial test.
    public static func pValue(_ counts: [Int]) -> Double {
        let ordered = counts.sorted(by: >)
        let (first, second) = (ordered.first ?? 0, ordered.dropFirst().first ?? 0)
        guard first > second else { return 1 }
        return min(1, 2 * BinomialTail.below(successes: second + 1, trials: first + second))
    }

    /// Where a sample's random numbers come from.
    private struct Noise {
        let sample: Int
        let seed: UInt64
        let stream: String

        func numbers(draw: Int) -> SeededRandom {
            SeededRandom(seed: seed, stream: stream, sample: sample, restart: draw)
        }
    }

    private static func mostFrequent(_ counts: [Int]) -> Int {
        counts.indices.reduce(0) { counts[$1] > counts[$0] ? $1 : $0 }
    }

    /// How often a model gives each class to a sample with noise.
    private func counts(
        _ sample: [Float],
        _ noise: Noise,
        draws: Int,
        _ model: some LabelAccess
    ) throws -> [Int] {
        precondition(sample.count == model.inputShape.count, "the sample has the elements of an input")
        var counts = [Int](repeating: 0, count: model.classCount)
        for first in stride(from: 0, to: draws, by: batchSize) {
            let batch = first..<min(first + batchSize, draws)
            let points = Tensor(model.inputShape.batched(batch.count)) { elements in
                for (row, draw) in batch.enumerated() {
                    var random = noise.numbers(draw: draw)
                    for (column, element) in sample.enumerated() {
                        elements[row * sample.count + column] = element + noiseDeviation * random.normal()
                    }
                }
            }
            for label in try model.labels(for: points) { counts[label] += 1 }
        }
        return counts
    }
}
