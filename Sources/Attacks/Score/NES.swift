import BulwarkModels
import BulwarkTensors

/// Gradient ascent with a gradient that is estimated from the scores of random points nearby.
///
/// Ilyas, Engstrom, Athalye and Lin, "Black-box adversarial attacks with limited queries and information" (ICML
/// 2018): the estimate of algorithm 1, natural evolution strategies with antithetic sampling, and projected steps
/// along its sign for Linf, along its direction for L2. As in the authors' implementation the loss is the
/// cross-entropy, estimates are averaged with momentum, and the step is halved when the loss no longer rises.
///
/// All points of an estimate, and the point that the last step led to, are asked about together. Each is moved
/// into the ball and the box first, because no other is part of the threat; an element that could not move as
/// far as was drawn counts for as much as it moved.
public struct NES: ScoreSearch {
    /// The name on the command line.
    public var name: String { "nes" }
    /// Goal, norm (Linf or L2), radius and box.
    public let threat: ThreatModel
    /// The number of points for one estimate, an even number.
    public let samples: Int
    /// The standard deviation of the points around the current one, in input units.
    public let deviation: Float
    /// The length of the first steps in input units, measured by the norm.
    public let stepSize: Float
    /// The share of the estimates before in the direction of a step.
    public let momentum: Double
    /// The number of steps over which the loss has to rise for the step size to stay.
    public let patience: Int
    /// The most queries for one sample, its own included.
    public let maximumQueries: Int

    /// The attack ends with its first success.
    public var keeping: Keeping { .first }
    /// As many as the attack was given.
    public var queryBudget: Int? { maximumQueries }

    /// The shortest step as a share of the first.
    private static let shortestStep: Float = 1 / 200

    /// The attack with the parameters of the publication, unless others are given.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is Linf or L2.
    public init(
        threat: ThreatModel,
        samples: Int = 50,
        deviation: Float = 0.001,
        stepSize: Float = 0.01,
        momentum: Double = 0.9,
        patience: Int = 5,
        maximumQueries: Int = 10_000
    ) throws(AttackError) {
        precondition(samples >= 2 && samples % 2 == 0, "points come in pairs")
        precondition(deviation > 0 && stepSize > 0, "points and steps are some way off")
        precondition((0..<1).contains(momentum) && patience >= 2, "a share, and a loss before and after")
        precondition(maximumQueries >= 1, "the sample itself is asked about")
        guard threat.norm == .linf || threat.norm == .l2 else {
            throw .unsupportedNorm(attack: "nes", norm: threat.norm)
        }
        self.threat = threat
        self.samples = samples
        self.deviation = deviation
        self.stepSize = stepSize
        self.momentum = momentum
        self.patience = patience
        self.maximumQueries = maximumQueries
    }

    /// Looks for a point that reaches the aim, until there are no queries left.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some ScoreOracle) async throws {
        var random = oracle.random(restart: 0)
        let region = BallAndBox(oracle)
        var point = oracle.input
        var direction = [Float](repeating: 0, count: point.count)
        var step = stepSize
        var losses: [Double] = []
        while true {
            let (loss, gradient) = try await estimate(oracle, at: point, in: region, &random)
            direction = direction.times(Float(momentum)).plus(Float(1 - momentum), times: gradient)
            losses = losses.suffix(patience - 1) + [loss]
            if losses.count == patience, losses[patience - 1] < losses[0] {
                step = max(step / 2, Self.shortestStep * stepSize)
                losses = []
            }
            point = region.nearest(to: point.plus(step, times: unit(direction)))
        }
    }

    /// The mean loss around a point and the estimate of the gradient there.
    package func estimate(
        _ oracle: some ScoreOracle,
        at point: [Float],
        _ random: inout SeededRandom
    ) async throws -> (loss: Double, gradient: [Float]) {
        try await estimate(oracle, at: point, in: BallAndBox(oracle), &random)
    }

    private func estimate(
        _ oracle: some ScoreOracle,
        at point: [Float],
        in region: BallAndBox,
        _ random: inout SeededRandom
    ) async throws -> (loss: Double, gradient: [Float]) {
        let draws = (0..<samples / 2).map { _ in [Float].normal(point.count, &random) }
        let forth = draws.map { region.nearest(to: point.plus(deviation, times: $0)) }
        let back = draws.map { region.nearest(to: point.plus(-deviation, times: $0)) }
        // The scores of the sample itself are known.
        let own = point == oracle.input ? [] : [point]
        let logits = try await oracle.logits(at: own + forth + back)
        let losses = logits.dropFirst(own.count).map {
            ScoreObjective.logProbability.value($0, oracle.aim)
        }
        var tally = PairTally(point.count)
        for pair in draws.indices {
            let difference = losses[pair] - losses[pair + draws.count]
            tally.add(draws[pair], forth[pair], back[pair], difference.isFinite ? difference : 0)
        }
        return (losses.reduce(0, +) / Double(samples), tally.gradient)
    }

    private func unit(_ direction: [Float]) -> [Float] {
        if threat.norm == .linf { return direction.signs }
        let length = direction.length
        return length > 0 && length.isFinite ? direction.times(Float(1 / length)) : direction.signs.times(0)
    }
}

/// Sums over pairs of points x ± σu from which the gradient follows.
///
/// Where nothing is in the way this is Σ (L⁺ − L⁻)·u / 2σn over n pairs. An element that the ball or the box has
/// held back moved by less than 2σu, and its sum is divided by that much less.
private struct PairTally {
    private var rises: [Double]
    private var moves: [Double]
    private var squares: [Double]
    private var pairs = 0.0

    init(_ count: Int) {
        rises = Array(repeating: 0, count: count)
        (moves, squares) = (rises, rises)
    }

    mutating func add(_ draw: [Float], _ forth: [Float], _ back: [Float], _ difference: Double) {
        for index in draw.indices {
            let step = Double(draw[index])
            rises[index] += difference * step
            moves[index] += step * (Double(forth[index]) - Double(back[index]))
            squares[index] += step * step
        }
        pairs += 1
    }

    var gradient: [Float] {
        rises.indices.map { index in
            moves[index] > 0 ? Float(rises[index] * squares[index] / (moves[index] * pairs)) : 0
        }
    }
}
