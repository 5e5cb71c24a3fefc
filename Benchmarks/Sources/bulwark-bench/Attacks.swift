import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension BulwarkBench {
    /// Projected gradient descent over all samples, batch by batch.
    static func attack(_ workload: Workload) throws -> () throws -> Outcome {
        let classifier = try workload.classifier(workload.graph())
        let pgd = try workload.pgd(
            stopping: workload.kind == .earlyStoppingAttack ? .atSuccess : .afterAllSteps
        )
        return {
            let parts = try workload.batches.map { rows in
                try perturb(
                    workload.inputs.rows(rows),
                    labels: Array(workload.labels[rows]),
                    with: pgd,
                    against: classifier
                )
            }
            return .array(.concatenatingRows(parts, rowShape: workload.inputs.shape.dropFirst))
        }
    }

    /// The attack itself, as a caller of the library would write it.
    static func perturb(
        _ inputs: Tensor,
        labels: [Int],
        with pgd: PGD,
        against classifier: GraphClassifier
    ) throws -> Tensor {
        let batch = Batch(
            inputs: inputs,
            aims: labels.map { .anythingBut($0) },
            samples: Array(labels.indices)
        )
        return try pgd.perturb(batch, against: classifier, random: RandomSource(seed: 0, stream: pgd.name))
            .candidates
    }

    /// The gradient of the cross-entropy of each sample.
    static func gradient(_ workload: Workload) throws -> () throws -> Outcome {
        let classifier = try workload.classifier(workload.graph())
        let aims = workload.labels.map { Aim.anythingBut($0) }
        return {
            .array(try classifier.inputGradient(of: .crossEntropy, at: workload.inputs, aims: aims).gradient)
        }
    }
}

extension Workload {
    /// The attack that the workload describes, from the inputs on.
    func pgd(stopping: PGD.Stopping) throws -> PGD {
        let box = Bounds(0, 1)
        return try PGD(
            threat: ThreatModel(norm: .linf, epsilon: epsilon, bounds: box),
            loss: .crossEntropy,
            stepSize: stepSize,
            steps: steps,
            restarts: 1,
            randomStart: false,
            stopping: stopping
        )
    }
}
