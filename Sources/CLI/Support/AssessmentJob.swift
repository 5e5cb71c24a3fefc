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

    /// Clean samples that the user gave for the detectors.
    struct Reference {
        var inputs: Tensor
        var description: String
    }

    /// Runs the assessment.
    ///
    /// - Throws: `CommandFailure`.
    func run(
        _ file: ModelFile,
        data: DataSet,
        path: String,
        reference: Reference?,
        progress: ProgressDisplay
    ) throws -> AssessmentOutcome {
        let classifier = file.classifier
        let shaped = try reading(path) { try data.reshaped(toSamples: classifier.inputShape) }
        let box = try box(for: shaped, path: path)
        try reading(path) {
            try shaped.validate(
                classCount: classifier.classCount,
                bounds: box.bounds,
                inputShape: classifier.inputShape
            )
        }
        if let reference, reference.inputs.shape.dropFirst != classifier.inputShape {
            throw CommandFailure(
                .badInput,
                "\(reference.description): samples do not have the model's input shape"
            )
        }
        let (model, remarks) = try file.access(lookingAt: shaped.inputs, engine: engine)
        let radius = epsilon ?? defaultEpsilon(classifier.inputShape, box.bounds)
        let threat = ThreatModel(
            goal: goal,
            norm: norm,
            epsilon: radius,
            bounds: box.bounds,
            knowledge: try knowledge(of: model, path: file.path)
        )
        let plan = try plan(threat, classCount: classifier.classCount)
        let (chosen, clean, cleanText) = split(shaped, reference)
        let subject = try Assessor.Subject(
            tool: Assessment.Tool(
                name: "bulwark",
                version: BulwarkCommand.version,
                command: command,
                backend: engine.backend.described,
                platform: Self.platform
            ),
            model: Assessment.Model(
                path: file.path,
                sha256: FileDigest.sha256(ofFile: file.path),
                inputShape: classifier.inputShape.dimensions,
                classCount: classifier.classCount,
                parameterCount: classifier.graph.parameterCount,
                outputForm: model.model.form.rawValue,
                notes: file.notes + remarks + Self.obstacles(model),
                straightThrough: model.straightThrough,
                stepped: model.stepped
            ),
            data: Assessment.Data(
                path: path,
                sha256: FileDigest.sha256(ofFile: path),
                samples: chosen.count,
                available: data.sampleCount,
                classNames: data.classNames,
                featureNames: data.featureNames,
                reference: cleanText,
                notes: shaped.notes + box.notes
            )
        )
        let samples = AssessmentSamples(
            inputs: shaped.inputs.gatheringRows(chosen),
            labels: chosen.map { shaped.labels[$0] },
            indices: chosen,
            reference: clean
        )
        try requireBetterThanChance(model.scoreAccess, samples, path: path, classNames: data.classNames)
        let assessor = Assessor(
            plan: plan,
            clock: { ProgressDisplay.now },
            progress: { progress.update($0, $1, $2) }
        )
        return try reading(file.path) {
            switch model {
            case .gradients(let classifier):
                try assessor.assess(classifier, on: samples, subject: subject)
            case .scores(let classifier) where plan.threat.knowledge == .blackBox:
                try assessor.assess(
                    scoresOf: classifier,
                    obstacle: classifier.obstacle,
                    on: samples,
                    subject: subject
                )
            case .scores: preconditionFailure("a model without gradients is a black box")
            }
        }
    }

    // MARK: - Decisions

    /// What the adversary knows: everything if the model gives gradients, unless the user says otherwise.
    private func knowledge(
        of model: ClassifierAccess,
        path: String
    ) throws -> ThreatModel.Knowledge {
        guard case .scores(let classifier) = model else { return knowledge ?? .whiteBox }
        guard knowledge ?? .blackBox == .blackBox else {
            throw CommandFailure(
                .usage,
                "\(path): the model gives no gradients, because \(classifier.obstacle)",
                hint: "assess it with --knowledge black-box"
            )
        }
        return .blackBox
    }

    /// What a reader has to know of a model that gives no gradients.
    private static func obstacles(_ model: ClassifierAccess) -> [String] {
        guard case .scores(let classifier) = model else { return [] }
        return [
            "the model gives no gradients, because \(classifier.obstacle): only attacks that ask for labels or scores run against it"
        ]
    }

    private func plan(_ threat: ThreatModel, classCount: Int) throws -> AssessmentPlan {
        var planned = try suite.attacks(for: threat, classCount: classCount)
        if !attacks.isEmpty {
            planned = try attacks.map { name in
                do {
                    let row = try AttackTable.row(named: name)
                    guard row.kind != .gradient || threat.knowledge == .whiteBox else {
                        throw CommandFailure(
                            .usage,
                            "the attack \(name) follows gradients, which --knowledge black-box does not give"
                        )
                    }
                    let preset = try preset.map { try row.preset(named: $0) } ?? row.presets.last
                    guard let preset else {
                        throw AttackError.unknownPreset(attack: name, preset: preset?.name ?? "")
                    }
                    _ = try row.make(threat: threat, preset: preset, classCount: classCount)
                    return PlannedAttack(row: row, preset: preset)
                } catch let error as AttackError {
                    throw CommandFailure(.usage, "\(error)")
                }
            }
        }
        var plan = AssessmentPlan(
            threat: threat,
            suite: attacks.isEmpty ? suite.rawValue : "custom",
            attacks: planned,
            seed: seed
        )
        plan.trainedAgainst = trainedAgainst
        plan.requiredRobustAccuracy = requiredRobustAccuracy
        if let severity {
            plan.severity = severity
            plan.severityIsDefault = false
        }
        return plan
    }

    /// The box: what the user said, 0 to 1 for images, the range of each feature for tables.
    private func box(for data: DataSet, path: String) throws -> (bounds: Bounds, notes: [String]) {
        if let bounds { return (bounds, []) }
        guard data.inputs.isFinite else {
            // Leave the finding of the place to the validation that follows.
            return (Bounds(-Float.greatestFiniteMagnitude, .greatestFiniteMagnitude), [])
        }
        let size = max(data.sampleShape.count, 1)
        let elements = data.inputs.elements
        guard data.kind == .tabular else {
            let (lowest, highest) = (elements.min() ?? 0, elements.max() ?? 0)
            guard lowest >= 0, highest <= 1 else {
                throw CommandFailure(
                    .badInput,
                    "\(path): inputs range from \(lowest) to \(highest), outside the box 0 to 1 of images",
                    hint:
                        "say which values inputs may have, as in --bounds \(lowest.rounded(.down)),\(highest.rounded(.up))"
                )
            }
            return (Bounds(0, 1), [])
        }
        var lower = Array(elements.prefix(size))
        var upper = lower
        for position in 0..<elements.count {
            lower[position % size] = min(lower[position % size], elements[position])
            upper[position % size] = max(upper[position % size], elements[position])
        }
        var notes = ["the box of each feature is the range it has in the data"]
        let widths = zip(lower, upper).map { $1 - $0 }.filter { $0 > 0 }
        if let narrow = widths.min(), let wide = widths.max(), wide > 100 * narrow {
            notes.append(
                "features differ in scale by a factor of \(Int((wide / narrow).rounded())): one radius in input units is large "
                    + "for some and small for others; put a scaler into the model or standardise the data"
            )
        }
        return (Bounds(lower: lower, upper: upper), notes)
    }

    private func defaultEpsilon(_ shape: Shape, _ bounds: Bounds) -> Float {
        switch norm {
        case .linf: shape.rank == 3 && shape[0] == 3 ? 8 / 255 * bounds.extent : 0.1 * bounds.extent
        case .l2: 0.5 * bounds.extent
        case .l1: 10 * bounds.extent
        case .l0: max(1, (0.01 * Float(shape.count)).rounded())
        }
    }

    /// Refuses labels that the model gets wrong more often than a coin would: they number the classes
    /// otherwise.
    private func requireBetterThanChance(
        _ model: any ScoreAccess,
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

extension ClassifierAccess {
    /// The types of operators that its gradients pass as if these did nothing; nil if there are none.
    fileprivate var straightThrough: [String]? { list(model.graph.straightThroughOperators) }
    /// The types of operators that its gradients do not see; nil if there are none.
    fileprivate var stepped: [String]? { list(model.graph.steppedOperators) }

    private func list(_ names: [String]) -> [String]? { hasGradients && !names.isEmpty ? names : nil }
}
