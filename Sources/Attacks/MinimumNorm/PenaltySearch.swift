import BulwarkModels

/// The search for the smallest weight c at which minimising distance + c·penalty still reaches the aim.
///
/// Carlini and Wagner, "Towards evaluating the robustness of neural networks" (S&P 2017), section V-A; as in
/// the authors' code: ten times the weight until it is large enough, then halving the interval.
struct PenaltySearch {
    /// The weight to try next.
    private(set) var constant: Float
    private var largestFailure: Float = 0
    private var smallestSuccess = Float.infinity

    /// A search that has tried nothing.
    init(first: Float) { constant = first }

    /// Takes note of what came of the weight.
    mutating func note(isReached: Bool) {
        if isReached {
            smallestSuccess = min(smallestSuccess, constant)
        } else {
            largestFailure = max(largestFailure, constant)
        }
        constant = smallestSuccess.isFinite ? (largestFailure + smallestSuccess) / 2 : constant * 10
    }
}

/// Tells a descent that has come to an end from one that goes on.
///
/// The rule is that of the authors' code of the attacks that use it: every tenth part of the steps the
/// objective has to be smaller than the last time by a ten thousandth.
struct StallCheck {
    private let interval: Int
    private var objectiveBefore = Double.infinity

    /// A check of a descent of so many steps.
    init(steps: Int) { interval = max(steps / 10, 1) }

    /// Whether nothing has been gained since the last time; also if the objective is no number.
    mutating func isStalled(at step: Int, objective: Double) -> Bool {
        guard step.isMultiple(of: interval) else { return false }
        defer { objectiveBefore = objective }
        return !(objective <= 0.9999 * objectiveBefore)
    }
}

extension Aim {
    /// Whether scores reach the aim by a margin.
    func isReached(by logits: [Float], margin: Float, confidence: Float) -> Bool {
        isReached(by: logits.argmax) && margin >= confidence
    }
}
