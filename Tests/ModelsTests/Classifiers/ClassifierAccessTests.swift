import BulwarkModels
import BulwarkTensors
import Testing

/// Which access a graph gives, and what is said of its gradients.
struct ClassifierAccessTests {
    private let execution = Execution(threads: 1, blockSize: 4)

    /// Rounds to whole numbers and claims not to.
    private struct Rounding: Operator {
        let sensitivity: Sensitivity

        func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape { inputs[0] }
        func value(of inputs: [Tensor], shape: Shape) -> Tensor { inputs[0].map { $0.rounded() } }
        func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
            [cotangent]
        }
        var onnx: ONNXForm { ONNXForm("Round") }
    }

    private func classifier(
        _ grow: (inout GraphBuilder, ValueID) throws -> ValueID
    ) throws -> ClassifierGraph {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 2])
        let output = try grow(&builder, input)
        return try ClassifierGraph(builder.graph(outputs: [output]))
    }

    private func access(_ model: ClassifierGraph) -> ClassifierAccess {
        ClassifierAccess(model, backend: ReferenceBackend(), execution: execution)
    }

    @Test func slopesGiveGradients() throws {
        let model = try classifier { try $0.apply(Tanh(), to: [$1]) }
        #expect(access(model).hasGradients)
        #expect(model.notes.isEmpty)
        #expect(model.graph.steppedOperators.isEmpty && model.graph.straightThroughOperators.isEmpty)
    }

    @Test func stepsGiveScoresOnly() throws {
        let model = try classifier { try $0.apply(Binarizer(threshold: 0), to: [$1]) }
        guard case .scores(let scores) = access(model) else {
            Issue.record("a model of steps gives gradients")
            return
        }
        #expect(scores.obstacle.contains("Binarizer"))
        let inputs = Tensor([3, 2], [1, -1, -1, 1, 2, 2])
        #expect(Array(try scores.logits(for: inputs).elements) == [1, 0, 0, 1, 1, 1])
        #expect(try scores.labels(for: inputs) == [0, 1, 0])
        #expect(throws: ClassifierError.inputShape(expected: [2], found: [3])) {
            try scores.logits(for: Tensor([1, 3]))
        }
    }

    @Test func anOperatorWithoutADerivativeGivesScoresOnly() throws {
        let model = try classifier { builder, input in
            let rounded = try builder.apply(Rounding(sensitivity: .undifferentiated), to: [input])
            return try builder.apply(Add(), to: [rounded, input])
        }
        #expect(!access(model).hasGradients)
        #expect(model.notes.isEmpty)
    }

    @Test func straightThroughEstimatesAreNamed() throws {
        let model = try classifier { try $0.apply(Rounding(sensitivity: .straightThrough), to: [$1]) }
        #expect(access(model).hasGradients)
        #expect(model.graph.straightThroughOperators == ["Round"])
        #expect(model.notes.contains { $0.contains("straight-through") && $0.contains("Round") })
    }

    @Test func stepsBesideSlopesAreNamed() throws {
        let model = try classifier { builder, input in
            let steps = try builder.apply(Binarizer(threshold: 0), to: [input])
            return try builder.apply(Add(), to: [steps, input])
        }
        #expect(access(model).hasGradients)
        #expect(model.graph.steppedOperators == ["Binarizer"])
        #expect(model.notes.contains { $0.contains("do not see") && $0.contains("Binarizer") })
    }

    /// Steps that no input flows through are constants, and hide nothing.
    @Test func constantStepsAreNotNamed() throws {
        let model = try classifier { builder, input in
            let weights = try builder.parameter("w", Tensor([2], [1, -1]))
            return try builder.apply(
                Add(),
                to: [input, builder.apply(Binarizer(threshold: 0), to: [weights])]
            )
        }
        #expect(model.notes.isEmpty)
    }
}

/// The labels that a model answers itself.
struct OwnLabelsTests {
    private let execution = Execution(threads: 1, blockSize: 4)

    private func model(_ labels: LabelEncoder) throws -> Graph {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 2])
        let position = try builder.apply(ArgMax(axis: 1, keepsAxis: false), to: [input])
        let label = try builder.apply(labels, to: [position])
        builder.declare(label, as: .int64)
        return builder.graph(outputs: [label, input])
    }

    @Test func labelsAreLookedUpAmongTheClasses() throws {
        let encoder = LabelEncoder(keys: [0, 1], values: [7, 3], fallback: -1, givesIntegers: true)
        let graph = try model(encoder)
        let classifier = try ClassifierGraph(graph)
        func labels(_ names: [String]?) throws -> [Int?] {
            let own = OwnLabels(
                of: graph,
                beside: classifier,
                classNames: names,
                backend: ReferenceBackend(),
                execution: execution
            )
            return try #require(own).labels(for: Tensor([5, 2], [1, 0, 0, 1, 1, 0, 0, 1, 2, 1]))
        }
        #expect(try labels(["7", "3"]) == [0, 1, 0, 1, 0])
        #expect(try labels(["3", "7"]) == [1, 0, 1, 0, 1])
        #expect(try labels(["7", "4"]) == [0, nil, 0, nil, 0])
        #expect(try labels(["yes", "no"]) == [7, 3, 7, 3, 7])
        #expect(try labels(nil) == [7, 3, 7, 3, 7])
    }

    @Test func aModelWithoutLabelsHasNone() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 2])
        let output = try builder.apply(Relu(), to: [input])
        let graph = builder.graph(outputs: [output])
        let own = OwnLabels(
            of: graph,
            beside: try ClassifierGraph(graph),
            classNames: nil,
            backend: ReferenceBackend(),
            execution: execution
        )
        #expect(own == nil)
    }
}
