import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// Assessments in which the rows that attacks make have to satisfy constraints.
struct ConstrainedAssessmentTests {
    /// A model of two classes whose decision is x₀ + x₁ < 1, and samples on one side of it.
    private static let model = AffineClassifier(weights: [[-1, -1, 0], [0, 0, 0]], bias: [1, 0])
    private static let bounds = Bounds(-2, 4)

    private static func samples(_ rows: [[Float]]) throws -> AssessmentSamples {
        let inputs = Tensor(try Shape([rows.count, 3]), rows.flatMap { $0 })
        return AssessmentSamples(
            inputs: inputs,
            labels: try model.labels(for: inputs),
            indices: Array(rows.indices),
            reference: nil
        )
    }

    private func assess(
        _ document: ConstraintDocument?,
        epsilon: Float,
        _ rows: [[Float]]
    ) throws -> AssessmentOutcome {
        let threat = ThreatModel(norm: .linf, epsilon: epsilon, bounds: Self.bounds)
        var plan = AssessmentPlan(
            threat: threat,
            suite: "quick",
            attacks: try AttackSuite.quick.attacks(for: threat, classCount: 2)
        )
        plan.constraints = try document.map { try FeatureConstraints($0, featureCount: 3) }
        return try .run(plan, Self.model, on: Self.samples(rows))
    }

    private static let rows: [[Float]] = (0..<30).map { index in
        [Float(index % 2) - 1, Float(index) / 30 - 0.5, index % 2 == 0 ? 1 : 0]
    }

    @Test func aCandidateThatBreaksAConstraintCountsAsTheSample() throws {
        let rows: [[Float]] = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]
        let samples = try Self.samples(rows)
        let batch = Batch(
            inputs: samples.inputs,
            aims: rows.map { _ in .anythingBut(0) },
            samples: [0, 1, 2]
        )
        let document = ConstraintDocument(integer: [.init(0)], monotone: [.init(1, .falling)])
        let judge = Judge(
            threat: ThreatModel(norm: .linf, epsilon: 2, bounds: Self.bounds),
            constraints: try FeatureConstraints(document, featureCount: 3)
        )
        let candidates = Tensor([3, 3], [2, 0, 0, 1.5, 0, 0, 2, 0.5, 0])
        let (rulings, legal) = try judge.rule(on: candidates, for: batch, against: Self.model)
        #expect(rulings.map(\.isBroken) == [true, false, false])
        #expect(rulings[0].violation == nil)
        #expect(rulings[1].violation?.contains("feature 0 has a value between its steps") == true)
        #expect(rulings[2].violation?.contains("feature 1 moved in the wrong direction") == true)
        #expect(rulings[1].distances == .zero && legal[3] == 0 && legal[7] == 0)
        // Without the constraints they count.
        let (free, _) = try Judge(threat: judge.threat).rule(on: candidates, for: batch, against: Self.model)
        #expect(free.map(\.isBroken) == [true, true, true])
    }

    /// Nothing that attacks, curve and probes find breaks a constraint, and less is found than without.
    @Test func attacksCurveAndProbesKeepTheConstraints() throws {
        let document = ConstraintDocument(integer: [.init(0)], monotone: [.init(1, .falling)])
        let constrained = try assess(document, epsilon: 1, Self.rows)
        let free = try assess(nil, epsilon: 1, Self.rows)
        for (_, records) in constrained.records {
            #expect(records.allSatisfy { $0.violation == nil && $0.claimed == $0.isBroken })
        }
        // All samples are of class 0, and only a whole step of x₀ helps: it suffices where x₀ + x₁ > 0.
        let expected = Self.rows.count { $0[0] + $0[1] > 0 }
        let robust = constrained.assessment.worstCase.robustAccuracy
        let broken = Self.rows.count - Int(((robust.value ?? 0) * 30).rounded())
        #expect(broken == expected)
        let freely = free.assessment.worstCase.robustAccuracy.value ?? 1
        #expect(freely < robust.value ?? 0)
        // Radii below a whole step leave everything.
        let curve = constrained.assessment.resilienceCurve
        let half = try #require(curve.first { $0.epsilon == 0.75 })
        #expect(half.robustAccuracy.value == curve[0].robustAccuracy.value)
        #expect(constrained.status(of: "threat-model-respected") == .pass)
        #expect(constrained.status(of: "success-is-returned") == .pass)
        #expect(constrained.status(of: "robustness-is-possible") == .skipped)
    }

    /// What constraints put out of reach is no fault of the attack.
    @Test func thatNothingCanChangeIsNoFaultOfTheAttack() throws {
        let outcome = try assess(ConstraintDocument(immutable: [0, 1, 2]), epsilon: 0.5, Self.rows)
        #expect(outcome.assessment.worstCase.robustAccuracy.value == 1)
        let check = try #require(
            outcome.assessment.sanityChecks.first { $0.id == "unbounded-attack-succeeds" }
        )
        #expect(check.status == .pass)
        #expect(
            check.evidence.contains("0 of 30 samples under the constraints, and 30 once these were lifted")
        )
        let gate = try #require(
            outcome.assessment.vulnerability.gates.first { $0.name == "unboundedAttackSucceeds" }
        )
        #expect(gate.status == "passed" && gate.evidence.contains("without constraints"))
    }

    @Test func anAttackThatCannotKeepConstraintsIsRefused() throws {
        struct Blind: LabelOnlyAttack {
            let name = "blind"
            let threat: ThreatModel
            func perturb(_ batch: Batch, against: some LabelAccess, random: RandomSource) throws -> Perturbed
            {
                Perturbed(unchanged: batch)
            }
        }
        let samples = try Self.samples(Self.rows)
        var runner = AttackRunner(
            model: Self.model,
            samples: samples,
            cleanPredictions: samples.labels,
            seed: 0,
            clock: { 0 }
        )
        let attack = AnyAttack.labelOnly(
            Blind(threat: ThreatModel(norm: .linf, epsilon: 1, bounds: Self.bounds))
        )
        #expect(try runner.run(attack, label: "blind", on: [0, 1]).attacked == [0, 1])
        runner.constraints = try FeatureConstraints(ConstraintDocument(), featureCount: 3)
        let refusing = runner
        #expect(throws: AttackError.ignoresConstraints(attack: "blind")) {
            try refusing.run(attack, label: "blind", on: [0, 1])
        }
    }
}

extension AssessmentOutcome {
    /// An assessment by a clock that stands still.
    fileprivate static func run(
        _ plan: AssessmentPlan,
        _ model: some GradientAccess,
        on samples: AssessmentSamples
    ) throws -> AssessmentOutcome { try Assessor.run(plan, OpenClassifier(model), on: samples) }
}
