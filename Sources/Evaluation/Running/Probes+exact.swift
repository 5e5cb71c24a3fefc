import BulwarkAttacks
import BulwarkModels

/// The resilience curve where an exact attack was run: it is known how far the nearest example is.
struct ExactDistances {
    /// For each probed sample the distance of the nearest example that the judge saw; infinite without one.
    private(set) var nearest: [Double]
    /// What was run for it.
    private(set) var successes: [CertificateComparison.Attack] = []

    /// Has the examples beyond the threat's radius judged as well.
    ///
    /// - Parameters:
    ///   - exact: The attack, and what it found.
    ///   - plan: The assessment's plan.
    ///   - runner: Runs the attack on the samples whose example it has not shown yet.
    ///   - nearest: For each probed sample the distance of the nearest example so far.
    /// - Throws: What the attack, the model and the journal throw.
    init(
        _ exact: (planned: PlannedAttack, run: AttackRun),
        _ plan: AssessmentPlan,
        _ runner: AttackRunner<some LabelAccess>,
        nearest: [Double]
    ) throws {
        self.nearest = nearest
        guard let farthest = plan.curveEpsilons.max(), farthest > plan.threat.epsilon else { return }
        let threat = plan.threat.with(epsilon: farthest)
        let open = exact.run.attacked.filter { position in
            guard nearest.indices.contains(position), nearest[position] == .infinity else { return false }
            return exact.run.records[position].nearest != nil
        }
        let run = try runner.run(
            try exact.planned.make(threat: threat, classCount: runner.model.classCount),
            label: "curve up to \(farthest)",
            on: open,
            keepsCandidates: false
        )
        successes = [CertificateComparison.Attack(run, norm: threat.norm)]
        for position in open where run.isBroken(position) {
            self.nearest[position] = min(
                run.records[position].distances[threat.norm],
                Double(threat.epsilon)
            )
        }
    }
}
