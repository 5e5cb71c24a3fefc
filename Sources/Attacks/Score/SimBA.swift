import BulwarkModels
import BulwarkTensors

/// The simple black-box attack: a step along one direction after the other, forwards or backwards, kept if the
/// aim comes nearer.
///
/// Guo, Gardner, You, Wilson and Weinberger, "Simple black-box adversarial attacks" (ICML 2019), algorithm 1.
/// The directions are orthonormal and drawn without replacement: single elements, or the functions of the
/// discrete cosine transform with low frequencies first (section 3.2, and the authors' own order of blocks).
///
/// The publication bounds the length of the change by the number of steps. Here the radius is given, and so
/// every point is moved into the ball and the box before it is asked about, and when all directions have been
/// tried they are tried again in another order. Where both signs would lead nowhere nothing is asked. What has to
/// fall is the logarithm of the true class's probability, not the probability, which rounds to 1 where a model
/// is sure of itself.
public struct SimBA: ScoreSearch {
    /// The name on the command line: `simba` or `simba-dct`, by the basis.
    public var name: String { Self.name(for: basis) }
    /// Goal, norm (L2), radius and box.
    public let threat: ThreatModel
    /// The directions.
    public let basis: Basis
    /// The length of a step in input units, measured in L2.
    public let stepSize: Float
    /// The most queries for one sample, its own included; one step costs one or two.
    public let maximumQueries: Int

    /// The directions to step along.
    public enum Basis: String, Sendable, Codable {
        /// One element of the sample after the other.
        case elements
        /// Cosine waves across the image, low frequencies first.
        case cosines
    }

    /// The attack ends with its first success.
    public var keeping: Keeping { .first }
    /// As many as the attack was given.
    public var queryBudget: Int? { maximumQueries }

    /// The attack with the effort of the publication, unless another is given.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L2.
    public init(
        threat: ThreatModel,
        basis: Basis,
        stepSize: Float = 0.2,
        maximumQueries: Int = 20_000
    ) throws(AttackError) {
        precondition(stepSize > 0 && stepSize.isFinite, "a step has a length")
        precondition(maximumQueries >= 1, "the sample itself is asked about")
        guard threat.norm == .l2 else {
            throw .unsupportedNorm(attack: Self.name(for: basis), norm: threat.norm)
        }
        self.threat = threat
        self.basis = basis
        self.stepSize = stepSize
        self.maximumQueries = maximumQueries
    }

    /// Looks for a point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some ScoreOracle) async throws {
        var random = oracle.random(restart: 0)
        let region = BallAndBox(oracle)
        let directions = DirectionBasis(basis, ImageLayout(oracle.shape))
        var best = oracle.input
        var height = ScoreObjective.logProbability.value(oracle.logitsOfInput, oracle.aim)
        var isMoving = true
        while isMoving {
            isMoving = false
            for direction in directions.order(&random) {
                for length in [stepSize, -stepSize] {
                    let point = region.nearest(to: directions.moved(best, along: direction, by: length))
                    guard point != best else { continue }
                    isMoving = true
                    let logits = try await oracle.logits(at: point)
                    let reached = ScoreObjective.logProbability.value(logits, oracle.aim)
                    guard reached > height else { continue }
                    (best, height) = (point, reached)
                    break
                }
            }
        }
    }

    private static func name(for basis: Basis) -> String {
        switch basis {
        case .elements: "simba"
        case .cosines: "simba-dct"
        }
    }
}
