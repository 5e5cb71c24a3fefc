import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors

/// What the transfer attacks of an assessment are made from, before there is anything of it.
struct TransferPreparation {
    /// The attacks with their presets.
    var plans: [TransferPlan] = []
    /// What surrogates learn from; nil if there is nothing.
    var source: TransferStep.Source?
    /// Fits them.
    var trainer: SurrogateTrainer

    /// The plan with surrogates for the transfer attacks in it.
    ///
    /// - Parameters:
    ///   - plan: A plan whose transfer attacks cannot be made yet.
    ///   - target: The model under attack.
    ///   - samples: What is assessed.
    ///   - control: Whether to go on, and who is told how far the training is.
    /// - Returns: A plan whose attacks can all be made.
    /// - Throws: `RunStop`, and what the training and the target throw.
    func completing(
        _ plan: AssessmentPlan,
        target: any LabelAccess,
        samples: AssessmentSamples,
        control: RunControl
    ) throws -> AssessmentPlan {
        guard let source else { return plan }
        let step = TransferStep(
            bounds: plan.threat.bounds,
            trainer: trainer,
            maximumQueries: plan.maximumQueries
        ) { control.progress(RunProgress(step: $0, done: $1, total: $2)) }
        var complete = plan
        complete.surrogates = []
        complete.attacks = try plan.attacks.map { planned in
            let name = planned.row.name
            guard planned.row.kind == .transfer, let wanted = plans.first(where: { $0.attack == name }) else {
                return planned
            }
            if let stop = control.stop() { throw stop }
            let ready = try step.prepare(wanted, from: source, against: target, assessed: samples)
            complete.surrogates.append(ready.surrogates)
            let attack = PlannedAttack(
                row: ready.row,
                preset: try ready.row.preset(named: wanted.preset.name),
                attacksSurvivors: planned.attacksSurvivors
            )
            guard let limit = plan.maximumQueries else { return attack }
            return try attack.limited(to: limit, threat: plan.threat, classCount: target.classCount)
        }
        return complete
    }
}

extension AssessmentJob {
    /// Labelled samples that the user gave for surrogates.
    struct SurrogateData {
        var data: DataSet
        var description: String
    }

    /// Finds out what transfer attacks can be made from.
    ///
    /// - Parameters:
    ///   - threat: What the adversary wants, knows and may change.
    ///   - model: The target.
    ///   - data: All labelled samples at hand, and the name of their file.
    ///   - assessed: What is assessed, and the rows of `data` that it is.
    /// - Returns: What there is, and a remark if there is too little.
    /// - Throws: `CommandFailure` if transfers that were asked for cannot be made.
    func transferPreparation(
        _ threat: ThreatModel,
        for model: OpenedTarget,
        data: (samples: DataSet, path: String),
        assessed: (samples: AssessmentSamples, rows: [Int])
    ) throws -> (preparation: TransferPreparation, notes: [String]) {
        var preparation = TransferPreparation(
            trainer: SurrogateTrainer(
                backend: engine.backend.backend,
                execution: engine.execution,
                seed: seed
            )
        )
        preparation.plans = try transferPlans(threat)
        guard !preparation.plans.isEmpty else { return (preparation, []) }
        let (spare, name) = try spareSamples(threat, model.labelAccess, data, assessed)
        var notes: [String] = []
        if spare.duplicates > 0 {
            notes.append(
                "\(spare.duplicates) samples of \(name) are assessed as well; surrogates learn from the others"
            )
        }
        guard spare.count >= SpareSamples.minimumCount, Set(spare.labels).count >= 2 else {
            let shortage =
                "a surrogate needs \(SpareSamples.minimumCount) samples of two classes that are not assessed, and there are \(spare.count)"
            let advice = "give labelled samples with --surrogate-data, or assess fewer with --samples"
            guard attacks.isEmpty, threat.knowledge != .grayBox else {
                throw CommandFailure(.usage, "\(name): \(shortage)", hint: advice)
            }
            return (preparation, notes + ["no transfer attack was run: \(shortage); \(advice)"])
        }
        preparation.source = TransferStep.Source(spare: spare, name: name, architecture: model.graph)
        return (preparation, notes)
    }

    /// Refuses an attack of an adversary who knows more than this one.
    ///
    /// - Throws: `CommandFailure`.
    func requireKnowledge(of row: AttackTable.Row, _ knowledge: ThreatModel.Knowledge) throws {
        guard !row.isOpen(to: knowledge) else { return }
        let text =
            row.kind == .gradient
            ? "follows gradients, which --knowledge \(knowledge.rawValue) does not give"
            : "learns from labels and the target's own layers, which --knowledge \(knowledge.rawValue) does not "
                + "give; transfer-answers needs neither"
        throw CommandFailure(.usage, "the attack \(row.name) \(text)")
    }

    /// The transfer attacks that were asked for, or those of the suite.
    private func transferPlans(_ threat: ThreatModel) throws -> [TransferPlan] {
        do {
            guard !attacks.isEmpty else { return try suite.transfers(for: threat) }
            let names = attacks.filter { name in AttackTable.transferRows.contains { $0.name == name } }
            return try names.map { try TransferPlan.named($0, preset: preset) }
        } catch let error as AttackError {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    /// What the user gave for surrogates, or the part of the data file that is not assessed.
    private func spareSamples(
        _ threat: ThreatModel,
        _ model: any LabelAccess,
        _ data: (samples: DataSet, path: String),
        _ assessed: (samples: AssessmentSamples, rows: [Int])
    ) throws -> (SpareSamples, name: String) {
        guard let given = surrogateData else {
            let taken = Set(assessed.rows)
            let rest = data.samples.subset((0..<data.samples.sampleCount).filter { !taken.contains($0) })
            let spare = SpareSamples(rest.inputs, labels: rest.labels, apartFrom: assessed.samples.inputs)
            return (spare, data.path)
        }
        let shaped = try reading(given.description) {
            let shaped = try given.data.reshaped(toSamples: model.inputShape)
            let everything = Bounds(-Float.greatestFiniteMagnitude, .greatestFiniteMagnitude)
            try shaped.validate(
                classCount: model.classCount,
                bounds: everything,
                inputShape: model.inputShape
            )
            return shaped
        }
        let spare = SpareSamples(
            threat.bounds.clamp(shaped.inputs),
            labels: shaped.labels,
            apartFrom: assessed.samples.inputs
        )
        return (spare, given.description)
    }
}
