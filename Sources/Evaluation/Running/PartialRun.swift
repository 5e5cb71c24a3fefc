import BulwarkAttacks
import BulwarkModels

extension Assessment.Partial {
    /// What is missing of a run; nil if nothing is.
    init?(
        _ plan: AssessmentPlan,
        _ runs: [(planned: PlannedAttack, run: AttackRun)],
        _ probes: Probes,
        _ companions: CompanionStudies,
        _ anomaly: AnomalyStudy
    ) {
        guard let stop = probes.stop ?? companions.stop ?? anomaly.stop else { return nil }
        // Runs are a first part of the plan, in its order.
        let attacks = plan.attacks.enumerated().map { index, planned in
            guard index < runs.count else {
                return Attack(name: planned.row.name, done: 0, total: nil)
            }
            let run = runs[index].run
            return Attack(
                name: run.name,
                done: run.attacked.count,
                total: run.attacked.count + run.remaining.count
            )
        }
        self.init(
            cause: stop.cause.rawValue,
            reason: stop.description,
            attacks: attacks,
            leftOut: probes.leftOut + companions.leftOut + (anomaly.stop == nil ? [] : ["anomaly detection"])
        )
    }
}
