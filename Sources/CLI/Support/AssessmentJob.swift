import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Foundation

/// One assessment with everything the user chose, from files to outcome.
struct AssessmentJob {
    /// The most samples assessed unless the user says otherwise.
    static let defaultSamples = 1000
    /// The most clean samples detectors are fitted on.
    static let maximumReference = 2000

    var suite: AttackSuite
    var attacks: [String]
    var preset: String?
    var norm: Norm
    var epsilon: Float?
    /// What the adversary knows; as much as the model lets it know if nil.
    var knowledge: ThreatModel.Knowledge?
    var goal: ThreatModel.Goal
    var bounds: Bounds?
    var samples: Int?
    var trainedAgainst: String?
    var requiredRobustAccuracy: Double
    var severity: CVSS4Vector?
    var seed: UInt64
    var engine: EngineOptions
    var command: [String]
    /// The most queries that an attack may ask about one sample; nil for as many as it asks for.
    var maximumQueries: Int?
    /// What is certified; what suits the suite if nil.
    var certificates: CertificationPlan?
    /// The file of the model without its defense, if there is one.
    var undefendedTwin: String?
    /// Labelled samples for surrogates; the ones of the data file that are not assessed if nil.
    var surrogateData: SurrogateData?
    /// What the user says of a table.
    var tabular = Tabular()

    /// Clean samples that the user gave for the detectors.
    struct Reference {
        var inputs: Tensor
        var description: String
    }

    /// Settles everything that is to be known before the first attack.
    ///
    /// - Throws: `CommandFailure`.
    func prepare(
        _ target: any AssessmentTarget,
        data: DataSet,
        path: String,
        reference: Reference?
    ) throws -> PreparedAssessment {
        let inputShape = target.inputShape
        let whole = try reading(path) { try data.reshaped(toSamples: inputShape) }
        let table = try constrained(whole, path: path)
        let shaped = table.data
        let box = try InputBox(for: shaped, path: path, given: bounds, constraints: table.constraints)
        func validate(classCount: Int) throws {
            try reading(path) {
                try shaped.validate(classCount: classCount, bounds: box.bounds, inputShape: inputShape)
            }
        }
        // How many classes there are is known once the model was asked; it shall not be asked about nonsense.
        try validate(classCount: .max)
        try box.bounds.requireReach(for: inputShape, path: path)
        if let reference, reference.inputs.shape.dropFirst != inputShape {
            throw CommandFailure(
                .badInput,
                "\(reference.description): samples do not have the model's input shape"
            )
        }
        let reserve = min(samples ?? Self.defaultSamples, shaped.sampleCount)
        let model = try target.opened(lookingAt: shaped.inputs, keeping: reserve, engine: engine)
        let classCount = model.labelAccess.classCount
        try validate(classCount: classCount)
        let radius = try norm.radius(epsilon, for: inputShape, in: box.bounds, path: path)
        let threat = ThreatModel(
            goal: goal,
            norm: norm,
            epsilon: radius,
            bounds: box.bounds,
            knowledge: try knowledge(of: model, named: target.name)
        )
        var plan = try plan(threat, for: model, named: target.name)
        let (kept, leftOut) = try keeping(plan.attacks, table.constraints, threat, classCount: classCount)
        (plan.attacks, plan.constraints) = (kept, table.constraints)
        let companions = Assessor.Companions(
            graph: model.graph,
            twin: try undefendedTwin.map { try twin($0, of: model.labelAccess, samples: shaped.inputs) }
        )
        let (chosen, clean, cleanText) = split(shaped, reference)
        var subject = try Assessor.Subject(
            tool: Assessment.Tool(
                name: "bulwark",
                version: BulwarkCommand.version,
                command: command,
                backend: model.backend,
                platform: Self.platform
            ),
            model: model.description,
            data: Assessment.Data(
                path: path,
                sha256: FileDigest.sha256(ofFile: path),
                samples: chosen.count,
                available: data.sampleCount,
                classNames: data.classNames,
                featureNames: data.featureNames,
                reference: cleanText,
                notes: shaped.notes + box.notes
            ),
            constraints: described(table, of: whole, notes: leftOut)
        )
        let samples = AssessmentSamples(
            inputs: shaped.inputs.gatheringRows(chosen),
            labels: chosen.map { shaped.labels[$0] },
            indices: chosen.map { table.indices[$0] },
            reference: clean
        )
        try target.naming {
            try requireBetterThanChance(model.labelAccess, samples, path: path, classNames: data.classNames)
        }
        let (transfer, remarks) = try transferPreparation(
            threat,
            for: model,
            data: (shaped, path),
            assessed: (samples, chosen)
        )
        if transfer.source == nil { plan.attacks.removeAll { $0.row.kind == .transfer } }
        subject.data.notes += remarks
        return PreparedAssessment(
            plan: plan,
            transfer: transfer,
            target: target,
            model: model,
            companions: companions,
            subject: subject,
            samples: samples
        )
    }

    // MARK: - Decisions

    /// What the adversary knows: everything if the model gives gradients, unless the user says otherwise.
    private func knowledge(
        of model: OpenedTarget,
        named name: String
    ) throws -> ThreatModel.Knowledge {
        guard let obstacle = model.obstacle, (try? model.trees) == nil else { return knowledge ?? .whiteBox }
        guard knowledge != .whiteBox else {
            throw CommandFailure(
                .usage,
                "\(name): the model gives no gradients, because \(obstacle)",
                hint: "assess it with --knowledge black-box"
            )
        }
        return knowledge ?? .blackBox
    }

