import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Trains a model further on what a defense makes of its samples, and keeps the epoch that withstands most.
///
/// The epoch is chosen by samples that were kept out of training, as by Rice, Wong and Kolter, "Overfitting in
/// adversarially robust deep learning" (ICML 2020), section 3.2. What the numbers are worth is for an
/// assessment on other samples to say.
public struct Hardening: Sendable {
    /// What the model learns in place of its samples.
    public let transformation: any BatchTransformation
    /// How parameters follow.
    public let trainer: Trainer
    /// The share of the epochs in which the strength rises from 0 to 1.
    public let warmUp: Float
    /// The share of the samples that are kept out of training, to choose the epoch by.
    public let holdOut: Double

    /// What happened in one epoch.
    public struct Epoch: Sendable, Equatable {
        /// The number of the epoch, from 1; 0 is the model as it was.
        public let number: Int
        /// The mean loss on what the model learnt from; nil for epoch 0.
        public let loss: Double?
        /// The share of samples kept out that are classified correctly.
        public let cleanAccuracy: Double
        /// The share of samples kept out that are still classified correctly as the examination makes them.
        public let robustAccuracy: Double
    }

    /// A hardened model.
    public struct Outcome: Sendable {
        /// The graph of the epoch that was chosen.
        public let graph: Graph
        /// Every epoch, the first as the model was.
        public let epochs: [Epoch]
        /// The epoch that was chosen.
        public let chosen: Epoch
        /// How many samples were learnt from, and how many the epoch was chosen by.
        public let samples: (trained: Int, heldOut: Int)
    }

    /// A hardening; traps unless the shares are shares.
    public init(
        _ transformation: any BatchTransformation,
        trainer: Trainer,
        warmUp: Float = 0.3,
        holdOut: Double = 0.1
    ) {
        precondition((0...1).contains(warmUp) && (0..<1).contains(holdOut), "shares are between 0 and 1")
        (self.transformation, self.trainer) = (transformation, trainer)
        (self.warmUp, self.holdOut) = (warmUp, holdOut)
    }

    /// The model after training.
    ///
    /// - Parameters:
    ///   - model: A model with gradients.
    ///   - inputs: Samples `[N, …]`.
    ///   - labels: The class of each.
    ///   - backend: What runs the model.
    ///   - execution: Threads and block size.
    ///   - progress: Called after each epoch.
    /// - Returns: The model of the best epoch; the model itself is none of them.
    /// - Throws: `HardeningError`, `FreshParametersError`, `Trainer.Failure`, or what the backend throws.
    public func harden(
        _ model: ClassifierGraph,
        inputs: Tensor,
        labels: [Int],
        backend: any Backend,
        execution: Execution,
        progress: @escaping (Epoch) -> Void = { _ in }
    ) throws -> Outcome {
        guard model.graph.givesGradients else { throw HardeningError.noGradients }
        if let count = model.fixedBatch { throw HardeningError.fixedBatch(count) }
        var random = SeededRandom(seed: trainer.seed, stream: "hold-out")
        let order = random.permutation(of: labels.count)
        let heldOut = order.prefix(Int(Double(labels.count) * holdOut)).sorted()
        let trained = order.dropFirst(heldOut.count).sorted()
        guard !trained.isEmpty, !heldOut.isEmpty else { throw HardeningError.tooFewSamples(labels.count) }
        let kept = (inputs: inputs.gatheringRows(heldOut), labels: heldOut.map { labels[$0] })

        func examine(_ graph: Graph, _ number: Int, _ loss: Double?) throws -> Epoch {
            let model = GraphClassifier(try ClassifierGraph(graph), backend: backend, execution: execution)
            let moved = try transformation.examination.transform(
                Batch(kept.inputs, kept.labels),
                for: model,
                strength: 1,
                random: RandomSource(seed: trainer.seed, stream: "hardening: examination")
            )
            return Epoch(
                number: number,
                loss: loss,
                cleanAccuracy: try model.accuracy(on: kept.inputs, kept.labels),
                robustAccuracy: try model.accuracy(on: moved, kept.labels)
            )
        }

        let graph = try model.graph.withTrainableParameters()
        var epochs = [try examine(graph, 0, nil)]
        progress(epochs[0])
        var best: (graph: Graph, epoch: Epoch)?
        let steps = Float(trainer.epochs * ((trained.count + trainer.batchSize - 1) / trainer.batchSize))
        var step = 0
        _ = try trainer.train(
            graph,
            inputs: inputs.gatheringRows(trained),
            labels: trained.map { labels[$0] },
            backend: backend,
            execution: execution,
            perturb: { inputs, labels, model in
                step += 1
                return try transformation.transform(
                    Batch(inputs, labels),
                    for: model,
                    strength: warmUp > 0 ? min(1, Float(step) / (warmUp * steps)) : 1,
                    random: RandomSource(seed: trainer.seed, stream: "hardening: step \(step)")
                )
            },
            examine: { epoch, graph in
                let ended = try examine(graph, epoch.number, epoch.loss)
                epochs.append(ended)
                progress(ended)
                if ended.isBetter(than: best?.epoch) { best = (graph, ended) }
            }
        )
        guard let best else { throw Trainer.Failure.nothingToTrain }
        return Outcome(
            graph: best.graph,
            epochs: epochs,
            chosen: best.epoch,
            samples: (trained.count, heldOut.count)
        )
    }
}

extension Hardening.Epoch {
    /// Whether this epoch is to be kept rather than another: more samples withstand, or as many and more are
    /// right without an attack.
    fileprivate func isBetter(than other: Self?) -> Bool {
        guard let other else { return true }
        return (robustAccuracy, cleanAccuracy) > (other.robustAccuracy, other.cleanAccuracy)
    }
}

extension Batch {
    /// Samples of training, each to be anything but its class.
    fileprivate init(_ inputs: Tensor, _ labels: [Int]) {
        self.init(inputs: inputs, aims: labels.map { .anythingBut($0) }, samples: Array(labels.indices))
    }
}

extension GraphClassifier {
    /// The share of samples that are classified as labelled.
    fileprivate func accuracy(on inputs: Tensor, _ labels: [Int]) throws -> Double {
        Double(zip(try self.labels(for: inputs), labels).count { $0 == $1 }) / Double(labels.count)
    }
}
