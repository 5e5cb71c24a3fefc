import BulwarkModels
import BulwarkTensors

/// Defensive distillation: a network trained on the soft labels that another gives at a high temperature.
///
/// Papernot, McDaniel, Wu, Jha and Swami, "Distillation as a defense to adversarial perturbations against deep
/// neural networks" (arXiv 1511.04508), section IV: teacher and student are trained on softmax(z / T), and the
/// student is deployed at T = 1, with logits T times as large as those of other networks. Broken by Carlini and
/// Wagner, "Towards evaluating the robustness of neural networks" (S&P 2017), section VIII.
struct Distillation {
    let temperature: Float
    let workshop: Workshop

    /// The student at temperature 1, with the layers of its teacher.
    func student(_ architecture: (inout Layers, ValueID) throws -> ValueID) throws -> Graph {
        // Extending a graph keeps the identifiers of its values, so that parameters fit both.
        let cold = try workshop.graph(architecture)
        let hot = try heated(cold)
        let teacher = try workshop.classifier(try workshop.fit(hot))
        let targets = Softmax(axis: -1)
        let scores = try teacher.logits(for: workshop.training.inputs)
        let soft = targets.value(of: [scores], shape: scores.shape)
        return cold.replacingParameters(try parameters(fitting: hot, to: soft))
    }

    private func heated(_ graph: Graph) throws -> Graph {
        var builder = GraphBuilder(extending: graph)
        let factor = try builder.parameter("temperature", Tensor(scalar: 1 / temperature))
        let scores = try builder.apply(Mul(), to: [graph.outputs[0], factor])
        return builder.graph(outputs: [scores])
    }

    /// The parameters that minimise the cross-entropy with soft labels, from the graph's own on.
    private func parameters(fitting graph: Graph, to soft: Tensor) throws -> [ValueID: Tensor] {
        let trainer = workshop.trainer()
        let inputs = workshop.training.inputs
        let size = min(trainer.batchSize, inputs.rowCount)
        let executable = try workshop.backend.compile(graph, batchSize: size, differentiating: .parameters)
        var parameters = graph.parameters.filter { graph.trainable.contains($0.key) }
        var state = Optimizer.State()
        let softmax = Softmax(axis: -1)
        for epoch in 1...trainer.epochs {
            var random = SeededRandom(seed: trainer.seed, stream: "distillation", restart: epoch)
            let order = random.permutation(of: inputs.rowCount)
            for start in stride(from: 0, through: order.count - size, by: size) {
                let rows = Array(order[start..<start + size])
                let scores = try executable.forward([inputs.gatheringRows(rows)])[0]
                // The gradient of the cross-entropy is the difference of the distributions.
                let answers = softmax.value(of: [scores], shape: scores.shape)
                let slope = (1 / Float(size)) * (answers - soft.gatheringRows(rows))
                let gradients = try executable.backward([slope]).parameters
                trainer.optimizer.step(&parameters, gradients: gradients, state: &state)
                executable.setParameters(parameters)
            }
        }
        return parameters
    }
}
