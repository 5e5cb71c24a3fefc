import BulwarkModels
import BulwarkTensors
import CKernels

/// What an attack may ask about the one sample it works on: labels.
///
/// An attack is written for a single sample, as its paper has it, and waits for each answer; meanwhile the
/// same attack asks about other samples, and what all of them asked is answered together. Whoever answers
/// counts every question, ends the attack when the budget is spent or the aim is reached, and keeps the best
/// point that was asked about. So an attack holds neither counters nor candidates: it only asks.
public protocol LabelOracle: AnyObject, Sendable {
    /// The sample, row by row.
    var input: [Float] { get }
    /// What the adversary wants.
    var aim: Aim { get }
    /// Goal, norm, radius and box.
    var threat: ThreatModel { get }
    /// The box with one interval for each element of the sample.
    var box: Box { get }
    /// The shape of a sample.
    var shape: Shape { get }
    /// The number of classes.
    var classCount: Int { get }
    /// Which of several tries the attack is at; kept beside what is found.
    var restart: Int { get set }
    /// The nearest point so far that reaches the aim, in the box and wherever the ball ends; nil before there
    /// is one.
    var nearest: [Float]? { get }

    /// About how many points can be asked about together in the time that one takes, at least 1.
    ///
    /// It depends on what else is going on, so it may decide what is asked about ahead of time and nothing
    /// else.
    var room: Int { get }

    /// Random numbers of this sample, a stream for each restart.
    func random(restart: Int) -> SeededRandom

    /// The predicted class of each point, at the price of one query each.
    ///
    /// - Throws: `SearchEnd` when the attack is over, and what the model throws; attacks pass both on.
    func labels(at points: [[Float]]) async throws -> [Int]
}

/// What an attack may ask that sees scores.
public protocol ScoreOracle: LabelOracle {
    /// The scores of the sample itself, which cost nothing more.
    var logitsOfInput: [Float] { get }

    /// The scores of each point, at the price of one query each.
    ///
    /// - Throws: As `labels(at:)`.
    func logits(at points: [[Float]]) async throws -> [[Float]]

    /// The scores of the points up to the first whose scores are enough, as if they were asked about one after
    /// the other: what lies behind it is neither counted nor kept.
    ///
    /// - Parameters:
    ///   - points: At least one point.
    ///   - isEnough: Whether scores make the later points superfluous.
    /// - Returns: The scores of the first points, at least of one.
    /// - Throws: As `labels(at:)`.
    func logits(at points: [[Float]], upTo isEnough: ([Float]) -> Bool) async throws -> [[Float]]
}

/// What an attack may ask that sees gradients.
public protocol GradientOracle: ScoreOracle {
    /// A loss at each point with its gradient, at the price of one gradient each.
    ///
    /// A point at which the aim seems reached is asked about once more, at the price of a query, so that what
    /// is kept rests on the same answer that the judge will get.
    ///
    /// - Parameters:
    ///   - loss: What to differentiate; larger is better for the adversary.
    ///   - points: Where.
    ///   - aims: What the loss is to bring nearer at each point; the attack's own aim where this is nil.
    /// - Returns: One slope a point.
    /// - Throws: As `labels(at:)`.
    func slopes(of loss: Loss, at points: [[Float]], aims: [Aim]?) async throws -> [Slope]

    /// Makes attempts that know nothing of each other, with the outcome and at the price of making one after
    /// the other.
    ///
    /// - Parameters:
    ///   - count: How many; the number of each becomes `restart`.
    ///   - attempt: Makes one, with the oracle that it is to ask.
    /// - Throws: As `labels(at:)`.
    func attempts(
        _ count: Int,
        _ attempt: @escaping @Sendable (Int, any GradientOracle) async throws -> Void
    ) async throws
}

