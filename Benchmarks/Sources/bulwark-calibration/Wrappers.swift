import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Synchronization

/// A model without a derivative as automatic differentiation shows it: with a gradient of zero.
struct ZeroGradient: ActivationAccess {
    let base: any ScoreAccess

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }

    func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: inputs) }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let logits = try base.logits(for: inputs)
        let losses = loss.gradient(ofLogits: logits, aims: aims).losses
        return LossGradient(losses: losses, gradient: Tensor(inputs.shape), logits: logits)
    }

    func activations(for inputs: Tensor) throws -> Tensor? { nil }
}

/// A model with the gradients of another, as an adversary puts them in the place of its own.
///
/// Athalye, Carlini and Wagner, "Obfuscated gradients give a false sense of security" (ICML 2018), section 4.1.
struct Substituted: GradientAccess {
    /// What is to be broken.
    let model: any ScoreAccess
    /// Whose gradients are followed.
    let stand: any GradientAccess

    var inputShape: Shape { model.inputShape }
    var classCount: Int { model.classCount }

    func logits(for inputs: Tensor) throws -> Tensor { try model.logits(for: inputs) }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let logits = try model.logits(for: inputs)
        let losses = loss.gradient(ofLogits: logits, aims: aims).losses
        let slope = try stand.inputGradient(of: loss, at: inputs, aims: aims)
        return LossGradient(losses: losses, gradient: slope.gradient, logits: logits)
    }
}

/// A randomised model as it is deployed: other random numbers for every sample of every question.
struct FreshDraws<Model: RandomizedClassifier>: ActivationAccess {
    let model: Model
    let seed: UInt64
    private let asked = Counter()

    init(_ model: Model, seed: UInt64) {
        self.model = model
        self.seed = seed
    }

    var inputShape: Shape { model.inputShape }
    var classCount: Int { model.classCount }

    func logits(for inputs: Tensor) throws -> Tensor {
        try model.logits(for: inputs, numbers: numbers(inputs.rowCount))
    }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        try model.inputGradient(of: loss, at: inputs, aims: aims, numbers: numbers(inputs.rowCount))
    }

    func activations(for inputs: Tensor) throws -> Tensor? { nil }

    private func numbers(_ count: Int) -> [SeededRandom] {
        let first = asked.add(count)
        return (first..<first + count).map { SeededRandom(seed: seed, stream: "deployed", sample: $0) }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        /// Adds to the count and returns what it was.
        func add(_ number: Int) -> Int {
            count.withLock { count in
                defer { count += number }
                return count
            }
        }
    }
}