    private func plan(
        _ threat: ThreatModel,
        for model: OpenedTarget,
        named name: String
    ) throws -> AssessmentPlan {
        let classCount = model.labelAccess.classCount
        var planned = try suite.attacks(
            for: threat,
            classCount: classCount,
            transfers: AttackTable.transferRows
        )
        if !model.showsScores { planned.removeAll { $0.row.kind == .score } }
        if model.obstacle != nil { planned.removeAll { $0.row.kind == .gradient } }
        if suite == .standard || suite == .thorough, let trees = treeRow(for: model, threat.knowledge) {
            planned.insert(
                PlannedAttack(
                    row: trees,
                    preset: try trees.preset(named: "standard"),
                    attacksSurvivors: true
                ),
                at: 0
            )
        }
        if !attacks.isEmpty {
            planned = try attacks.map { attack in
                do {
                    let row =
                        attack == AttackTable.treeName
                        ? try requireTreeRow(for: model, named: name, threat.knowledge)
                        : try AttackTable.description(of: attack)
                    try requireKnowledge(of: row, threat.knowledge)
                    guard row.kind != .gradient || model.obstacle == nil else {
                        throw AttackError.needsGradients(attack: attack)
                    }
                    guard row.kind != .score || model.showsScores else {
                        throw CommandFailure(
                            .usage,
                            "the attack \(attack) needs scores, and the model shows labels only"
                        )
                    }
                    let preset = try preset.map { try row.preset(named: $0) } ?? row.presets.last
                    guard let preset else {
                        throw AttackError.unknownPreset(attack: attack, preset: preset?.name ?? "")
                    }
                    if row.kind == .transfer {
                        // Made once there are surrogates.
                        guard row.norms.contains(threat.norm) else {
                            throw AttackError.unsupportedNorm(attack: attack, norm: threat.norm)
                        }
                    } else {
                        _ = try row.make(threat: threat, preset: preset, classCount: classCount)
                    }
                    return PlannedAttack(row: row, preset: preset)
                } catch let error as AttackError {
                    throw CommandFailure(.usage, "\(error)")
                }
            }
        }
        if let maximumQueries {
            planned = try limited(planned, to: maximumQueries, threat, classCount: classCount)
        }
        var plan = AssessmentPlan(
            threat: threat,
            suite: attacks.isEmpty ? suite.rawValue : "custom",
            attacks: planned,
            seed: seed
        )
        plan.maximumQueries = maximumQueries
        plan.trainedAgainst = trainedAgainst
        plan.certificates = certificates ?? (attacks.isEmpty ? .suited(to: suite) : .none)
        plan.certificates.treeRegions = tabular.treeLimit
        plan.requiredRobustAccuracy = requiredRobustAccuracy
        if let severity {
            plan.severity = severity
            plan.severityIsDefault = false
        }
        return plan
    }

    /// The attacks with a limit on the queries for each sample.
    private func limited(
        _ planned: [PlannedAttack],
        to queries: Int,
        _ threat: ThreatModel,
        classCount: Int
    ) throws -> [PlannedAttack] {
        guard threat.knowledge != .whiteBox else {
            throw CommandFailure(
                .usage,
                "--queries-per-sample limits what a black-box adversary asks, and this one sees gradients",
                hint: "assess with --knowledge black-box"
            )
        }
        return try planned.map {
            // Transfers are limited when they can be made.
            $0.row.kind == .transfer
                ? $0 : try $0.limited(to: queries, threat: threat, classCount: classCount)
        }
    }

    /// Refuses labels that the model gets wrong more often than a coin would: they number the classes
    /// otherwise.
    private func requireBetterThanChance(
        _ model: any LabelAccess,
        _ samples: AssessmentSamples,
        path: String,
        classNames: [String]?
    ) throws {
        let predictions = try model.labels(for: samples.inputs)
        let correct = zip(predictions, samples.labels).count { $0 == $1 }
        let accuracy = Proportion(successes: correct, trials: samples.count).estimate()
        guard accuracy.upper < 1 / Double(model.classCount) else { return }
        let order = classNames.map { " (here: \($0.joined(separator: ", ")))" } ?? ""
        throw CommandFailure(
            .badInput,
            "\(path): the model gets \(correct) of \(samples.count) samples right without an attack, fewer than by chance",
            hint:
                "the labels probably number the classes in another order than the model does\(order); see --classes"
        )
    }

    /// Which samples are assessed, drawn by seed, and which clean ones the detectors are fitted on.
    private func split(
        _ data: DataSet,
        _ reference: Reference?
    ) -> (chosen: [Int], clean: Tensor?, text: String) {
        let wanted = samples ?? Self.defaultSamples
        var random = SeededRandom(seed: seed, stream: "samples")
        let order =
            data.sampleCount > wanted ? random.permutation(of: data.sampleCount) : Array(0..<data.sampleCount)
        let chosen = order.prefix(wanted).sorted()
        if let reference {
            let count = min(reference.inputs.rowCount, Self.maximumReference)
            return (chosen, reference.inputs.rows(0..<count), "\(count) samples of \(reference.description)")
        }
        let rest = order.dropFirst(wanted).prefix(Self.maximumReference).sorted()
        guard rest.count >= 20 else {
            return (chosen, nil, "none: every sample was assessed; give clean samples with --reference")
        }
        return (
            chosen, data.inputs.gatheringRows(rest),
            "\(rest.count) samples of the same file that were not assessed"
        )
    }

    private static var platform: String {
        #if os(Linux)
        let system = "Linux"
        #else
        let system = "macOS"
        #endif
        #if arch(x86_64)
        return "\(system) x86_64"
        #else
        return "\(system) arm64"
        #endif
    }
}
