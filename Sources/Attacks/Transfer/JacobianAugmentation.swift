import BulwarkModels
import BulwarkTensors

/// Learns a surrogate from nothing but a target's labels, with inputs that lie where its answers change.
///
/// Papernot, McDaniel, Goodfellow, Jha, Celik and Swami, "Practical black-box attacks against machine
/// learning" (ASIA CCS 2017), algorithm 1: a surrogate F is fitted to the samples that the target O has
/// labelled, each sample x gets a companion x + λ·sign(∂F[O(x)]/∂x), the target labels those, and so on.
/// F[O(x)] is the probability that the surrogate gives the target's label. Companions are moved into the box,
/// since the target may refuse others.
public struct JacobianAugmentation: Sendable {
    /// How many samples to begin with, at most.
    public let seeds: Int
    /// How often the number of samples is doubled, ρ.
    public let rounds: Int
    /// The length of a step λ as a share of the box; 0.1 in the paper.
    public let step: Float
    /// The most labels that the target is asked for; nil for as many as the rounds take.
    public let queryBudget: Int?

    /// A number of rounds.
    ///
    /// - Parameters:
    ///   - seeds: How many samples to begin with, at most.
    ///   - rounds: How often the number of samples is doubled.
    ///   - step: The length of a step as a share of each element's interval in the box.
    ///   - queryBudget: The most labels that the target is asked for.
    public init(seeds: Int, rounds: Int, step: Float = 0.1, queryBudget: Int? = nil) {
        precondition(seeds >= 1 && rounds >= 0 && queryBudget ?? 1 >= 1, "there is something to ask about")
        precondition(step > 0 && step.isFinite, "a step leads somewhere")
        (self.seeds, self.rounds, self.step, self.queryBudget) = (seeds, rounds, step, queryBudget)
    }

    /// The same with a limit on the labels that the target is asked for, beside its own; nil for no other.
    public func limited(to labels: Int?) -> JacobianAugmentation {
        guard let labels else { return self }
        let budget = max(min(queryBudget ?? .max, labels), 1)
        return JacobianAugmentation(seeds: seeds, rounds: rounds, step: step, queryBudget: budget)
    }

    /// How many labels the target is asked for with so many samples at hand.
    public func queries(samples: Int) -> Int {
        min(min(seeds, samples) << rounds, queryBudget ?? .max)
    }

    /// Samples that the target has labelled.
    public struct Labelled: Sendable {
        /// The samples, `[N, …]`; the first ones are those to begin with.
        public let inputs: Tensor
        /// The target's label of each, for one query each.
        public let labels: [Int]
    }

    /// Has samples labelled, and more and more of them made up.
    ///
    /// - Parameters:
    ///   - samples: Samples to begin with, `[N, …]`, inside the box; at most `seeds` of them are used.
    ///   - bounds: The box.
    ///   - target: What labels, one query a sample.
    ///   - fit: Called in each round with all samples so far, to fit a surrogate to them.
    /// - Returns: All samples with their labels.
    /// - Throws: What the target and `fit` throw.
    public func augment(
        _ samples: Tensor,
        bounds: Bounds,
        target: some LabelAccess,
        fit: (_ samples: Labelled, _ round: Int) throws -> any GradientAccess
    ) throws -> Labelled {
        let budget = queryBudget ?? .max
        var inputs = samples.rows(0..<min(samples.rowCount, seeds, budget))
        var labels = try target.labels(for: inputs)
        let reach = reach(of: bounds, among: inputs)
        for round in 0..<rounds where labels.count < budget {
            let surrogate = try fit(Labelled(inputs: inputs, labels: labels), round)
            let companions = try Self.companions(of: inputs, labels, surrogate, reach: reach, bounds: bounds)
            let asked = companions.rows(0..<min(companions.rowCount, budget - labels.count))
            labels += try target.labels(for: asked)
            inputs = .concatenatingRows([inputs, asked], rowShape: inputs.shape.dropFirst)
        }
        return Labelled(inputs: inputs, labels: labels)
    }

    /// x + λ·sign(∂F[y]/∂x) for each sample x with its label y, in the box.
    ///
    /// The gradient of a probability p is −p times that of its cross-entropy, −log p, and so its sign is the
    /// opposite one; this way it does not vanish where the probability is 1 to the last bit.
    package static func companions(
        of inputs: Tensor,
        _ labels: [Int],
        _ surrogate: some GradientAccess,
        reach: [Float],
        bounds: Bounds
    ) throws -> Tensor {
        let aims = labels.map { Aim.anythingBut($0) }
        let gradient = try surrogate.inputGradient(of: .crossEntropy, at: inputs, aims: aims).gradient
        let size = max(inputs.rowSize, 1)
        var moved = inputs
        let slopes = gradient.elements
        moved.mutate { points in
            for position in points.indices {
                let sign: Float = slopes[position] > 0 ? -1 : slopes[position] < 0 ? 1 : 0
                points[position] += sign * reach[position % size]
            }
        }
        return bounds.clamp(moved)
    }

    /// The length of a step along each element: a share of its interval, or of the range that it has among the
    /// samples where the interval has no end.
    package func reach(of bounds: Bounds, among inputs: Tensor) -> [Float] {
        let box = Box(bounds, count: inputs.rowSize)
        return box.lower.indices.map { element in
            let width = box.upper[element] - box.lower[element]
            if width.isFinite { return step * width }
            let values = (0..<inputs.rowCount).map { inputs[$0 * inputs.rowSize + element] }
            return step * ((values.max() ?? 0) - (values.min() ?? 0))
        }
    }
}
