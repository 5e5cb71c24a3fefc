import BulwarkModels
import BulwarkTensors

/// HopSkipJump: estimates from labels alone which way the boundary faces, jumps away from it along that
/// direction, and comes back to it nearer to the sample.
///
/// Chen, Jordan and Wainwright, "HopSkipJumpAttack: a query-efficient decision-based attack" (S&P 2020),
/// algorithm 2. Each step bisects the way to the sample down to the boundary, draws points around that, whose
/// labels give the direction (with the mean label subtracted), and halves a step along it, first of the
/// length ‖xₜ − x‖/√t, until the aim is reached.
///
/// Tolerance of the bisection and radius of the draws are the publication's, θ = d^−3/2 for L2 and d^−2 for
/// Linf, and δ = ‖x̃ₜ₋₁ − x‖/d, the latter from the first step on, while the authors' code begins with a
/// tenth of the box. With fewer than 100 elements d counts as 100: in two dimensions the bisection would else
/// end with an error of a third. No draw is so near that its floats could not tell it from the boundary,
/// which happens in the published code for Linf and large images.
public struct HopSkipJump: StartedSearch {
    /// The name on the command line.
    public var name: String { "hop-skip-jump" }
    /// Goal, norm (L2 or Linf), radius and box.
    public let threat: ThreatModel
    /// The number of jumps.
    public let steps: Int
    /// The number of points that the first direction is estimated from; the t-th takes √t times as many.
    public let initialEvaluations: Int
    /// The most points that one direction is estimated from.
    public let maximumEvaluations: Int
    /// The most queries for one sample, its own label included; nil for no limit.
    public let queryBudget: Int?
    /// Whether the attack goes on after a success in the ball to find a nearer one.
    public let keeping: Keeping
    /// Points with their classes to begin from, tried before anything is drawn.
    public var starts: [(point: [Float], label: Int)]

    /// The attack with every knob; the defaults are those of the reference implementation, 64 steps and about
    /// 35,000 queries.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm (L2 or Linf), radius and box.
    ///   - steps: The number of jumps.
    ///   - initialEvaluations: The number of points that the first direction is estimated from.
    ///   - maximumEvaluations: The most points that one direction is estimated from.
    ///   - queryBudget: The most queries for one sample; nil for no limit.
    ///   - keeping: Whether to go on after a success in the ball.
    ///   - starts: Points with their classes to begin from, for instance clean samples.
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L2 or Linf.
    public init(
        threat: ThreatModel,
        steps: Int = 64,
        initialEvaluations: Int = 100,
        maximumEvaluations: Int = 10_000,
        queryBudget: Int? = nil,
        keeping: Keeping = .nearest,
        starts: [(point: [Float], label: Int)] = []
    ) throws(AttackError) {
        precondition(steps >= 0, "there are no negative steps")
        precondition(initialEvaluations >= 1 && maximumEvaluations >= 1, "a direction takes a point or more")
        precondition(queryBudget ?? 1 >= 1, "the sample itself takes a query")
        guard threat.norm == .l2 || threat.norm == .linf else {
            throw .unsupportedNorm(attack: "hop-skip-jump", norm: threat.norm)
        }
        self.threat = threat
        self.steps = steps
        self.initialEvaluations = initialEvaluations
        self.maximumEvaluations = maximumEvaluations
        self.queryBudget = queryBudget
        self.keeping = keeping
        self.starts = starts
    }

    /// Looks for the nearest point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some LabelOracle) async throws {
        var random = oracle.random(restart: 0)
        guard var outside = try await StartingPoint(starts: starts).find(oracle, &random)?.point else {
            return
        }
        for step in stride(from: 1, through: steps, by: 1) {
            let boundary = try await project(outside, oracle)
            let radius = threat.norm.distance(outside, oracle.input) / dimension(of: oracle)
            var normal = BoundaryNormal(size: boundary.count)
            try await oracle.probe(into: &normal, evaluations(step), &random) { random in
                draw(around: boundary, radius: max(radius, 16 * oracle.resolution), oracle, &random)
            }
            let direction = threat.norm == .linf ? normal.unit.signs : normal.unit
            outside = try await jump(from: boundary, along: direction, step, oracle)
        }
        _ = try await project(outside, oracle)
    }

    private func dimension(of oracle: some LabelOracle) -> Double { Double(max(oracle.input.count, 100)) }

    private func evaluations(_ step: Int) -> Int {
        Int(min(Double(initialEvaluations) * Double(step).squareRoot(), Double(maximumEvaluations)))
    }

    /// The way back to the boundary, algorithm 1: towards the sample on a line for L2, into ever smaller
    /// cubes around the sample for Linf.
    private func project(_ point: [Float], _ oracle: some LabelOracle) async throws -> [Float] {
        let size = dimension(of: oracle)
        if threat.norm == .l2 {
            let tolerance = 1 / (size * size.squareRoot())
            return try await oracle.boundary(
                on: { oracle.between($0, point) },
                to: 1,
                tolerance: tolerance
            ).point
        }
        let distance = threat.norm.distance(point, oracle.input)
        return try await oracle.boundary(
            on: { share in
                if share >= 1 { return point }
                let side = Float(share * distance)
                return zip(point, oracle.input).map { min(max($0, $1 - side), $1 + side) }
            },
            to: 1,
            tolerance: 1 / (size * size)
        ).point
    }

    /// A point in a random direction from the boundary.
    ///
    /// The direction is uniform on the sphere for L2 and that of a uniform point of the cube for Linf. What
    /// the box cuts off is not part of it.
    private func draw(
        around boundary: [Float],
        radius: Double,
        _ oracle: some LabelOracle,
        _ random: inout SeededRandom
    ) -> Probe {
        let noise =
            threat.norm == .linf
            ? boundary.map { _ in random.uniform(-1, 1) } : [Float].normal(boundary.count, &random)
        let length = noise.length
        let point = boundary.plus(length > 0 ? Float(radius / length) : 0, times: noise)
        let clamped = oracle.box.clamp(point)
        return Probe(point: clamped, direction: clamped.minus(boundary))
    }

    /// The step away from the boundary, halved until it reaches the aim; after so many halves that floats
    /// have no more room for it, no step at all.
    private func jump(
        from boundary: [Float],
        along direction: [Float],
        _ step: Int,
        _ oracle: some LabelOracle
    ) async throws -> [Float] {
        var size = threat.norm.distance(boundary, oracle.input) / Double(step).squareRoot()
        for _ in 0..<Float.significandBitCount {
            let point = oracle.box.clamp(boundary.plus(Float(size), times: direction))
            if point == boundary { break }
            if try await oracle.isReached(at: point) { return point }
            size /= 2
        }
        return boundary
    }
}
