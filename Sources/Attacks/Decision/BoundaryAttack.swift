import BulwarkModels
import BulwarkTensors

/// The boundary attack: walks along the boundary in random directions and, where it may, a little towards the
/// sample.
///
/// Brendel, Rauber and Bethge, "Decision-based adversarial attacks: reliable attacks against black-box
/// machine learning models" (ICLR 2018), algorithm 1 and section 2. A proposal takes a step on the sphere
/// around the sample, orthogonal to the way to it, and then one towards it; both are shares of the distance.
/// The first share follows how often a point on the sphere reaches the aim, which is every second time where
/// the boundary is flat, the second how often the whole proposal does after that.
///
/// The publication asks about the point on the sphere in every step; its reference implementation only in
/// every tenth, and so spends most queries on proposals that get nearer. `checkInterval` chooses. Instead of
/// one proposal several can be asked about together, of which the nearest that reaches the aim is taken; that
/// needs fewer rounds and more queries. The walk begins where the line from the sample to the starting point
/// crosses the boundary, and not at that point, from which it would have to find there first.
public struct BoundaryAttack: StartedSearch {
    /// The name on the command line.
    public var name: String { "boundary" }
    /// Goal, norm (L2), radius and box.
    public let threat: ThreatModel
    /// The number of steps.
    public let steps: Int
    /// The length of the first orthogonal steps as a share of the distance to the sample, δ.
    public let orthogonalStep: Double
    /// The length of the first steps towards the sample as a share of the distance, ε in the publication.
    public let sourceStep: Double
    /// What a step is multiplied with or divided by when its success is too high or too low.
    public let adaptation: Double
    /// How many of the last orthogonal steps are looked at to adapt them; for steps towards the sample three
    /// tenths of that.
    public let window: Int
    /// In every so many steps the points on the sphere are asked about as well, and step sizes are adapted.
    public let checkInterval: Int
    /// The number of proposals that are asked about together.
    public let population: Int
    /// The most queries for one sample, its own label included; nil for no limit.
    public let queryBudget: Int?
    /// Whether the attack goes on after a success in the ball to find a nearer one.
    public let keeping: Keeping
    /// Points with their classes to begin from, tried before anything is drawn.
    public var starts: [(point: [Float], label: Int)]

    /// A share of the distance below which the attack counts as having converged.
    private static let smallestSourceStep = 1e-7

    /// The attack with every knob; the defaults are those of the reference implementation.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm (L2), radius and box.
    ///   - steps: The number of steps.
    ///   - orthogonalStep: The first share of the distance to step sideways.
    ///   - sourceStep: The first share of the distance to step towards the sample.
    ///   - adaptation: The factor that adapts steps.
    ///   - window: How many of the last orthogonal steps are looked at.
    ///   - checkInterval: How often points on the sphere are asked about.
    ///   - population: The number of proposals that are asked about together.
    ///   - queryBudget: The most queries for one sample; nil for no limit.
    ///   - keeping: Whether to go on after a success in the ball.
    ///   - starts: Points with their classes to begin from, for instance clean samples.
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L2.
    public init(
        threat: ThreatModel,
        steps: Int = 25_000,
        orthogonalStep: Double = 0.01,
        sourceStep: Double = 0.01,
        adaptation: Double = 1.5,
        window: Int = 100,
        checkInterval: Int = 10,
        population: Int = 1,
        queryBudget: Int? = nil,
        keeping: Keeping = .nearest,
        starts: [(point: [Float], label: Int)] = []
    ) throws(AttackError) {
        precondition(steps >= 0 && checkInterval >= 1 && population >= 1, "steps have proposals")
        precondition(orthogonalStep > 0 && (0...1).contains(sourceStep), "steps are shares of the distance")
        precondition(adaptation > 1 && window >= 4, "steps adapt to some answers")
        precondition(queryBudget ?? 1 >= 1, "the sample itself takes a query")
        guard threat.norm == .l2 else { throw .unsupportedNorm(attack: "boundary", norm: threat.norm) }
        self.threat = threat
        self.steps = steps
        self.orthogonalStep = orthogonalStep
        self.sourceStep = sourceStep
        self.adaptation = adaptation
        self.window = window
        self.checkInterval = checkInterval
        self.population = population
        self.queryBudget = queryBudget
        self.keeping = keeping
        self.starts = starts
    }

