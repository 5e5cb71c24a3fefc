import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels

/// One attack of a plan, run by itself on some of the samples.
struct SingleAttack {
    private let attack: AnyAttack
    private let label: String
    private let plan: AssessmentPlan
    private let samples: AssessmentSamples
    private let clean: [Int]
    private let control: RunControl

    /// - Parameters:
    ///   - attack: The attack.
    ///   - label: What it is called while it runs.
    ///   - plan: The plan it belongs to.
    ///   - samples: All samples of the assessment.
    ///   - clean: What the model predicts for each without an attack.
    ///   - control: Whether to go on, and who is told how far it is.
    init(
        _ attack: AnyAttack,
        _ label: String,
        _ plan: AssessmentPlan,
        _ samples: AssessmentSamples,
        _ clean: [Int],
        _ control: RunControl
    ) {
        (self.attack, self.label, self.plan) = (attack, label, plan)
        (self.samples, self.clean, self.control) = (samples, clean, control)
    }

    /// A record for every sample of the assessment; those at `positions` are attacked.
    ///
    /// - Throws: `RunStop`, and what the attack and the model throw.
    func records(gradientsOf model: some GradientAccess, on positions: [Int]) throws -> [SampleRecord] {
        let runner = AttackRunner(
            model: StoppableClassifier(model, stop: control.stop),
            samples: samples,
            cleanPredictions: clean,
            seed: plan.seed,
            clock: { ProgressDisplay.now },
            control: control
        )
        return try records(runner, positions)
    }

    /// A record for every sample of the assessment; those at `positions` are attacked.
    ///
    /// - Throws: `RunStop`, and what the attack and the model throw.
    func records(scoresOf model: some ScoreAccess, on positions: [Int]) throws -> [SampleRecord] {
        let runner = AttackRunner(
            scoresOf: StoppableClassifier(model, stop: control.stop),
            samples: samples,
            cleanPredictions: clean,
            seed: plan.seed,
            clock: { ProgressDisplay.now },
            control: control
        )
        return try records(runner, positions)
    }

    /// A record for every sample of the assessment; those at `positions` are attacked.
    ///
    /// - Throws: `RunStop`, and what the attack and the model throw.
    func records(labelsOf model: some LabelAccess, on positions: [Int]) throws -> [SampleRecord] {
        let runner = AttackRunner(
            labelsOf: StoppableClassifier(model, stop: control.stop),
            samples: samples,
            cleanPredictions: clean,
            seed: plan.seed,
            clock: { ProgressDisplay.now },
            control: control
        )
        return try records(runner, positions)
    }

    private func records(
        _ runner: AttackRunner<some LabelAccess>,
        _ positions: [Int]
    ) throws -> [SampleRecord] {
        var runner = runner
        runner.maximumQueries = plan.maximumQueries
        runner.constraints = plan.constraints
        return try runner.run(attack, label: label, on: positions, keepsCandidates: false).records
    }
}
