import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension BulwarkBench {
    /// The nearest point of another class that an attack finds for each sample, at whatever distance.
    static func minimumNorm(_ workload: Workload) throws -> () throws -> Outcome {
        let classifier = try workload.classifier(workload.graph())
        let attack = try workload.minimumNormAttack()
        return {
            let parts = try workload.batches.map { rows in
                let batch = Batch(
                    inputs: workload.inputs.rows(rows),
                    aims: workload.labels[rows].map { .anythingBut($0) },
                    samples: Array(rows)
                )
                let random = RandomSource(seed: 0, stream: attack.attack.name)
                return try attack.perturb(batch, against: classifier, random: random)
            }
            let rowShape = workload.inputs.shape.dropFirst
            let found = parts.flatMap(\.claimed).map { $0 ? Float(1) : 0 }
            func mean(_ counts: [Int]) -> Double {
                Double(counts.reduce(0, +)) / Double(max(counts.count, 1))
            }
            return Outcome(
                arrays: [
                    "x": .concatenatingRows(parts.map(\.candidates), rowShape: rowShape),
                    "found": Tensor([found.count], found),
                ],
                numbers: [
                    "queries": mean(parts.flatMap(\.queries)), "gradients": mean(parts.flatMap(\.gradients)),
                ]
            )
        }
    }
}

extension Workload {
    /// The attack with the knobs that every tool is given, and the tool's own defaults beside them.
    fileprivate func minimumNormAttack() throws -> AnyAttack {
        let threat = ThreatModel(norm: try norm, epsilon: .infinity, bounds: Bounds(0, 1))
        switch try attack {
        case "cw":
            return .whiteBox(
                try CarliniWagnerL2(
                    threat: threat,
                    searchSteps: searchSteps,
                    steps: steps,
                    learningRate: stepSize,
                    initialConstant: initialConstant
                )
            )
        case "deepfool": return .whiteBox(try DeepFool(threat: threat, steps: steps))
        case "fmn": return .whiteBox(FMN(threat: threat, steps: try steps, stepSize: try stepSize))
        case "ddn": return .whiteBox(try DDN(threat: threat, steps: steps))
        case "hop-skip-jump":
            // Every sample is given, and those of another class are tried first, the nearest before the others.
            let starts = labels.indices.map { row in
                (point: Array(inputs.rows(row..<row + 1).elements), label: labels[row])
            }
            return .labelOnly(try HopSkipJump(threat: threat, steps: steps, starts: starts))
        case let other: throw Failure.unknownAttack(other, workload: name)
        }
    }
}
