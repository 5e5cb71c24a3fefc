import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkReports
import BulwarkTensors
import Foundation

/// Makes an assessment again and compares what comes out with what is in its folder.
struct Rerun {
    private let prepared: PreparedAssessment
    private let folder: AssessmentFolder
    private let control: RunControl

    init(_ prepared: PreparedAssessment, of folder: AssessmentFolder, control: RunControl) {
        (self.prepared, self.folder, self.control) = (prepared, folder, control)
    }

    /// Repeats everything.
    ///
    /// - Throws: `CommandFailure`, and `RunStop` if it is interrupted.
    func whole() throws -> RerunResult {
        let outcome = try prepared.run(control)
        if let partial = outcome.assessment.partial {
            throw RunStop(RunStop.Cause(rawValue: partial.cause) ?? .interrupted, partial.reason)
        }
        var result = RerunResult()
        for (name, now) in AssessmentOutput.records(of: outcome) {
            try result.compare(name, try read(name), now)
        }
        result.compare(folder.assessment, outcome.assessment)
        result.samples = outcome.assessment.data.samples
        return result
    }

    /// Repeats single attacks, or single samples of them.
    ///
    /// An attack gets the samples that its records say it got: that it was spared others is not repeated.
    ///
    /// - Parameters:
    ///   - names: The attacks; all if empty.
    ///   - samples: The samples by their numbers in the data file; all if nil.
    /// - Returns: What differs.
    /// - Throws: `CommandFailure`, and `RunStop` if it is interrupted.
    func part(attacks names: [String], samples: [Int]?) throws -> RerunResult {
        let all = folder.assessment.attacks
        if let unknown = names.first(where: { name in !all.contains { $0.name == name } }) {
            throw CommandFailure(
                .usage,
                "\(folder.path): there is no attack \(unknown) in it",
                hint: "there are \(all.map(\.name).joined(separator: ", "))"
            )
        }
        let chosen = try positions(of: samples)
        let clean = try cleanPredictions()
        var result = RerunResult()
        result.samples = chosen.count
        for attack in all where names.isEmpty || names.contains(attack.name) {
            guard let planned = prepared.plan.attacks.first(where: { $0.row.name == attack.name }) else {
                throw CommandFailure(.badInput, "\(folder.path): its command does not run \(attack.name)")
            }
            let outcomes = folder.outcomes[attack.name] ?? [:]
            let given = prepared.samples.indices.enumerated()
                .filter { outcomes[$1]?.wasAttacked == true }.map(\.offset)
            let records = try records(of: planned, given: given, chosen: Set(chosen), clean)
            let now = RecordsCSV.render(records: chosen.map { records[$0] })
            let wanted = Set(chosen.map { "\(prepared.samples.indices[$0])" })
            try result.compare(
                attack.records,
                try read(attack.records),
                Data(now.utf8),
                samples: samples == nil ? nil : wanted
            )
        }
        return result
    }

    private func read(_ name: String) throws -> Data {
        let path = "\(folder.path)/\(name)"
        return try reading(path) { try Data(contentsOf: URL(fileURLWithPath: path)) }
    }

    /// Where samples stand among the assessed ones; all if nil.
    private func positions(of samples: [Int]?) throws -> [Int] {
        guard let samples else { return Array(prepared.samples.indices.indices) }
        return try Set(samples).sorted().map { sample in
            guard let position = prepared.samples.indices.firstIndex(of: sample) else {
                throw CommandFailure(.usage, "\(folder.path): the sample \(sample) was not assessed")
            }
            return position
        }
    }

    // MARK: One attack

    private func cleanPredictions() throws -> [Int] {
        try prepared.target.naming {
            // As the assessment predicts: all samples, by their scores where there are any.
            try prepared.model.labelAccess.labels(for: prepared.samples.inputs)
        }
    }

    private func records(
        of planned: PlannedAttack,
        given: [Int],
        chosen: Set<Int>,
        _ clean: [Int]
    ) throws -> [SampleRecord] {
        var plan = prepared.plan
        plan.attacks = [planned]
        return try prepared.target.naming {
            let target = prepared.model.labelAccess
            let plan = try prepared.transfer.completing(
                plan,
                target: target,
                samples: prepared.samples,
                control: control
            )
            guard let planned = plan.attacks.first else { preconditionFailure("the plan has one attack") }
            let attack = try planned.make(threat: plan.threat, classCount: target.classCount)
            // What finds one perturbation for many samples needs all of them.
            let positions = attack.attack.needsCompany ? given : given.filter { chosen.contains($0) }
            let single = SingleAttack(attack, planned.row.name, plan, prepared.samples, clean, control)
            return switch prepared.model.access {
            case .gradients(let model): try single.records(gradientsOf: model, on: positions)
            case .scores(let model, _, _): try single.records(scoresOf: model, on: positions)
            case .labels(let model, _, _): try single.records(labelsOf: model, on: positions)
            }
        }
    }
}
