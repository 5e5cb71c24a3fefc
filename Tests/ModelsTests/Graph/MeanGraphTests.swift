import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct MeanGraphTests {
    private func network(_ architecture: Architecture, seed: UInt64) throws -> Graph {
        try architecture.graph(inputShape: [1, 4, 4], classCount: 3, width: 2, seed: seed)
    }

    private func scores(_ graph: Graph, _ inputs: Tensor) throws -> Tensor {
        try GraphClassifier(
            ClassifierGraph(graph),
            backend: ReferenceBackend(),
            execution: Execution(threads: 1)
        ).logits(for: inputs)
    }

    @Test func theScoresAreTheMeanOfTheScores() throws {
        let graphs = try [network(.mlp, seed: 1), network(.cnn, seed: 2), network(.mlp, seed: 3)]
        var random = SeededRandom(seed: 1, stream: "inputs")
        let inputs = Tensor([5, 1, 4, 4], generating: { _ in random.uniform() })
        let parts = try graphs.map { try scores($0, inputs) }
        let mean = try scores(Graph.mean(of: graphs), inputs)
        for position in 0..<mean.count {
            let expected = parts.reduce(0) { $0 + Double($1[position]) } / 3
            #expect(abs(Double(mean[position]) - expected) < 1e-5)
        }
        #expect(try scores(Graph.mean(of: [graphs[0]]), inputs) == parts[0])
    }

    @Test func inputsAreMovedAndScaledOnTheirWayIn() throws {
        let graph = try network(.mlp, seed: 1)
        let wrapped = try graph.reading(offset: Tensor(scalar: 0.5), scale: Tensor(scalar: 4))
        #expect(wrapped.trainable.count == graph.trainable.count)
        let inputs = Tensor([3, 1, 4, 4], generating: { Float($0) / 48 })
        let prepared = inputs.map { ($0 - 0.5) * 4 }
        #expect(try scores(wrapped, inputs) == scores(graph, prepared))
    }

    /// 2 filters of 9 taps on 16 pixels, 4 of 18 on 4 pixels, a layer of 4·1·1 by 8, and one of 8 by 3.
    @Test func multiplicationsAreCounted() throws {
        let graph = try network(.cnn, seed: 1)
        #expect(graph.multiplyAdds == 2 * 9 * 16 + 4 * 18 * 4 + 4 * 8 + 8 * 3)
        #expect(try network(.mlp, seed: 1).multiplyAdds == 16 * 2 + 2 * 2 + 2 * 3)
    }
}
