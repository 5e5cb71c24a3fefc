import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import TestSupport
import Testing

struct OneDNNBackendTests {
    /// A network, a block of inputs for it, and cotangents for its one output.
    static func example(seed: Int, batchSize: Int) throws -> (graph: Graph, inputs: [Tensor], cotangent: Tensor) {
        let graph = try RandomGraphs.network(seed: UInt64(seed))
        let inputs = try RandomGraphs.inputs(for: graph, batchSize: batchSize, seed: UInt64(seed))
        var random = SeededRandom(seed: UInt64(seed), stream: "cotangents")
        let shape = try graph[graph.outputs[0]].shape.resolved(batchSize: batchSize)
        return (graph, inputs, .random(shape, &random))
    }

    @Test(arguments: OperatorLaws.cases, [1, 3])
    func everyOperatorAgreesWithTheReference(_ row: OperatorCase, _ batchSize: Int) throws {
        let tensors = try row.tensors(batchSize: batchSize)
        let graph = try row.graph(tensors)
        try NodeComparison.expectAgreement(graph, row.graphInputs(tensors), batchSize: batchSize, row.name)
    }

    @Test(arguments: 0..<60)
    func networksAgreeWithTheReference(_ seed: Int) throws {
        let batchSize = 1 + seed % 5
        let (graph, inputs, _) = try Self.example(seed: seed, batchSize: batchSize)
        try NodeComparison.expectAgreement(graph, inputs, batchSize: batchSize, "network \(seed)")
    }

    @Test(arguments: 0..<6)
    func newParametersTakeEffect(_ seed: Int) throws {
        let (graph, inputs, cotangent) = try Self.example(seed: seed, batchSize: 3)
        var random = SeededRandom(seed: UInt64(seed), stream: "others")
        let everything: Differentiation = [.inputs, .parameters]
        let executable = try OneDNNBackend().compile(graph, batchSize: 3, differentiating: everything)
        _ = try executable.forward(inputs)
        _ = try executable.backward([cotangent])
        let others = Dictionary(uniqueKeysWithValues: graph.trainable.map { id in
            (id, Tensor.random(graph.parameters[id]?.shape ?? [], &random))
        })
        // Replaced as a whole, and replaced by a tensor that is written to in place afterwards.
        executable.setParameters(others)
        let changed = try OneDNNBackend()
            .compile(graph.replacingParameters(others), batchSize: 3, differentiating: everything)
        #expect(try executable.forward(inputs)[0].isBitwiseEqual(to: changed.forward(inputs)[0]))
        let found = try executable.backward([cotangent])
        let expected = try changed.backward([cotangent])
        #expect(found.inputs[0].isBitwiseEqual(to: expected.inputs[0]))
        for id in graph.trainable {
            let (one, other) = (try #require(found.parameters[id]), try #require(expected.parameters[id]))
            #expect(one.isBitwiseEqual(to: other), "\(graph[id].name)")
        }
        var halved = others
        for id in graph.trainable { halved[id]?.mutate { for position in $0.indices { $0[position] *= 0.5 } } }
        executable.setParameters(halved)
        let third = try OneDNNBackend()
            .compile(graph.replacingParameters(halved), batchSize: 3, differentiating: everything)
        #expect(try executable.forward(inputs)[0].isBitwiseEqual(to: third.forward(inputs)[0]))
    }

    @Test func oldResultsSurviveTheNextCall() throws {
        let (graph, inputs, cotangent) = try Self.example(seed: 3, batchSize: 2)
        let executable = try OneDNNBackend().compile(graph, batchSize: 2, differentiating: .inputs)
        let logits = try executable.forward(inputs)[0]
        let gradient = try executable.backward([cotangent]).inputs[0]
        let (logitsThen, gradientThen) = (Array(logits.elements), Array(gradient.elements))
        _ = try executable.forward(inputs.map { 2 * $0 })
        _ = try executable.backward([-3 * cotangent])
        #expect(Array(logits.elements) == logitsThen)
        #expect(Array(gradient.elements) == gradientThen)
    }

    @Test func tensorsOfTheCallerStayAsTheyAre() throws {
        let (graph, inputs, cotangent) = try Self.example(seed: 4, batchSize: 2)
        let executable = try OneDNNBackend().compile(graph, batchSize: 2, differentiating: [.inputs, .parameters])
        _ = try executable.forward(inputs)
        _ = try executable.backward([cotangent])
        let again = try Self.example(seed: 4, batchSize: 2)
        #expect(inputs == again.inputs)
        #expect(cotangent == again.cotangent)
        #expect(graph.parameters == again.graph.parameters)
    }

    @Test func namesItselfAndItsLibrary() {
        #expect(OneDNNBackend().name == "onednn")
        #expect(OneDNNBackend.libraryVersion.split(separator: ".").count == 3)
    }
}
