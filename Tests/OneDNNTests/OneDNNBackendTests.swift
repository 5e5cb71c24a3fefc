import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import TestSupport
import Testing

struct OneDNNBackendTests {
    /// A network, a block of inputs for it, and cotangents for its one output.
    static func example(
        seed: Int,
        batchSize: Int
    ) throws -> (graph: Graph, inputs: [Tensor], cotangent: Tensor) {
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

    @Test(arguments: 0..<6, [Differentiation.inputs, [.inputs, .parameters]])
    func newParametersTakeEffect(_ seed: Int, _ differentiating: Differentiation) throws {
        let (graph, inputs, cotangent) = try Self.example(seed: seed, batchSize: 3)
        func compile(_ graph: Graph) throws -> any Executable {
            try OneDNNBackend().compile(graph, batchSize: 3, differentiating: differentiating)
        }
        let executable = try compile(graph)
        _ = try executable.forward(inputs)
        _ = try executable.backward([cotangent])
        var random = SeededRandom(seed: UInt64(seed), stream: "others")
        var parameters = graph.parameters
        for (id, tensor) in parameters { parameters[id] = .random(tensor.shape, &random) }
        // First other tensors, then the same ones after they were written to.
        for factor: Float in [1, 0.5] {
            for id in parameters.keys {
                parameters[id]?.mutate { view in for position in view.indices { view[position] *= factor } }
            }
            executable.setParameters(parameters)
            let fresh = try compile(graph.replacingParameters(parameters))
            #expect(try executable.forward(inputs)[0].isBitwiseEqual(to: fresh.forward(inputs)[0]))
            let (found, expected) = (try executable.backward([cotangent]), try fresh.backward([cotangent]))
            #expect(found.inputs[0].isBitwiseEqual(to: expected.inputs[0]))
            #expect(found.parameters.keys == expected.parameters.keys)
            for (id, gradient) in expected.parameters {
                #expect(found.parameters[id]?.isBitwiseEqual(to: gradient) == true, "\(graph[id].name)")
            }
        }
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
        let executable = try OneDNNBackend().compile(
            graph,
            batchSize: 2,
            differentiating: [.inputs, .parameters]
        )
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
