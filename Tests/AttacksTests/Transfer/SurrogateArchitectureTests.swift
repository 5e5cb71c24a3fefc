import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct SurrogateArchitectureTests {
    @Test func aTargetsOwnLayersBeginAnew() throws {
        let target = try ClassifierGraph(
            Architecture.cnn.graph(inputShape: [1, 8, 8], classCount: 3, width: 4, seed: 1)
        )
        let same = try SurrogateArchitecture.same(as: target)
        let (first, second) = (try same.graph(seed: 1), try same.graph(seed: 2))
        #expect(first.nodes.map(\.operation.name) == target.graph.nodes.map(\.operation.name))
        for (id, tensor) in target.graph.parameters where Set(tensor.elements).count > 1 {
            #expect(first.parameters[id] != tensor && first.parameters[id] != second.parameters[id])
        }
        #expect(!first.trainable.isEmpty)
    }

    @Test func whatCannotBeTrainedSaysWhy() throws {
        let forest = try ClassifierVectors.graph("sklearn-forest-names")
        #expect(throws: SurrogateArchitecture.Obstacle.noGradients) {
            try SurrogateArchitecture.same(as: forest)
        }
        var builder = GraphBuilder()
        let input = try builder.input("x", [4, 2])
        let weights = try builder.parameter("weights", Tensor([2, 3], repeating: 1))
        let scores = try builder.apply(MatMul(), to: [input, weights])
        let fixed = try ClassifierGraph(builder.graph(outputs: [scores]))
        #expect(throws: SurrogateArchitecture.Obstacle.fixedBatch(4)) {
            try SurrogateArchitecture.same(as: fixed)
        }
        let large = try ClassifierGraph(
            Architecture.cnn.graph(inputShape: [3, 64, 64], classCount: 2, width: 32, seed: 1)
        )
        let cost = large.graph.multiplyAdds
        #expect(cost > SurrogateArchitecture.maximumMultiplyAdds)
        #expect(throws: SurrogateArchitecture.Obstacle.tooLarge(multiplyAdds: cost)) {
            try SurrogateArchitecture.same(as: large)
        }
    }

    @Test func plainNetworksSuitTheInput() throws {
        let table = SurrogateArchitecture.plain(for: Tensor([5, 7]), classCount: 3)
        #expect(table.map(\.description) == ["mlp of width 128", "mlp of width 32"])
        let digits = SurrogateArchitecture.plain(for: Tensor([2, 1, 28, 28]), classCount: 10)
        #expect(digits.map(\.description) == ["cnn of width 16", "mlp of width 128"])
        let photographs = SurrogateArchitecture.plain(for: Tensor([1, 3, 128, 128]), classCount: 10)
        #expect(photographs.map(\.description) == ["cnn of width 8", "mlp of width 128"])
        for (architecture, shape) in [(table[0], [7]), (digits[0], [1, 28, 28]), (digits[1], [1, 28, 28])] {
            let graph = try ClassifierGraph(architecture.graph(seed: 1))
            #expect(graph.inputShape.dimensions == shape)
            #expect(graph.graph.multiplyAdds <= SurrogateArchitecture.maximumMultiplyAdds)
        }
    }
}
