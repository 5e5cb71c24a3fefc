import BulwarkModels
import BulwarkTensors
import RealModule

/// Sign-OPT: looks for the direction in which the boundary is nearest, by descending along signs of its
/// distance that cost one label each.
///
/// Cheng, Singh, Chen, Chen, Liu and Hsieh, "Sign-OPT: a query-efficient hard-label adversarial attack" (ICLR
/// 2020), algorithm 1. With g(θ) the distance of the boundary in direction θ, a label at x + g(θ)·θ′ says
/// whether g(θ′) is smaller (equation 3); the mean of random directions with these signs is the gradient. The
/// length of the step is doubled while g falls and else divided by four, as in the authors' code, and so are
/// the smoothing, which is divided by ten when no step helps, and the search for g, which goes down by one
/// per cent at a time before it bisects. A direction whose g is not smaller is given up after one query; its
/// exact g would be compared and dropped. It begins with the best of 100 normal directions, or of the starts
/// if there are any that serve.
///
/// For Linf the authors' code (`Sign_OPT_lf`) scales all directions to a largest element of 1. Soon many
/// elements are that large, nearly every random direction makes one of them larger, and labels say little
/// else; before a plane in ten dimensions it stops 20 to 60 per cent too far out. So here random directions
/// are cut off where they leave the cube, their mean label is subtracted, and steps follow signs.
public struct SignOPT: StartedSearch {
    /// The name on the command line.
    public var name: String { "sign-opt" }
    /// Goal, norm (L2 or Linf), radius and box.
    public let threat: ThreatModel
    /// The number of steps.
    public let steps: Int
    /// The number of random directions that one gradient is estimated from, Q.
    public let evaluations: Int
    /// The number of directions of which the best is the first.
    public let directions: Int
    /// The first length of a step of the direction, as a multiple of the gradient.
    public let stepSize: Double
    /// How far the random directions of an estimate are from the current one, where that has length 1.
    public let smoothing: Double
    /// The most queries for one sample, its own label included; nil for no limit.
    public let queryBudget: Int?
    /// Whether the attack goes on after a success in the ball to find a nearer one.
    public let keeping: Keeping
    /// Points with their classes to begin from.
    public var starts: [(point: [Float], label: Int)]

    /// The smallest length of a step before the smoothing is made smaller.
    private var smallestStep: Double { threat.norm == .linf ? 1e-6 : 1e-4 }

    /// The attack with every knob; the defaults are those of the authors' code for an untargeted goal.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm (L2 or Linf), radius and box.
    ///   - steps: The number of steps.
    ///   - evaluations: The number of random directions of one estimate.
    ///   - directions: The number of directions to choose the first from.
    ///   - stepSize: The first length of a step.
    ///   - smoothing: How far the random directions of an estimate are from the current one.
    ///   - queryBudget: The most queries for one sample; nil for no limit.
    ///   - keeping: Whether to go on after a success in the ball.
    ///   - starts: Points with their classes to begin from, for instance clean samples.
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L2 or Linf.
    public init(
        threat: ThreatModel,
        steps: Int = 1000,
        evaluations: Int = 200,
        directions: Int = 100,
        stepSize: Double = 0.2,
        smoothing: Double = 0.001,
        queryBudget: Int? = 20_000,
        keeping: Keeping = .nearest,
        starts: [(point: [Float], label: Int)] = []
    ) throws(AttackError) {
        precondition(steps >= 0, "there are no negative steps")
        precondition(evaluations >= 1 && directions >= 1, "an estimate takes a direction or more")
        precondition(stepSize > 0 && smoothing > 0, "steps have a length")
        precondition(queryBudget ?? 1 >= 1, "the sample itself takes a query")
        guard threat.norm == .l2 || threat.norm == .linf else {
            throw .unsupportedNorm(attack: "sign-opt", norm: threat.norm)
        }
        self.threat = threat
        self.steps = steps
        self.evaluations = evaluations
        self.directions = directions
        self.stepSize = stepSize
        self.smoothing = smoothing
        self.queryBudget = queryBudget
        self.keeping = keeping
        self.starts = starts
    }

