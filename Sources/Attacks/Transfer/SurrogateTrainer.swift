import BulwarkModels
import BulwarkTensors

/// A network of the adversary's own, fitted to samples of its own.
public struct Surrogate: Sendable {
    /// What it is, in words for a report.
    public let description: String
    /// The network.
    public let classifier: GraphClassifier
    /// Whether it classifies its own samples better than by naming their commonest class.
    public let hasLearnt: Bool
}

/// Fits surrogates.
///
/// The effort is about the same for few samples and for many, and bounded: a network is there to follow
/// gradients of, not to be good.
public struct SurrogateTrainer: Sendable {
    /// The most samples with labels that are learnt from.
    public static let maximumSamples = 2000
    private static let batchSize = 32

    /// What runs the networks.
    public let backend: any Backend
    /// Threads and block size.
    public let execution: Execution
    /// The seed of first parameters and of the order of samples.
    public let seed: UInt64
    /// The learning rate of Adam; a tenth of it where training diverges with it, or nothing is learnt.
    public let learningRate: Float
    /// How many samples are seen in all, as far as the number of epochs allows.
    public let samplesSeen: Int
    /// How often each sample is seen, at least and at most.
    public let epochs: ClosedRange<Int>

    /// A trainer.
    ///
    /// - Parameters:
    ///   - backend: What runs the networks.
    ///   - execution: Threads and block size.
    ///   - seed: The seed of first parameters and of the order of samples.
    ///   - learningRate: The learning rate of Adam.
    ///   - samplesSeen: How many samples are seen in all.
    ///   - epochs: How often each sample is seen, at least and at most.
    public init(
        backend: any Backend,
        execution: Execution,
        seed: UInt64,
        learningRate: Float = 2e-3,
        samplesSeen: Int = 20_000,
        epochs: ClosedRange<Int> = 10...60
    ) {
        precondition(samplesSeen >= 1 && epochs.lowerBound >= 1, "something is seen")
        (self.backend, self.execution, self.seed) = (backend, execution, seed)
        (self.learningRate, self.samplesSeen, self.epochs) = (learningRate, samplesSeen, epochs)
    }

    /// How often each of so many samples is seen.
    public func epochs(for count: Int) -> Int {
        min(max(samplesSeen / max(count, 1), epochs.lowerBound), epochs.upperBound)
    }

    /// Fits a network.
    ///
    /// - Parameters:
    ///   - architecture: The network.
    ///   - inputs: Samples `[N, …]`.
    ///   - labels: The class of each.
    ///   - member: Which of several networks of one seed it is.
    ///   - progress: Called after each epoch with its number and how many there are.
    /// - Returns: The fitted network.
    /// - Throws: `Trainer.Failure`, or what the backend throws.
    public func fit(
        _ architecture: SurrogateArchitecture,
        inputs: Tensor,
        labels: [Int],
        member: Int = 0,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Surrogate {
        var random = SeededRandom(seed: seed, stream: "surrogate networks", sample: member)
        let own = random.next()
        let first = try architecture.graph(seed: own)
        let commonest = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +).values.max() ?? 0
        let share = Double(commonest) / Double(max(labels.count, 1))
        func attempt(_ learningRate: Float) throws -> Surrogate {
            let epochs = epochs(for: labels.count)
            var accuracy = 0.0
            let trainer = Trainer(
                optimizer: .adam(learningRate: learningRate),
                epochs: epochs,
                batchSize: Self.batchSize,
                seed: own
            )
            let graph = try trainer.train(
                first,
                inputs: inputs,
                labels: labels,
                backend: backend,
                execution: execution
            ) {
                accuracy = $0.accuracy
                progress($0.number, epochs)
            }
            return Surrogate(
                description: architecture.description,
                classifier: GraphClassifier(
                    try ClassifierGraph(graph),
                    backend: backend,
                    execution: execution
                ),
                hasLearnt: share == 1 || accuracy > share
            )
        }
        do {
            let surrogate = try attempt(learningRate)
            if surrogate.hasLearnt { return surrogate }
        } catch Trainer.Failure.diverged {
            // With smaller steps it may not.
        }
        return try attempt(learningRate / 10)
    }
}
