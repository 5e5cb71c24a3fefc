import BulwarkModels
import BulwarkTensors
import Testing

struct TrainableParametersTests {
    /// A layer, a normalisation, a number of its own, and one whose part in the model nobody knows.
    private static func graph() throws -> Graph {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 3])
        let center = try builder.parameter("center", Tensor([3], [0.1, 0.2, 0.3]))
        let centered = try builder.apply(Sub(), to: [input, center])
        let weight = try builder.parameter("weight", Tensor([3, 4], repeating: 0.5))
        let product = try builder.apply(MatMul(), to: [centered, weight])
        let scale = try builder.parameter("scale", Tensor([4], repeating: 1))
        let shift = try builder.parameter("shift", Tensor([4]))
        let mean = try builder.parameter("mean", Tensor([4]))
        let variance = try builder.parameter("variance", Tensor([4], repeating: 1))
        let normalized = try builder.apply(
            BatchNormalization(epsilon: 1e-5),
            to: [product, scale, shift, mean, variance]
        )
        let odd = try builder.parameter("odd", Tensor([4], repeating: 2))
        let rest = try builder.apply(Sub(), to: [odd, try builder.apply(Relu(), to: [normalized])])
        return builder.graph(outputs: [rest])
    }

    @Test func layersAreTrainedAndWhatPreparesInputsIsNot() throws {
        let graph = try Self.graph()
        #expect(graph.trainable.isEmpty)
        let trainable = try graph.withTrainableParameters()
        #expect(Set(trainable.trainable.map { trainable[$0].name }) == ["weight", "scale", "shift"])
        #expect(trainable.parameters == graph.parameters && trainable.nodes.count == graph.nodes.count)
        // Drawn anew, the same graph is refused: what nobody knows would stay behind.
        #expect(throws: FreshParametersError.self) { try graph.withFreshParameters(seed: 1) }
    }

    @Test func aGraphWithoutWeightsHasNothingToTrain() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 3])
        let rectified = try builder.apply(Relu(), to: [input])
        let graph = builder.graph(outputs: [rectified])
        #expect(throws: FreshParametersError.noWeights) { try graph.withTrainableParameters() }
    }

    @Test func parametersGoBackIntoTheGraphTheyCameFrom() throws {
        let graph = try Self.graph().withTrainableParameters()
        let place = try #require(graph.trainable.first)
        let shape = try #require(graph.parameters[place]?.shape)
        let changed = graph.replacingParameters([place: Tensor(shape, repeating: 7)])
        var builder = GraphBuilder(extending: changed)
        let rectified = try builder.apply(Relu(), to: changed.outputs)
        let longer = builder.graph(outputs: [rectified])
        let adopted = try #require(graph.adoptingParameters(of: longer))
        #expect(adopted.outputs == graph.outputs && adopted.parameters == changed.parameters)
        let extra = try builder.parameter("extra", Tensor([4]), isTrainable: true)
        let sum = try builder.apply(Add(), to: changed.outputs + [extra])
        let foreign = builder.graph(outputs: [sum])
        #expect(graph.adoptingParameters(of: foreign) == nil)
    }
}
