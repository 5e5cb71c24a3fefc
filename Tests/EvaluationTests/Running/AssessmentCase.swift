import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport

/// A model of `TestSupport` that shows activations as well, as an assessment asks for.
struct OpenClassifier<Base: GradientAccess>: ActivationAccess {
    let base: Base
    /// The activations of a batch.
    var hidden: @Sendable (Tensor) -> Tensor? = { _ in nil }

    init(_ base: Base, hidden: @escaping @Sendable (Tensor) -> Tensor? = { _ in nil }) {
        self.base = base
        self.hidden = hidden
    }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: inputs) }
    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        try base.inputGradient(of: loss, at: inputs, aims: aims)
    }
    func activations(for inputs: Tensor) throws -> Tensor? { hidden(inputs) }
}

/// An affine model of two classes in a box so wide that it never matters, whose closest adversarial input is
/// known.
///
/// Moving an input by δ changes the margin w·x + b by at most ‖δ‖∞·‖w‖₁, or ‖δ‖₂·‖w‖₂, and by that much in
/// one direction.
struct LinearCase {
    let model: OpenClassifier<AffineClassifier>
    let samples: AssessmentSamples
    /// Which samples are classified correctly; every seventh label is wrong on purpose.
    let isCorrect: [Bool]
    /// How far the decision changes, in the norm asked for.
    let distances: [Double]
    let norm: Norm

    init(norm: Norm, count: Int = 60) throws {
        let affine = AffineClassifier(
            weights: [[0.4, -0.3, 0.2, 0.1, -0.5, 0.25], [-0.2, 0.3, -0.4, 0.35, 0.1, -0.15]],
            bias: [0.1, 0.05]
        )
        let inputs = uniform([count, 6], seed: 1)
        let slope = zip(affine.weights[1], affine.weights[0]).map { $0 - $1 }
        let length =
            norm == .linf ? slope.reduce(0) { $0 + abs($1) } : slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let predictions = try affine.labels(for: inputs)
        isCorrect = (0..<count).map { $0 % 7 != 3 }
        samples = AssessmentSamples(
            inputs: inputs,
            labels: zip(predictions, isCorrect).map { $1 ? $0 : 1 - $0 },
            indices: (0..<count).map { 100 + 3 * $0 },
            reference: nil
        )
        distances = (0..<count).map { row in
            let margin = slope.enumerated().reduce(affine.bias[1] - affine.bias[0]) {
                $0 + $1.element * Double(inputs[row * 6 + $1.offset])
            }
            return abs(margin) / length
        }
        model = OpenClassifier(affine)
        self.norm = norm
    }

    func threat(
        epsilon: Float,
        goal: ThreatModel.Goal = .untargeted,
        knowledge: ThreatModel.Knowledge = .whiteBox
    )
        -> ThreatModel
    {
        ThreatModel(goal: goal, norm: norm, epsilon: epsilon, bounds: Bounds(-10, 10), knowledge: knowledge)
    }

    /// How many samples stay correct at a radius.
    func robustCount(at epsilon: Double) -> Int { zip(isCorrect, distances).count { $0 && $1 > epsilon } }

    /// Whether no sample is so close to a radius that rounding would decide.
    func isClear(of epsilons: [Double]) -> Bool {
        distances.allSatisfy { distance in epsilons.allSatisfy { abs(distance - $0) > 1e-5 } }
    }
}

/// An affine model of some classes with samples that it classifies correctly, in a box in which every class
/// can be reached.
struct AffineCase {
    let affine: AffineClassifier
    let samples: AssessmentSamples
    let threat: ThreatModel

    init(
        classes: Int = 3,
        shape: Shape = [2, 3],
        count: Int = 40,
        epsilon: Float = 0.05,
        goal: ThreatModel.Goal = .untargeted
    ) throws {
        affine = AffineClassifier(randomClasses: classes, inputShape: shape, seed: 3)
        let inputs = uniform(shape.batched(count), seed: 2)
        samples = AssessmentSamples(
            inputs: inputs,
            labels: try affine.labels(for: inputs),
            indices: Array(0..<count),
            reference: uniform(shape.batched(50), seed: 4)
        )
        threat = ThreatModel(goal: goal, norm: .linf, epsilon: epsilon, bounds: Bounds(-3, 4))
    }
}

/// Numbers between 0 and 1.
func uniform(_ shape: Shape, seed: UInt64) -> Tensor {
    var random = SeededRandom(seed: seed, stream: "uniform")
    return Tensor(shape, generating: { _ in random.uniform() })
}

/// An attack with one of its presets.
func planned(_ name: String, _ preset: String) throws -> PlannedAttack {
    let row = try AttackTable.description(of: name)
    return PlannedAttack(row: row, preset: try row.preset(named: preset))
}

/// A strong preset of each kind of attack that the table has and the threat allows.
func strongAttacks(for threat: ThreatModel, classCount: Int) -> [PlannedAttack] {
    [AttackKind.gradient, .score, .decision].compactMap { kind in
        AttackTable.rows.lazy.filter { $0.kind == kind && $0.isDefined(for: threat, classCount: classCount) }
            .compactMap { row in
                row.presets.first(where: \.isStrong).map { PlannedAttack(row: row, preset: $0) }
            }
            .first
    }
}

extension Assessor {
    /// An assessment by a clock that stands still.
    static func run(
        _ plan: AssessmentPlan,
        _ model: some ActivationAccess,
        on samples: AssessmentSamples
    ) throws -> AssessmentOutcome {
        try Assessor(plan: plan, clock: { 0 }).assess(model, on: samples, subject: .example)
    }
}

extension Assessor.Subject {
    static var example: Assessor.Subject {
        Assessor.Subject(
            tool: .init(name: "bulwark", version: "0", command: [], backend: "none", platform: "none"),
            model: .init(
                path: "model.onnx",
                sha256: "00",
                inputShape: [],
                classCount: 2,
                parameterCount: 0,
                outputForm: "logits",
                notes: []
            ),
            data: .init(
                path: "data.npz",
                sha256: "00",
                samples: 0,
                available: 0,
                classNames: nil,
                featureNames: nil,
                reference: "none",
                notes: []
            )
        )
    }
}

extension AssessmentOutcome {
    /// The status of a check; nil if there is none of that name.
    func status(of check: String) -> Assessment.SanityCheck.Status? {
        assessment.sanityChecks.first { $0.id == check }?.status
    }
}
