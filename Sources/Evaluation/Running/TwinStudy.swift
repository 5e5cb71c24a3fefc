import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// The strongest gradient attacks of a plan, run on a twin of the model without its defense.
///
/// Tramèr, Carlini, Brendel and Madry, "On adaptive attacks to adversarial example defenses" (NeurIPS 2020),
/// take an attack that leaves a defense unbroken for a finding on the defense only after it is known to work
/// elsewhere.
package struct TwinStudy: Sendable, Equatable {
    /// The attacks.
    package let attacks: [String]
    /// How many samples that the twin gets right were attacked.
    package let attacked: Int
    /// How many of them no attack broke.
    package let survivors: Int

    /// The most samples that are attacked.
    package static let maximumSamples = 100

    package init(attacks: [String], attacked: Int, survivors: Int) {
        self.attacks = attacks
        self.attacked = attacked
        self.survivors = survivors
    }

    /// Runs the attacks; nil if the plan has none that follows gradients.
    ///
    /// - Throws: `RunStop` if the run is to end, and what the attacks and the twin throw.
    init?(
        _ twin: some GradientAccess,
        plan: AssessmentPlan,
        samples: AssessmentSamples,
        clock: @escaping () -> Double,
        control: RunControl
    ) throws {
        let planned = Self.strongest(plan.attacks)
        guard !planned.isEmpty else { return nil }
        let model = StoppableClassifier(twin, stop: control.stop)
        var runner = AttackRunner(
            model: model,
            samples: samples,
            cleanPredictions: try model.labels(for: samples.inputs),
            seed: plan.seed,
            clock: clock,
            control: control
        )
        // The attacks have to work under the conditions under which they left the defense.
        runner.constraints = plan.constraints
        let tried = Array(runner.correct.prefix(Self.maximumSamples))
        var left = tried
        for planned in planned {
            let attack = try planned.make(threat: plan.threat, classCount: twin.classCount)
            let run = try runner.run(
                attack,
                label: "twin: \(planned.row.name)",
                on: left,
                keepsCandidates: false
            )
            left.removeAll { run.isBroken($0) }
        }
        self.init(attacks: planned.map(\.row.name), attacked: tried.count, survivors: left.count)
    }

    /// Every strong gradient attack, or every iterative one if none is strong, or else all of them.
    private static func strongest(_ attacks: [PlannedAttack]) -> [PlannedAttack] {
        let gradient = attacks.filter { $0.row.kind == .gradient }
        let strong = gradient.filter(\.preset.isStrong)
        if !strong.isEmpty { return strong }
        let iterative = gradient.filter { $0.row.name != "fgsm" }
        return iterative.isEmpty ? gradient : iterative
    }
}