    /// Looks for the nearest point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some LabelOracle) async throws {
        var random = oracle.random(restart: 0)
        guard var ray = try await firstRay(oracle, &random) else { return }
        var descent = (stepSize: stepSize, smoothing: smoothing)
        for _ in 0..<steps {
            let gradient = try await gradient(of: ray, descent.smoothing, oracle, &random)
            ray = try await descend(ray, along: gradient, &descent, oracle)
            guard descent.stepSize < smallestStep else { continue }
            descent = (1, descent.smoothing * 0.1)
            // Nearer directions are the same one in floats.
            if descent.smoothing * ray.length < oracle.resolution { return }
        }
    }

    /// The mean of random directions, each with the sign of the change that it brings to the distance; for
    /// Linf the signs of that.
    private func gradient(
        of ray: Ray,
        _ smoothing: Double,
        _ oracle: some LabelOracle,
        _ random: inout SeededRandom
    ) async throws -> [Float] {
        var sum = BoundaryNormal(size: oracle.input.count)
        try await oracle.probe(into: &sum, evaluations, &random) { random in
            let step = Ray([Float].normal(oracle.input.count, &random), threat.norm).direction
            let moved = ray.direction.plus(Float(smoothing), times: step)
            if threat.norm == .linf {
                let inCube = Ray(direction: moved.map { min(max($0, -1), 1) }, length: ray.length)
                return Probe(point: inCube.point(oracle), direction: inCube.direction.minus(ray.direction))
            }
            let turned = Ray(direction: Ray(moved, threat.norm).direction, length: ray.length)
            return Probe(point: turned.point(oracle), direction: step)
        }
        return threat.norm == .linf ? sum.unit.signs.times(-1) : sum.mean.times(-1)
    }

    /// The best step against a gradient: twice as long again while that helps, else a fourth until it does.
    private func descend(
        _ ray: Ray,
        along gradient: [Float],
        _ descent: inout (stepSize: Double, smoothing: Double),
        _ oracle: some LabelOracle
    ) async throws -> Ray {
        var best = ray
        func next(_ stepSize: Double) -> Ray {
            Ray(ray.direction.plus(Float(-stepSize), times: gradient), threat.norm)
        }
        for _ in 0..<15 {
            let found = try await shorten(next(descent.stepSize), than: best, descent.smoothing, oracle)
            descent.stepSize *= 2
            guard let found else { break }
            best = found
        }
        if best.length < ray.length { return best }
        for _ in 0..<15 {
            descent.stepSize *= 0.25
            if let found = try await shorten(next(descent.stepSize), than: best, descent.smoothing, oracle) {
                return found
            }
        }
        return ray
    }

    /// A direction with the distance of its boundary, if that is less than the best one's: the boundary is
    /// the first one on the way inwards.
    private func shorten(
        _ ray: Ray,
        than best: Ray,
        _ smoothing: Double,
        _ oracle: some LabelOracle
    ) async throws -> Ray? {
        guard try await oracle.isReached(at: ray.point(oracle, at: best.length)) else { return nil }
        var high = best.length
        // A thousand times one per cent is less than 1/20,000 of the distance.
        for part in (1..<1000).doublingParts {
            let lengths = part.map { best.length * Double.pow(0.99, Double($0)) }
            let reached = try await oracle.areReached(at: lengths.map { ray.point(oracle, at: $0) })
            guard let first = reached.firstIndex(of: false) else {
                high = lengths[lengths.count - 1]
                continue
            }
            let length = try await oracle.boundary(
                on: { ray.point(oracle, at: $0) },
                from: lengths[first],
                to: first > 0 ? lengths[first - 1] : high,
                tolerance: smoothing / 500 * best.length
            ).position
            return length < best.length ? Ray(direction: ray.direction, length: length) : nil
        }
        return Ray(direction: ray.direction, length: high)
    }
}