    /// Looks for the nearest point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some LabelOracle) async throws {
        var random = oracle.random(restart: 0)
        guard let start = try await StartingPoint(starts: starts).find(oracle, &random)?.point else { return }
        var point = try await oracle.boundary(on: { oracle.between($0, start) }, to: 1, tolerance: 1e-3).point
        var sizes = StepSizes(self)
        for step in stride(from: 1, through: steps, by: 1) {
            if sizes.source < Self.smallestSourceStep { return }
            var proposals = (0..<population).map { _ in
                Proposal(from: point, sizes, oracle.input, oracle.box, &random)
            }
            let isCheck = step % checkInterval == 0
            if isCheck {
                let answers = try await oracle.areReached(at: proposals.map(\.onSphere))
                sizes.orthogonalSuccess.append(answers)
                proposals = proposals.indices.filter { answers[$0] }.map { proposals[$0] }
            }
            let answers = proposals.isEmpty ? [] : try await oracle.areReached(at: proposals.map(\.point))
            let reached = proposals.indices.filter { answers[$0] }.map { proposals[$0] }
            if let nearest = reached.min(by: { $0.distance < $1.distance }),
                nearest.distance < threat.norm.distance(point, oracle.input)
            {
                point = nearest.point
            }
            if isCheck {
                sizes.sourceSuccess.append(answers)
                sizes.adapt(by: adaptation)
            }
        }
    }

    /// The shares of the distance to step, and what became of the last steps.
    private struct StepSizes {
        var orthogonal: Double
        var source: Double
        var orthogonalSuccess: SuccessRate
        var sourceSuccess: SuccessRate

        init(_ attack: BoundaryAttack) {
            (orthogonal, source) = (attack.orthogonalStep, attack.sourceStep)
            orthogonalSuccess = SuccessRate(window: attack.window)
            sourceSuccess = SuccessRate(window: max(attack.window * 3 / 10, 1))
        }

        /// Makes steps shorter if fewer than a fifth of the last ones succeeded, and longer if more than half.
        ///
        /// Where that is so on the sphere, steps towards the sample are too long or too short as well.
        mutating func adapt(by factor: Double) {
            if let change = orthogonalSuccess.change(by: factor) {
                orthogonal *= change
                source = min(source * change, 1)
            }
            if let change = sourceSuccess.change(by: factor) { source = min(source * change, 1) }
        }
    }

    private struct SuccessRate {
        let window: Int
        private var recent: [Bool] = []

        init(window: Int) { self.window = window }

        mutating func append(_ answers: [Bool]) { recent = (recent + answers).suffix(window) }

        /// What to multiply a step with; nil, and everything forgotten after a change, if it is right.
        mutating func change(by factor: Double) -> Double? {
            guard recent.count == window else { return nil }
            let rate = Double(recent.count(where: \.self)) / Double(window)
            guard rate > 0.5 || rate < 0.2 else { return nil }
            recent = []
            return rate > 0.5 ? factor : 1 / factor
        }
    }

    /// A point to go to next.
    private struct Proposal {
        /// After the orthogonal step, as far from the sample as before.
        let onSphere: [Float]
        /// After the step towards the sample.
        let point: [Float]
        let distance: Double

        init(
            from current: [Float],
            _ sizes: StepSizes,
            _ source: [Float],
            _ box: Box,
            _ random: inout SeededRandom
        ) {
            let toSource = source.minus(current)
            let distance = toSource.length
            let noise = [Float].normal(source.count, &random)
            let sideways = noise.plus(Float(-noise.dot(toSource) / (distance * distance)), times: toSource)
            let length = sideways.length
            // In one dimension nothing is orthogonal but what rounding leaves.
            let share = length > 1e-4 * noise.length ? sizes.orthogonal : 0
            let shrinking = 1 / (1 + share * share).squareRoot()
            let scale = length > 0 ? share * distance / length : 0
            onSphere = box.clamp(
                source.indices.map { index in
                    let step = scale * Double(sideways[index]) - Double(toSource[index])
                    return Float(Double(source[index]) + shrinking * step)
                }
            )
            // What the box took off or rounding added is made up for.
            let back = source.minus(onSphere)
            let reach = back.length
            let onward = max(sizes.source * distance + reach - distance, 0)
            point = box.clamp(onSphere.plus(Float(reach > 0 ? min(onward / reach, 1) : 0), times: back))
            self.distance = Norm.l2.distance(point, source)
        }
    }
}
