import BulwarkTensors

/// Fits the trainable parameters of a classifier to labelled samples by minimising cross-entropy.
public struct Trainer: Sendable {
    /// How parameters follow their gradients.
    public let optimizer: Optimizer
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
    public init(optimizer: Optimizer, epochs: Int, batchSize: Int = 64, seed: UInt64 = 0) {
        precondition(epochs >= 0 && batchSize >= 1, "epochs and batches have a size")
        self.optimizer = optimizer
        self.epochs = epochs
        self.batchSize = batchSize
        self.seed = seed
    }

    /// The graph with fitted parameters.
    ///
    /// Results do not depend on the number of threads: a batch is cut into the execution's blocks, and their
    /// gradients are added in order.
    ///
    /// - Parameters:
    ///   - graph: One input `[N, …]`, one output of logits `[N, K]`.
    ///   - inputs: Samples `[N, …]`.
    ///   - labels: A class in 0..<K for each sample.
    ///   - backend: What runs the graph.
    ///   - execution: Threads and block size.
    ///   - progress: Called after each epoch.
    /// - Returns: The same graph with other weights.
    /// - Throws: `Trainer.Failure`, or what the backend throws.
    public func train(
        _ graph: Graph,
        inputs: Tensor,
        labels: [Int],
        backend: any Backend,
        execution: Execution,
        progress: (Epoch) -> Void = { _ in }
    ) throws -> Graph {
        guard !graph.trainable.isEmpty else { throw Failure.nothingToTrain }
        let runner = BlockRunner(graph, backend: backend, execution: execution, differentiating: .parameters)
        var parameters = graph.parameters.filter { graph.trainable.contains($0.key) }
        var state = Optimizer.State()
        for epoch in 1...max(epochs, 1) where epoch <= epochs {
            var random = SeededRandom(seed: seed, stream: "training order", restart: epoch)
            let order = random.permutation(of: labels.count)
            var loss = 0.0
            var correct = 0
            for start in stride(from: 0, to: order.count, by: batchSize) {
                let chosen = Array(order[start..<min(start + batchSize, order.count)])
                let step = try gradients(runner, inputs.gatheringRows(chosen), chosen.map { labels[$0] })
                loss += step.loss
                correct += step.correct
                optimizer.step(&parameters, gradients: step.gradients, state: &state)
                runner.setParameters(parameters)
            }
            let mean = loss / Double(max(order.count, 1))
            // The loss is taken before each step, so nothing but the parameters tells of the last one.
            guard mean.isFinite, parameters.values.allSatisfy(\.isFinite) else {
                throw Failure.diverged(epoch: epoch)
            }
            progress(
                Epoch(number: epoch, loss: mean, accuracy: Double(correct) / Double(max(order.count, 1)))
            )
        }
        return graph.replacingParameters(parameters)
    }

    private struct Step: Sendable {
        var gradients: [ValueID: Tensor]
        var loss: Double
        var correct: Int
    }

    /// The mean gradient of the cross-entropy over one batch.
    private func gradients(_ runner: BlockRunner, _ inputs: Tensor, _ labels: [Int]) throws -> Step {
        let count = Float(labels.count)
        let parts = try runner.map(labels.count) { executable, rows -> Step in
            let outputs = try executable.forward([inputs.rows(rows).paddedRows(to: runner.blockSize)])
            let logits = outputs[0].rows(0..<rows.count)
            let (losses, slope) = Loss.crossEntropy.gradient(
                ofLogits: logits,
                aims: labels[rows].map { .anythingBut($0) }
            )
            let mean = slope.map { $0 / count }
            let backward = try executable.backward([mean.paddedRows(to: runner.blockSize)])
            let correct = zip(logits.argmaxOfRows(), labels[rows]).count { $0 == $1 }
            return Step(
                gradients: backward.parameters,
                loss: losses.reduce(0) { $0 + Double($1) },
                correct: correct
            )
        }
        var total = parts[0]
        for part in parts.dropFirst() {
            for (id, gradient) in part.gradients { total.gradients[id]? += gradient }
            total.loss += part.loss
            total.correct += part.correct
        }
        return total
    }
}
