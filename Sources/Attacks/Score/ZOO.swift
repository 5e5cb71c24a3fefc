import BulwarkModels
import BulwarkTensors

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
/// rounding of scores to floats is ten times as large a part of a difference. For large images, changes can be
/// made in a smaller image that is scaled up (section 3.3), in stages of growing size (3.4), and coordinates can be
/// drawn by how much has changed around them (3.5).
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
    /// How the box is kept.
    public let boxing: Boxing
    /// The smaller images in which changes are made, one after the other; the image itself follows them, or is the
    /// only stage if there are none.
    public let stages: [Stage]
    /// Whether coordinates are drawn by how much has changed around them, instead of uniformly.
    public let usesImportance: Bool

    /// How the box is kept.
    public enum Boxing: String, Sendable, Codable {
        /// Points are clamped to it.
        case clamping
        /// By the change of variables of Carlini and Wagner, which the publication uses for small images.
        ///
        /// Learning rate and differences are then those of the free variables, in which the box is a few units
        /// wide. An element at the very border moves so little with its variable that floats do not show it.
        case tanh
    }

    /// A part of the steps for one c.
    public struct Stage: Sendable, Equatable {
        /// The most rows and columns of the smaller image.
        public let side: Int
        /// The number of steps that are taken in it.
        public let steps: Int

        /// So many steps in images of a size.
        public init(side: Int, steps: Int) {
            precondition(side >= 1 && steps >= 1, "an image has pixels, and a stage has steps")
            self.side = side
            self.steps = steps
        }
    }

    /// The nearest point that was asked about is kept.
    public var keeping: Keeping { .nearest }

    /// The attack with the parameters of the publication for small images, unless others are given.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L2, and `AttackError.unboundedInputs` if the box is
    ///   to be kept by a change of variables and is not finite.
    public init(
        threat: ThreatModel,
        searches: Int = 9,
        steps: Int = 1000,
        coordinates: Int = 128,
        initialConstant: Double = 0.01,
        learningRate: Double = 0.01,
        difference: Float = 0.001,
        confidence: Double = 0,
        stopsEarly: Bool = true,
        boxing: Boxing = .clamping,
        stages: [Stage] = [],
        usesImportance: Bool = false
    ) throws(AttackError) {
        precondition(searches >= 1 && steps >= 1 && coordinates >= 1, "at least one of each is tried")
        precondition(initialConstant > 0 && learningRate > 0 && difference > 0, "steps go somewhere")
        precondition(confidence >= 0, "a confidence is not negative")
        guard threat.norm == .l2 else { throw .unsupportedNorm(attack: "zoo", norm: threat.norm) }
        guard boxing == .clamping || TanhBox.isDefined(for: threat.bounds) else {
            throw .unboundedInputs(attack: "zoo")
        }
        self.threat = threat
        self.searches = searches
        self.steps = steps
        self.coordinates = coordinates
        self.initialConstant = initialConstant
        self.learningRate = learningRate
        self.difference = difference
        self.confidence = confidence
        self.stopsEarly = stopsEarly
        self.boxing = boxing
        self.stages = stages
        self.usesImportance = usesImportance
    }

    /// Looks for the nearest point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some ScoreOracle) async throws {
        var random = oracle.random(restart: 0)
        var penalty = PenaltySearch(first: Float(initialConstant))
        var variables = ZOOVariables(oracle, boxing, spaces(oracle).first?.space)
        for _ in 0..<searches {
            let constant = Double(penalty.constant)
            penalty.note(isReached: try await descend(oracle, &variables, constant, &random))
        }
    }

    /// The stages in which images are smaller than the sample, and how many steps each takes.
    private func spaces(_ oracle: some ScoreOracle) -> [(space: AttackSpace, steps: Int)] {
        let layout = ImageLayout(oracle.shape)
        return stages.filter { $0.side < max(layout.rows, layout.columns) }.map {
            (AttackSpace(layout, side: $0.side), $0.steps)
        }
    }

    /// All stages for one c, from the one on where the variables are; true if the aim was reached at any of the
    /// points between the steps.
    private func descend(
        _ oracle: some ScoreOracle,
        _ variables: inout ZOOVariables,
        _ constant: Double,
        _ random: inout SeededRandom
    ) async throws -> Bool {
        var isReached = false
        if variables.space != nil {
            for (space, steps) in spaces(oracle) {
                var next = ZOOVariables(oracle, boxing, space)
                next.take(from: variables)
                variables = next
                if try await descend(oracle, &variables, constant, steps: steps, &random) { isReached = true }
            }
            var whole = ZOOVariables(oracle, boxing, nil)
            whole.take(from: variables)
            variables = whole
        }
        if try await descend(oracle, &variables, constant, steps: steps, &random) { isReached = true }
        return isReached
    }

    /// The steps of one stage; true if the aim was reached at any of the points between them.
    private func descend(
        _ oracle: some ScoreOracle,
        _ variables: inout ZOOVariables,
        _ constant: Double,
        steps: Int,
        _ random: inout SeededRandom
    ) async throws -> Bool {
        var adam = CoordinateAdam(variables.values.count, rate: learningRate)
        var isReached = false
        var check = StallCheck(steps: steps)
        for step in 0..<steps {
            let chosen = chosen(variables, &random)
            let pairs = chosen.map { variables.pair($0, difference) }
            let point = variables.point
            let logits = try await oracle.logits(at: [point] + pairs.flatMap { [$0.forth, $0.back] })
            let losses = logits.map { loss($0, oracle.aim) }
            if losses[0] <= -confidence, !isReached {
                isReached = true
                adam = CoordinateAdam(variables.values.count, rate: learningRate)
            }
            let changes = point.minus(oracle.input)
            // Not negative, as the check asks: cut off at 0 and not at −κ.
            let objective = changes.dot(changes) + constant * (losses[0] + confidence)
            if stopsEarly, check.isStalled(at: step, objective: objective) { break }
            let slopes = variables.slopesOfDistance(from: oracle.input)
            var moves: [(variable: Int, step: Double)] = []
            for (index, coordinate) in chosen.enumerated() {
                let (rise, run) = (losses[2 * index + 1] - losses[2 * index + 2], pairs[index].run)
                let slope = run > 0 ? rise / run : 0
                // The derivative of the distance needs no difference.
                let whole = Double(slopes[coordinate]) + constant * slope
                moves.append((coordinate, adam.step(coordinate, whole)))
            }
            variables.descend(moves)
        }
        return isReached
    }

    /// The coordinates of a step.
    private func chosen(_ variables: ZOOVariables, _ random: inout SeededRandom) -> [Int] {
        let weights = usesImportance ? variables.importance : nil
        return weights.map { random.draw(coordinates, weights: $0) }
            ?? Array(random.permutation(of: variables.values.count).prefix(coordinates))
    }

    /// How far the aim is from being reached, cut off at −κ.
    private func loss(_ logits: [Float], _ aim: Aim) -> Double {
        max(-ScoreObjective.margin.value(logits, aim), -confidence)
    }
}
