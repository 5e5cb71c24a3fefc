import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension BulwarkBench {
    /// One epoch from the exported weights on.
    static func training(_ workload: Workload) throws -> () throws -> Outcome {
        let graph = try workload.trainableNetwork()
        let trainer = try workload.trainer
        return {
            var loss = Double.nan
            _ = try trainer.train(
                graph,
                inputs: workload.inputs,
                labels: workload.labels,
                backend: workload.backend,
                execution: workload.execution
            ) { loss = $0.loss }
            return .numbers(["meanLoss": loss])
        }
    }

    /// One epoch on adversarial inputs that are made for each batch against the weights of that moment.
    static func adversarialTraining(_ workload: Workload) throws -> () throws -> Outcome {
        let graph = try workload.trainableNetwork()
        let trainer = try workload.trainer
        let pgd = try workload.pgd(stopping: .afterAllSteps)
        return {
            var loss = Double.nan
            _ = try trainer.train(
                graph,
                inputs: workload.inputs,
                labels: workload.labels,
                backend: workload.backend,
                execution: workload.execution,
                progress: { loss = $0.loss },
                perturb: { try perturb($0, labels: $1, with: pgd, against: $2) }
            )
            return .numbers(["meanLoss": loss])
        }
    }
}

extension Workload {
    var trainer: Trainer {
        get throws {
            Trainer(
                optimizer: .sgd(learningRate: try learningRate, momentum: try momentum),
                epochs: 1,
                batchSize: batch
            )
        }
    }

    /// Bulwark's own network of the same layers with the exported weights: the weights of an imported graph
    /// are constants.
    func trainableNetwork() throws -> Graph {
        let graph = try Architecture.cnn.graph(
            inputShape: inputs.shape.dropFirst,
            classCount: 10,
            width: 32,
            seed: 0
        )
        // No two tensors of this network have the same shape.
        let exported = Dictionary(grouping: try self.graph().parameters.values, by: \.shape)
        var replacements: [ValueID: Tensor] = [:]
        for id in graph.trainable {
            guard let shape = graph.parameters[id]?.shape, let found = exported[shape], found.count == 1
            else {
                throw Failure.noWeights(graph[id].name, workload: name)
            }
            replacements[id] = found[0]
        }
        return graph.replacingParameters(replacements)
    }
}
