import BulwarkModels
import BulwarkTensors

/// Answers only about rows that satisfy constraints: whatever is asked about is moved to such a row first.
///
/// Since the oracle underneath keeps the points that it is asked about, what an attack finds satisfies the
/// constraints, whether or not the attack knows of them. Gradients are taken at the row that was moved to, and
/// so the attack follows the constraints as if they were the first layer of the model, with their gradient
/// replaced by the identity (Athalye, Carlini and Wagner, ICML 2018, section 4.1), but for features that cannot
/// move at all, where it is zero. Where no row is found it is the sample that is asked about, which reaches
/// nothing.
public final class ConstrainedOracle<Base: LabelOracle>: LabelOracle {
    /// Who answers.
    public let base: Base
    /// The box, narrowed to what the constraints leave of each feature by itself.
    public let box: Box
    private let ball: ConstrainedBall
    /// Whether each feature has no value but the sample's.
    private let isFixed: [Bool]

    /// Puts constraints in front of an oracle.
    ///
    /// - Throws: `ConstraintError.featureCount` if the sample has another number of features.
    public init(_ base: Base, _ constraints: FeatureConstraints) throws(ConstraintError) {
        guard base.input.count == constraints.featureCount else {
            throw .featureCount(expected: constraints.featureCount, found: base.input.count)
        }
        self.base = base
        ball = ConstrainedBall(constraints, around: base.input, threat: base.threat, box: base.box)
        box = ball.domain.narrowed(base.box)
        isFixed = zip(box.lower, box.upper).map { $0 == $1 }
    }

    /// The sample.
    public var input: [Float] { base.input }
    /// What the adversary wants.
    public var aim: Aim { base.aim }
    /// Goal, norm, radius and box.
    public var threat: ThreatModel { base.threat }
    /// The shape of a sample.
    public var shape: Shape { base.shape }
    /// The number of classes.
    public var classCount: Int { base.classCount }
    /// Which of several tries the attack is at.
    public var restart: Int {
        get { base.restart }
        set { base.restart = newValue }
    }
    /// The nearest row so far that reaches the aim and satisfies the constraints.
    public var nearest: [Float]? { base.nearest }

    /// Random numbers of this sample.
    public func random(restart: Int) -> SeededRandom { base.random(restart: restart) }

    /// The predicted class of the row that each point is moved to.
    ///
    /// - Throws: What the oracle underneath throws.
    public func labels(at points: [[Float]]) async throws -> [Int] {
        try await base.labels(at: project(points))
    }

    /// The rows that points are moved to.
    func project(_ points: [[Float]]) -> [[Float]] { points.map { ball.project($0) ?? base.input } }
}

extension ConstrainedOracle: ScoreOracle where Base: ScoreOracle {
    /// The scores of the sample itself.
    public var logitsOfInput: [Float] { base.logitsOfInput }

    /// The scores of the row that each point is moved to.
    ///
    /// - Throws: What the oracle underneath throws.
    public func logits(at points: [[Float]]) async throws -> [[Float]] {
        try await base.logits(at: project(points))
    }
}

extension ConstrainedOracle: GradientOracle where Base: GradientOracle {
    /// A loss with its gradient at the row that each point is moved to; zero for features that cannot move.
    ///
    /// - Throws: What the oracle underneath throws.
    public func slopes(of loss: Loss, at points: [[Float]], aims: [Aim]?) async throws -> [Slope] {
        try await base.slopes(of: loss, at: project(points), aims: aims).map { slope in
            let gradient = zip(slope.gradient, isFixed).map { $1 ? 0 : $0 }
            return Slope(loss: slope.loss, logits: slope.logits, gradient: gradient)
        }
    }
}
