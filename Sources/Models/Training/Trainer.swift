import BulwarkTensors

/// Fits the trainable parameters of a classifier to labelled samples by minimising cross-entropy.
public struct Trainer: Sendable {
    /// How parameters follow their gradients.
    public let optimizer: Optimizer
    /// How the learning rate goes on.
    public let schedule: LearningRateSchedule
    /// How often every sample is seen.
    public let epochs: Int
    /// How many samples share a step.
    public let batchSize: Int
    /// The seed of the order of samples.
    public let seed: UInt64

    /// What happened in one epoch.
    public struct Epoch: Sendable, Equatable {
        /// The epoch's number, from 1.
        public let number: Int
        /// The mean cross-entropy of the samples, each just before the step it was part of.
        public let loss: Double
        /// The share of samples classified correctly, each just before the step it was part of.
        public let accuracy: Double

        /// All three.
        public init(number: Int, loss: Double, accuracy: Double) {
            self.number = number
            self.loss = loss
            self.accuracy = accuracy
        }
    }

    /// Why training stopped.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// The loss or a parameter became NaN or infinite.
        case diverged(epoch: Int)
        /// The graph has no parameters to train.
        case nothingToTrain

        /// The fault in words.
        public var description: String {
            switch self {
            case .diverged(let epoch):
                "the loss is not a finite number in epoch \(epoch): lower the learning rate"
            case .nothingToTrain: "the model has no trainable parameters"
            }
        }
    }

    /// A trainer; traps unless there is at least one sample a batch.
    public init(
        optimizer: Optimizer,
        schedule: LearningRateSchedule = .constant,
        epochs: Int,
        batchSize: Int = 64,
        seed: UInt64 = 0
    ) {
        precondition(epochs >= 0 && batchSize >= 1, "epochs and batches have a size")
        self.optimizer = optimizer
        self.schedule = schedule
        self.epochs = epochs
        self.batchSize = batchSize
        self.seed = seed
    }

    /// The graph with fitted parameters.
    ///
    /// Results do not depend on the number of threads: a batch is cut into the execution's blocks, and their
    /// gradients are added in order. Normalisations whose scale or bias is trained go by the statistics of
    /// their block, and their running statistics follow.
    ///
    /// - Parameters:
    ///   - graph: One input `[N, …]`, one output of logits `[N, K]`.
    ///   - inputs: Samples `[N, …]`.
    ///   - labels: A class in 0..<K for each sample.
    ///   - backend: What runs the graph.
    ///   - execution: Threads and block size.
    ///   - progress: Called after each epoch.
    ///   - perturb: Called with each batch and the model as it is at that moment; what it returns is trained
    ///     on instead. Adversarial training (Madry et al., ICLR 2018, equation 2.1) attacks the batch here.
    ///   - examine: Called after each epoch with the graph as it is then.
    /// - Returns: The same graph with other weights.
    /// - Throws: `Trainer.Failure`, or what the backend, `perturb` or `examine` throws.
    public func train(
        _ graph: Graph,
        inputs: Tensor,
        labels: [Int],
        backend: any Backend,
        execution: Execution,
        progress: (Epoch) -> Void = { _ in },
        perturb: ((_ inputs: Tensor, _ labels: [Int], _ model: GraphClassifier) throws -> Tensor)? = nil,
        examine: ((_ epoch: Epoch, _ graph: Graph) throws -> Void)? = nil
    ) throws -> Graph {
        guard !graph.trainable.isEmpty else { throw Failure.nothingToTrain }
        let run = try TrainingRun(
            graph,
            optimizer: optimizer,
            batchSize: batchSize,
            backend: backend,
            execution: execution
        )
        let model = try perturb.map { _ in
            GraphClassifier(try ClassifierGraph(graph), backend: backend, execution: execution)
        }
        let steps = epochs * ((labels.count + batchSize - 1) / batchSize)
        var done = 0
        for epoch in 1...max(epochs, 1) where epoch <= epochs {
            var random = SeededRandom(seed: seed, stream: "training order", restart: epoch)
            let order = random.permutation(of: labels.count)
            var loss = 0.0
            var correct = 0
            for start in stride(from: 0, to: order.count, by: batchSize) {
                let rows = Array(order[start..<min(start + batchSize, order.count)])
                run.optimizer = optimizer.scaled(by: schedule.factor(at: Float(done) / Float(steps)))
                done += 1
                let step: TrainingRun.Progress
                if let perturb, let model {
                    model.setParameters(run.parameters)
                    let chosen = rows.map { labels[$0] }
                    let moved = try perturb(inputs.gatheringRows(rows), chosen, model)
                    step = try run.step(moved, rows: Array(rows.indices), labels: chosen)
                } else {
                    step = try run.step(inputs, rows: rows, labels: labels)
                }
                loss += step.loss
                correct += step.correct
            }
            let mean = loss / Double(max(order.count, 1))
            // The loss is taken before each step, so nothing but the parameters tells of the last one.
            guard mean.isFinite, run.parameters.values.allSatisfy(\.isFinite) else {
                throw Failure.diverged(epoch: epoch)
            }
            let ended = Epoch(
                number: epoch,
                loss: mean,
                accuracy: Double(correct) / Double(max(order.count, 1))
            )
            progress(ended)
            try examine?(ended, graph.replacingParameters(run.parameters))
        }
        return graph.replacingParameters(run.parameters)
    }
}
