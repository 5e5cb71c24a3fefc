import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors

extension AssessmentJob {
    /// What the user says of a table.
    struct Tabular {
        /// The file of constraints; nil without.
        var constraints: ConstraintFile?
        /// Whether samples that break the constraints are left out, and not refused.
        var skipsViolating = false
        /// How many regions the exact attack on trees looks at for one sample.
        var treeLimit = AttackTable.treeLimit
    }

    /// Samples that satisfy the constraints, and the constraints for their features.
    struct ConstrainedData {
        let constraints: FeatureConstraints?
        /// The samples that are left.
        let data: DataSet
        /// The index of each in the file.
        let indices: [Int]

        /// How many were left out.
        func skipped(of whole: DataSet) -> Int { whole.sampleCount - indices.count }
    }

    /// Finds the features that the constraints name, and leaves out samples that break them.
    ///
    /// - Parameters:
    ///   - data: The samples of the file, in the model's shape.
    ///   - path: The file.
    /// - Returns: All samples if there are no constraints.
    /// - Throws: `CommandFailure` if the constraints do not fit the features, if samples break them and are not
    ///   to be left out, or if none is left.
    func constrained(_ data: DataSet, path: String) throws -> ConstrainedData {
        guard let file = tabular.constraints else {
            return ConstrainedData(constraints: nil, data: data, indices: Array(0..<data.sampleCount))
        }
        let constraints = try file.constraints(
            featureCount: data.sampleShape.count,
            names: data.featureNames
        )
        let breaches = Breaches(of: constraints, in: data)
        guard !breaches.samples.isEmpty else {
            return ConstrainedData(
                constraints: constraints,
                data: data,
                indices: Array(0..<data.sampleCount)
            )
        }
        guard breaches.samples.count < data.sampleCount else {
            throw CommandFailure(
                .badInput,
                "\(path): \(breaches.summary(of: data.sampleCount, by: file.path))",
                hint:
                    "either the constraints contradict each other, or they are in other units than the model's inputs"
            )
        }
        guard tabular.skipsViolating else {
            throw CommandFailure(
                .badInput,
                "\(path): \(breaches.summary(of: data.sampleCount, by: file.path))",
                hint: "correct the data or the constraints, or leave these samples out with --skip-violating"
            )
        }
        let broken = Set(breaches.samples)
        let kept = (0..<data.sampleCount).filter { !broken.contains($0) }
        let left = try reading(path) {
            try DataSet(
                inputs: data.inputs.gatheringRows(kept),
                labels: kept.map { data.labels[$0] },
                classNames: data.classNames,
                featureNames: data.featureNames,
                notes: data.notes
            )
        }
        return ConstrainedData(constraints: constraints, data: left, indices: kept)
    }

    /// What the report says of the constraints; nil without.
    func described(_ data: ConstrainedData, of whole: DataSet, notes: [String]) -> Assessment.Constraints? {
        guard let file = tabular.constraints, let constraints = data.constraints else { return nil }
        return Assessment.Constraints(
            path: file.path,
            sha256: file.sha256,
            summary: constraints.summary,
            skippedSamples: data.skipped(of: whole),
            notes: notes
        )
    }

    // MARK: Attacks

    /// The attacks that can be run on a model under constraints.
    ///
    /// - Parameters:
    ///   - planned: The attacks.
    ///   - constraints: What rows have to satisfy; nil for nothing.
    ///   - threat: What they are made for.
    ///   - classCount: The number of classes.
    /// - Returns: Those that keep the constraints, and for each of the others why it is left out.
    /// - Throws: `CommandFailure` for one of the others that was asked for by name.
    func keeping(
        _ planned: [PlannedAttack],
        _ constraints: FeatureConstraints?,
        _ threat: ThreatModel,
        classCount: Int
    ) throws -> (attacks: [PlannedAttack], notes: [String]) {
        guard let constraints else { return (planned, []) }
        var (kept, notes): ([PlannedAttack], [String]) = ([], [])
        for attack in planned {
            let made = try? attack.make(threat: threat, classCount: classCount)
            guard made != nil, made?.constrained(by: constraints) == nil else {
                kept.append(attack)
                continue
            }
            let error = AttackError.ignoresConstraints(attack: attack.row.name)
            guard attacks.isEmpty else {
                throw CommandFailure(.usage, "\(error)", hint: "leave out --constraints, or this attack")
            }
            notes.append("\(attack.row.name) was left out: \(error)")
        }
        return (kept, notes)
    }

    /// The exact attack, if a model is made of decision trees that the adversary knows.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - knowledge: What the adversary knows.
    /// - Returns: A row of its own, which no table has.
    func treeRow(for model: OpenedTarget, _ knowledge: ThreatModel.Knowledge) -> AttackTable.Row? {
        guard knowledge == .whiteBox, let trees = try? model.trees else { return nil }
        return AttackTable.treeRow(trees, maximumRegions: tabular.treeLimit)
    }

    /// The exact attack by its name.
    ///
    /// - Throws: `CommandFailure` if the model has no trees that the adversary knows.
    func requireTreeRow(
        for model: OpenedTarget,
        named name: String,
        _ knowledge: ThreatModel.Knowledge
    ) throws -> AttackTable.Row {
        do {
            let trees = try model.trees
            guard knowledge == .whiteBox else {
                throw CommandFailure(
                    .usage,
                    "the attack \(AttackTable.treeName) has to know the trees, which --knowledge \(knowledge.rawValue) does not give"
                )
            }
            return AttackTable.treeRow(trees, maximumRegions: tabular.treeLimit)
        } catch let error as TreeError {
            throw CommandFailure(
                .usage,
                "\(name): the attack \(AttackTable.treeName) cannot be run, because \(error)"
            )
        }
    }
}

extension OpenedTarget {
    /// The decision trees that the model is made of.
    ///
    /// - Throws: `TreeError` if it is made of anything else, or nobody knows what it is made of.
    var trees: DecisionTrees {
        get throws(TreeError) {
            guard let graph, obstacle != nil else { throw .noTrees }
            return try DecisionTrees(graph)
        }
    }
}

/// Samples that break constraints by themselves.
private struct Breaches {
    /// Their indices, rising.
    private(set) var samples: [Int] = []
    /// How often each constraint is broken.
    private var counts: [String: Int] = [:]

    init(of constraints: FeatureConstraints, in data: DataSet) {
        let size = data.sampleShape.count
        let elements = data.inputs.elements
        for index in 0..<data.sampleCount {
            let row = elements.array(index * size..<(index + 1) * size)
            // What is no number is for those to name who check the data.
            guard row.allSatisfy(\.isFinite) else { continue }
            let violations = constraints.violations(of: row, around: row)
            if violations.isEmpty { continue }
            samples.append(index)
            for violation in violations { counts["\(violation)", default: 0] += 1 }
        }
    }

    private static let maximumShown = 10

    /// How many, which, and what they break most often.
    func summary(of total: Int, by path: String) -> String {
        let shown = samples.prefix(Self.maximumShown).map { "\($0)" }.joined(separator: ", ")
        let more = samples.count > Self.maximumShown ? ", …" : ""
        let common = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(3)
            .map { "\($0.key) (\($0.value)×)" }.joined(separator: "; ")
        return
            "\(samples.count) of \(total) samples break the constraints of \(path) themselves "
            + "(\(shown)\(more), counted from 0): \(common)"
    }
}