/// A loss at one point.
public struct Slope: Sendable {
    /// The loss; larger is better for the adversary.
    public let loss: Float
    /// The scores.
    public let logits: [Float]
    /// The gradient of the loss with respect to the point.
    public let gradient: [Float]
}

/// Why an attack on a sample ends before its own last step.
public enum SearchEnd: Error, Equatable {
    /// The aim is reached, and a nearer point would not be better.
    case reached
    /// There are no queries left.
    case budget
}

extension LabelOracle {
    /// One.
    public var room: Int { 1 }

    /// The predicted class of a point, at the price of one query.
    public func label(at point: [Float]) async throws -> Int { try await labels(at: [point])[0] }

    /// Whether a point reaches the aim, at the price of one query.
    @inline(__always)
    public func isReached(at point: [Float]) async throws -> Bool {
        aim.isReached(by: try await labels(at: [point])[0])
    }

    /// Whether each point reaches the aim, at the price of one query each.
    public func areReached(at points: [[Float]]) async throws -> [Bool] {
        try await labels(at: points).map { aim.isReached(by: $0) }
    }
}

extension ScoreOracle {
    /// The scores of a point, at the price of one query.
    @inline(__always)
    public func logits(at point: [Float]) async throws -> [Float] { try await logits(at: [point])[0] }

    /// The scores of the points up to the first whose scores are enough, one after the other.
    ///
    /// - Throws: As `labels(at:)`.
    public func logits(
        at points: [[Float]],
        upTo isEnough: ([Float]) -> Bool
    ) async throws -> [[Float]] {
        var answers: [[Float]] = []
        for point in points {
            let scores = try await logits(at: point)
            answers.append(scores)
            if isEnough(scores) { break }
        }
        return answers
    }

    /// A loss at each point, at the price of one query each.
    public func losses(_ loss: Loss, at points: [[Float]]) async throws -> [Float] {
        try await logits(at: points).map { loss.value(ofLogits: $0, aim: aim) }
    }
}

extension GradientOracle {
    /// A loss at a point with its gradient, at the price of one gradient.
    public func slope(of loss: Loss, at point: [Float], aim: Aim? = nil) async throws -> Slope {
        try await slopes(of: loss, at: [point], aims: aim.map { [$0] })[0]
    }

    /// Makes one attempt after the other.
    ///
    /// - Throws: As `labels(at:)`.
    public func attempts(
        _ count: Int,
        _ attempt: @escaping @Sendable (Int, any GradientOracle) async throws -> Void
    ) async throws {
        for index in 0..<count {
            restart = index
            try await attempt(index, self)
        }
    }
}

extension Loss {
    /// The loss of one sample's logits.
    public func value(ofLogits logits: [Float], aim: Aim) -> Float {
        gradient(ofLogits: Tensor(Shape(trusted: [1, logits.count]), logits), aims: [aim]).losses[0]
    }
}

/// The values that each element of one sample may have.
public struct Box: Sendable, Equatable {
    /// The smallest value of each element.
    public let lower: [Float]
    /// The largest value of each element.
    public let upper: [Float]

    /// The box of samples of so many elements.
    public init(_ bounds: Bounds, count: Int) {
        precondition(bounds.lower.count == 1 || bounds.lower.count == count, "one interval for each element")
        lower = bounds.lower.count == count ? bounds.lower : Array(repeating: bounds.lower[0], count: count)
        upper = bounds.upper.count == count ? bounds.upper : Array(repeating: bounds.upper[0], count: count)
    }

    /// Whether all elements of a point are finite and inside.
    public func contains(_ point: [Float]) -> Bool {
        precondition(point.count == lower.count, "one interval for each element")
        return kernels_is_inside(point, lower, upper, Int64(point.count))
    }

    /// The nearest point inside; NaN becomes the lower bound.
    public func clamp(_ point: [Float]) -> [Float] {
        var result = point
        for index in result.indices {
            result[index] = min(max(lower[index], result[index]), upper[index])
        }
        return result
    }
}
