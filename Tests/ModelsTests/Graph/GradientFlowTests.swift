import BulwarkModels
import BulwarkTensors
import Testing

/// Where gradients go: through what has a derivative or an estimate of one, not through steps, and not
/// through what nobody has differentiated.
struct GradientFlowTests {
    /// An operator that adds one, and says of itself what it is told.
    private struct Successor: Operator {
        let sensitivity: Sensitivity
        var givesIntegers = false

        func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape { inputs[0] }
        func value(of inputs: [Tensor], shape: Shape) -> Tensor { inputs[0].map { $0 + 1 } }
        func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
            [cotangent]
        }
        var onnx: ONNXForm { ONNXForm("Successor") }
    }

    private func graph(_ sensitivities: [Sensitivity], type: ElementType = .float32) throws -> Graph {
        var builder = GraphBuilder()
        var value = try builder.input("x", [.batch, 2], type: type)
        for sensitivity in sensitivities {
            value = try builder.apply(
                Successor(sensitivity: sensitivity),
                to: [value],
                name: "\(sensitivity)"
            )
        }
        return builder.graph(outputs: [value])
    }

    private func gradient(_ graph: Graph) throws -> [Float] {
        let executable = try ReferenceBackend().compile(graph, batchSize: 1, differentiating: .inputs)
        _ = try executable.forward([Tensor([1, 2], [1, 2])])
        return Array(try executable.backward([Tensor([1, 2], [3, 4])]).inputs[0].elements)
    }

    @Test func estimatesPassGradientsOn() throws {
        let graph = try graph([.differentiable, .straightThrough])
        #expect(graph.isDifferentiable)
        #expect(try gradient(graph) == [3, 4])
    }

    @Test func stepsStopThem() throws {
        let graph = try graph([.differentiable, .piecewiseConstant, .differentiable])
        #expect(!graph.isDifferentiable)
        #expect(try gradient(graph) == [0, 0])
    }

    @Test func whatIsNotDifferentiatedIsRefusedOnTheirWay() throws {
        let graph = try graph([.differentiable, .undifferentiated])
        #expect(!graph.isDifferentiable)
        #expect(throws: BackendError.undifferentiated(node: "undifferentiated", type: "Successor")) {
            try gradient(graph)
        }
        // Without gradients it runs.
        let executable = try ReferenceBackend().compile(graph, batchSize: 1, differentiating: [])
        #expect(try executable.forward([Tensor([1, 2])])[0].elements.elementsEqual([2, 2]))
    }

    @Test(arguments: [
        [Sensitivity.piecewiseConstant, .undifferentiated], [.undifferentiated, .piecewiseConstant],
    ])
    func whatIsNotDifferentiatedDoesNoHarmBesideSteps(sensitivities: [Sensitivity]) throws {
        #expect(try gradient(graph(sensitivities)) == [0, 0])
    }

    @Test func integersHaveNoGradient() throws {
        let graph = try graph([.differentiable], type: .int64)
        #expect(!graph.isDifferentiable)
        #expect(try gradient(graph) == [0, 0])
    }

    @Test func whatSaysThatItGivesIntegersIsHeldToIt() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 1])
        let output = try builder.apply(
            Successor(sensitivity: .piecewiseConstant, givesIntegers: true),
            to: [input],
            name: "next"
        )
        let graph = builder.graph(outputs: [output])
        let executable = try ReferenceBackend().compile(graph, batchSize: 1, differentiating: [])
        #expect(try executable.forward([Tensor([1, 1], [2])])[0][0] == 3)
        #expect(throws: BackendError.inexactInteger(node: "next", type: "Successor", value: 1.5)) {
            try executable.forward([Tensor([1, 1], [0.5])])
        }
    }
}
