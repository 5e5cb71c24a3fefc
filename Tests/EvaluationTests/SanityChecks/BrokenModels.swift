import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport

/// A model whose gradients are changed on the way out.
struct AlteredGradientClassifier<Base: GradientAccess>: GradientAccess {
    let base: Base
    let alter: @Sendable (Tensor) -> Tensor

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: inputs) }
    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let slope = try base.inputGradient(of: loss, at: inputs, aims: aims)
        return LossGradient(losses: slope.losses, gradient: alter(slope.gradient), logits: slope.logits)
    }
}

/// A model that rounds its inputs to steps, as a defense that masks gradients does.
struct StaircaseClassifier: GradientAccess {
    let base: AffineClassifier
    /// How many steps there are from 0 to 1.
    var steps: Float = 8
    /// Whether the gradient goes through as if there were no steps; it is zero, as it truly is, otherwise.
    var isStraightThrough = false

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: rounded(inputs)) }
    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let slope = try base.inputGradient(of: loss, at: rounded(inputs), aims: aims)
        let gradient = isStraightThrough ? slope.gradient : Tensor(inputs.shape)
        return LossGradient(losses: slope.losses, gradient: gradient, logits: slope.logits)
    }

    private func rounded(_ inputs: Tensor) -> Tensor { inputs.map { ($0 * steps).rounded(.down) / steps } }
}

/// A model whose scores are changed on the way out, differentiated as if they were not.
struct AlteredScoreClassifier: GradientAccess {
    let base: AffineClassifier
    /// The new scores, from the inputs and the scores.
    let alter: @Sendable (Tensor, Tensor) -> Tensor

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    func logits(for inputs: Tensor) throws -> Tensor { alter(inputs, try base.logits(for: inputs)) }
    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let slope = try base.inputGradient(of: loss, at: inputs, aims: aims)
        return LossGradient(
            losses: slope.losses,
            gradient: slope.gradient,
            logits: alter(inputs, slope.logits)
        )
    }

    /// Answers with probabilities.
    static func softmax(_ base: AffineClassifier) -> AlteredScoreClassifier {
        AlteredScoreClassifier(base: base) { _, scores in Softmax().value(of: [scores], shape: scores.shape) }
    }

    /// Adds the mean of the batch to every first score.
    static func mixing(_ base: AffineClassifier) -> AlteredScoreClassifier {
        AlteredScoreClassifier(base: base) { inputs, scores in
            let mean = inputs.elements.reduce(0, +) / Float(max(inputs.count, 1))
            var scores = scores
            for row in 0..<scores.rowCount { scores[row * scores.rowSize] += mean }
            return scores
        }
    }

    /// Adds a little noise to every score, other noise every time.
    static func noisy(_ base: AffineClassifier) -> AlteredScoreClassifier {
        let calls = Calls()
        return AlteredScoreClassifier(base: base) { _, scores in
            var random = SeededRandom(seed: 1, stream: "noisy", sample: calls.next())
            return scores.map { $0 + 1e-3 * random.normal() }
        }
    }

    private final class Calls: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }
}
