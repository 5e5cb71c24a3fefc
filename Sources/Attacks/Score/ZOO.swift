import BulwarkModels
import BulwarkTensors
import RealModule

/// The attack of Carlini and Wagner without gradients: coordinate descent with differences of scores in their
/// place.
///
/// Chen, Zhang, Sharma, Yi and Hsieh, "ZOO: Zeroth order optimization based black-box attacks to deep neural
/// networks without training substitute models" (AISec 2017), algorithm 2 (ZOO-ADAM): minimise ‖x − x₀‖² + c·f(x)
/// in the box, where f is how far the aim is from being reached, cut off at −κ, and c is found by bisection. In
/// each step some coordinates, drawn at random, get a symmetric difference quotient and an ADAM step of their own.
/// The differences of log-probabilities in f are differences of logits.
///
/// As in the authors' implementation the box is kept by clamping, every c begins where the last one ended, a
/// coordinate's ADAM forgets when the aim is first reached, and h is 0.001: with the 0.0001 of the text the
/// rounding of scores to floats is ten times as large a part of a difference. Left out are the parts made for
/// images of ImageNet's size: attacking a smaller image that is scaled up, in stages, and drawing coordinates by
/// importance.
public struct ZOO: ScoreSearch {
    /// The name on the command line.
    public var name: String { "zoo" }
    /// Goal, norm (L2), radius and box.
    public let threat: ThreatModel
    /// How many values of c to try, at least one.
    public let searches: Int
    /// The number of steps for each c.
    public let steps: Int
    /// The number of coordinates in a step, at the price of two queries each; all of them if there are fewer.
    public let coordinates: Int
    /// The first c.
    public let initialConstant: Double
    /// The length of an ADAM step of one coordinate, in input units.
    public let learningRate: Double
    /// How far to either side a coordinate is moved for its difference quotient, h, in input units.
    public let difference: Float
    /// By how much the margin has to be exceeded, κ, in units of the logits.
    public let confidence: Double
    /// Whether to go on to the next c when the objective has not fallen over a tenth of the steps.
    public let stopsEarly: Bool

    /// The nearest point that was asked about is kept.
    public var keeping: Keeping { .nearest }

    /// The attack with the parameters of the publication for small images, unless others are given.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L2.
    public init(
        threat: ThreatModel,
        searches: Int = 9,
        steps: Int = 1000,
        coordinates: Int = 128,
        initialConstant: Double = 0.01,
        learningRate: Double = 0.01,
        difference: Float = 0.001,
        confidence: Double = 0,
        stopsEarly: Bool = true
    ) throws(AttackError) {
        precondition(searches >= 1 && steps >= 1 && coordinates >= 1, "at least one of each is tried")
        precondition(initialConstant > 0 && learningRate > 0 && difference > 0, "steps go somewhere")
        precondition(confidence >= 0, "a confidence is not negative")
        guard threat.norm == .l2 else { throw .unsupportedNorm(attack: "zoo", norm: threat.norm) }
        self.threat = threat
        self.searches = searches
        self.steps = steps
        self.coordinates = coordinates
        self.initialConstant = initialConstant
        self.learningRate = learningRate
        self.difference = difference
        self.confidence = confidence
        self.stopsEarly = stopsEarly
    }

    /// Looks for the nearest point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some ScoreOracle) async throws {
        var random = oracle.random(restart: 0)
        var constant = initialConstant
        var (lower, upper) = (0.0, Double.infinity)
        var point = oracle.input
        for _ in 0..<searches {
            if try await descend(oracle, from: &point, constant, &random) {
                upper = constant
            } else {
                lower = constant
            }
            constant = upper.isFinite ? (lower + upper) / 2 : 10 * constant
        }
    }

    /// All steps for one c; true if the aim was reached at any of the points between them.
    private func descend(
        _ oracle: some ScoreOracle,
        from point: inout [Float],
        _ constant: Double,
        _ random: inout SeededRandom
    ) async throws -> Bool {
        var adam = CoordinateAdam(point.count, rate: learningRate)
        var isReached = false
        var checked = Double.infinity
        for step in 0..<steps {
            let chosen = random.permutation(of: point.count).prefix(coordinates)
            let pairs = chosen.map { pair(point, $0, oracle.box) }
            let logits = try await oracle.logits(at: [point] + pairs.flatMap { [$0.forth, $0.back] })
            let losses = logits.map { loss($0, oracle.aim) }
            if losses[0] <= -confidence, !isReached {
                isReached = true
                adam = CoordinateAdam(point.count, rate: learningRate)
            }
            let changes = point.minus(oracle.input)
            let objective = changes.dot(changes) + constant * losses[0]
            if stopsEarly, step % max(steps / 10, 1) == 0 {
                if objective > 0.9999 * checked { break }
                checked = objective
            }
            for (index, coordinate) in chosen.enumerated() {
                let (rise, run) = (losses[2 * index + 1] - losses[2 * index + 2], pairs[index].run)
                let slope = run > 0 ? rise / run : 0
                // The derivative of the distance needs no difference.
                let whole = 2 * Double(changes[coordinate]) + constant * slope
                let moved = Double(point[coordinate]) - adam.step(coordinate, whole)
                point[coordinate] = Float(moved)
            }
            point = oracle.box.clamp(point)
        }
        return isReached
    }

    /// How far the aim is from being reached, cut off at −κ.
    private func loss(_ logits: [Float], _ aim: Aim) -> Double {
        max(-ScoreObjective.margin.value(logits, aim), -confidence)
    }

    /// The two points beside a point along a coordinate, as far as the box allows, and how far apart they are.
    private func pair(
        _ point: [Float],
        _ coordinate: Int,
        _ box: Box
    ) -> (forth: [Float], back: [Float], run: Double) {
        var (forth, back) = (point, point)
        forth[coordinate] = min(point[coordinate] + difference, box.upper[coordinate])
        back[coordinate] = max(point[coordinate] - difference, box.lower[coordinate])
        return (forth, back, Double(forth[coordinate]) - Double(back[coordinate]))
    }
}

/// ADAM for coordinates that take their steps at different times: Kingma and Ba (ICLR 2015), algorithm 1, with
/// moments and a step count for each.
struct CoordinateAdam {
    private let rate: Double
    private var means: [Double]
    private var squares: [Double]
    private var ages: [Double]

    init(_ count: Int, rate: Double) {
        self.rate = rate
        means = Array(repeating: 0, count: count)
        (squares, ages) = (means, means)
    }

    /// How far a coordinate with this derivative goes down.
    mutating func step(_ coordinate: Int, _ slope: Double) -> Double {
        guard slope.isFinite else { return 0 }
        ages[coordinate] += 1
        means[coordinate] = 0.9 * means[coordinate] + 0.1 * slope
        squares[coordinate] = 0.999 * squares[coordinate] + 0.001 * slope * slope
        let correction = Double.sqrt(1 - .pow(0.999, ages[coordinate])) / (1 - .pow(0.9, ages[coordinate]))
        return rate * correction * means[coordinate] / (.sqrt(squares[coordinate]) + 1e-8)
    }
}
