import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors

extension BulwarkBench {
    /// AutoAttack's standard version: one attack after the other, each on what the ones before have left.
    static func autoAttack(_ workload: Workload) throws -> () throws -> Outcome {
        let classifier = try workload.classifier(workload.graph())
        let threat = ThreatModel(norm: try workload.norm, epsilon: try workload.epsilon, bounds: Bounds(0, 1))
        let planned = try AttackSuite.autoAttackStandard.attacks(
            for: threat,
            classCount: classifier.classCount
        )
        let attacks = try planned.map { try $0.make(threat: threat, classCount: classifier.classCount) }
        return {
            var ensemble = try Ensemble(workload, against: classifier)
            for attack in attacks { try ensemble.run(attack) }
            return ensemble.outcome
        }
    }
}

/// What a series of attacks has left of some samples.
private struct Ensemble {
    private let classifier: GraphClassifier
    private let inputs: Tensor
    private let labels: [Int]
    private var candidates: Tensor
    /// The attack that broke each sample, counted from 1: 0 if it was misread before, -1 if nothing broke it.
    private var brokenBy: [Int]
    private var numbers: [String: Double] = [:]
    private var attackCount = 0

    init(_ workload: Workload, against classifier: GraphClassifier) throws {
        self.classifier = classifier
        (inputs, labels) = (workload.inputs, workload.labels)
        candidates = inputs
        brokenBy = zip(try classifier.labels(for: inputs), labels).map { $0 == $1 ? -1 : 0 }
    }

    /// The samples, the best that was found of each, and which attack found it.
    var outcome: Outcome {
        Outcome(
            arrays: ["x": candidates, "brokenBy": Tensor([brokenBy.count], brokenBy.map { Float($0) })],
            numbers: numbers
        )
    }

    /// Attacks what is left and has it judged.
    mutating func run(_ attack: AnyAttack) throws {
        attackCount += 1
        let rows = brokenBy.indices.filter { brokenBy[$0] < 0 }
        let (threat, name) = (attack.attack.threat, attack.attack.name)
        let elapsed = try ContinuousClock().measure {
            guard !rows.isEmpty else { return }
            let batch = Batch(
                inputs: inputs.gatheringRows(rows),
                aims: rows.map { .anythingBut(labels[$0]) },
                samples: rows
            )
            let random = RandomSource(seed: 0, stream: name)
            let perturbed = try attack.perturb(batch, against: classifier, random: random)
            let (rulings, legal) = try Judge(threat: threat).rule(
                on: perturbed.candidates,
                for: batch,
                against: classifier
            )
            for (place, row) in rows.enumerated() where rulings[place].isBroken {
                brokenBy[row] = attackCount
                candidates.setRows([row], to: legal.rows(place..<place + 1))
            }
        }
        numbers["seconds.\(attackCount)"] = elapsed / .seconds(1)
    }
}
