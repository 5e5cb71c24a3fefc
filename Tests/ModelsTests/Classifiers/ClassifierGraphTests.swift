import BulwarkModels
import BulwarkTensors
import Testing

struct ClassifierGraphTests {
    @Test(arguments: ClassifierEnd.all)
    func endsAreRecognisedAndDecisionsStay(_ end: ClassifierEnd) throws {
        let classifier = try ClassifierGraph(end.graph)
        #expect(classifier.form == end.form)
        #expect(classifier.inputShape == [3])
        #expect(classifier.fixedBatch == nil)
        let inputs = normals([200, 3], seed: 1)
        let model = GraphClassifier(
            classifier,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1, blockSize: 200)
        )
        let labels = try model.labels(for: inputs)
        #expect(try labels == end.labels(for: inputs))
        #expect(Set(labels).count > 1, "the samples are of several classes")
        #expect(try model.logits(for: inputs).shape == [200, classifier.classCount])
    }

    /// What attacks are shown is what went into the last softmax or sigmoid, bit for bit.
    @Test(arguments: ClassifierEnd.all.filter { [.softmax, .singleSigmoid, .binaryPair].contains($0.form) })
    func scoresAreThoseBeforeTheSquashing(_ end: ClassifierEnd) throws {
        let inputs = normals([20, 3], seed: 2)
        let logits = try ClassifierGraph(end.graph).graph.compiledOutput(for: inputs)
        let plain = ClassifierEnd("plain", width: end.width, .logits) { _, scores in scores }
        let scores = try plain.graph.compiledOutput(for: inputs)
        if end.form == .softmax {
            #expect(logits.isBitwiseEqual(to: scores))
        } else {
            #expect(logits.elements.elementsEqual(scores.elements.flatMap { [-$0 / 2, $0 / 2] }))
        }
    }

    @Test func aZeroLogitIsTheFirstClassAsAHalfIs() throws {
        let end = ClassifierEnd("sigmoid", width: 1, .singleSigmoid, .above(0.5)) { builder, score in
            let zero = try builder.parameter("zero", Tensor([1], [0]))
            return try builder.apply(Sigmoid(), to: [builder.apply(Mul(), to: [score, zero])])
        }
        let inputs = normals([3, 3], seed: 3)
        #expect(try ClassifierGraph(end.graph).graph.compiledOutput(for: inputs).argmaxOfRows() == [0, 0, 0])
        #expect(try end.labels(for: inputs) == [0, 0, 0])
    }

    @Test func probabilitiesBecomeTheirLogarithms() throws {
        // A softmax that cannot be recognised, because something is done to it.
        let end = ClassifierEnd("hidden softmax", .logits) { builder, scores in
            let large = try builder.parameter("hundred", Tensor([1], [100]))
            let softmax = try builder.apply(Softmax(), to: [builder.apply(Mul(), to: [scores, large])])
            return try builder.apply(Abs(), to: [softmax])
        }
        let direct = try ClassifierGraph(end.graph)
        #expect(direct.form == .logits)
        let classifier = try direct.takingLogarithms()
        #expect(classifier.form == .probabilities)
        #expect(classifier.classCount == 4)
        #expect(classifier.inputShape == [3])
        let inputs = normals([100, 3], seed: 4)
        let logits = try classifier.graph.compiledOutput(for: inputs)
        let probabilities = try end.graph.compiledOutput(for: inputs)
        #expect(logits.argmaxOfRows() == probabilities.argmaxOfRows())
        #expect(logits.isFinite)
        #expect(
            probabilities.elements.contains(0),
            "some probabilities vanish, and their logarithms stay finite"
        )
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        let input: SymbolicShape
        let grow: @Sendable (inout GraphBuilder, ValueID) throws -> ValueID

        var testDescription: String { name }
    }

    static let refusals = [
        Refusal(name: "scores for each of two places", input: [.batch, 8]) {
            try $0.apply(Reshape(to: [.batch, 4, 2]), to: [$1])
        },
        Refusal(name: "a map of classes", input: [.batch, 3, 4, 4]) { try $0.apply(Relu(), to: [$1]) },
        Refusal(name: "classes before samples", input: [.batch, 4]) {
            try $0.apply(Transpose(permutation: [1, 0]), to: [$1])
        },
        Refusal(name: "one list for all samples", input: [.batch, 4]) {
            try $0.apply(ReduceMean(axes: [0]), to: [$1])
        },
        Refusal(name: "a number for all samples", input: [.batch, 4]) {
            try $0.apply(ReduceMean(axes: [0, 1], keepsAxes: false), to: [$1])
        },
        Refusal(name: "twice as many rows as samples", input: [.batch, 4]) {
            try $0.apply(Reshape(to: [Dimension(constant: 0, batchMultiple: 2), 2]), to: [$1])
        },
        Refusal(name: "the pair of 1 - p and p below one another", input: [.batch, 1]) {
            try ClassifierEnd.pair(&$0, $1, axis: 0)
        },
    ]

    @Test(arguments: refusals)
    func whatIsNoListOfScoresForEachSampleIsRefused(_ refusal: Refusal) throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", refusal.input)
        let output = try refusal.grow(&builder, input)
        let graph = builder.graph(outputs: [output])
        #expect(throws: ClassifierError.output(name: graph[output].name, shape: graph[output].shape)) {
            try ClassifierGraph(graph)
        }
    }

    /// Sigmoids are shown to attacks as their logarithms, which stay apart where sigmoids are all 1.
    @Test func sigmoidsBecomeTheirLogarithms() throws {
        let end = ClassifierEnd("sigmoids", .sigmoids) { try $0.apply(Sigmoid(), to: [$1]) }
        let plain = ClassifierEnd("plain", .logits) { _, scores in scores }
        let inputs = normals([50, 3], seed: 5)
        let logits = try ClassifierGraph(end.graph).graph.compiledOutput(for: inputs)
        let scores = try plain.graph.compiledOutput(for: inputs)
        for (logit, score) in zip(logits.elements, scores.elements) {
            #expect(abs(logit + Softplus().apply(-score)) < 1e-6)
        }
    }

    @Test func severalInputsThatAreNoTableAreRefused() throws {
        var builder = GraphBuilder()
        let first = try builder.input("a", [.batch, 2, 2])
        let second = try builder.input("b", [.batch, 2, 2])
        let sum = try builder.apply(Add(), to: [first, second])
        let output = try builder.apply(Flatten(), to: [sum])
        let graph = builder.graph(outputs: [output])
        #expect(throws: ClassifierError.inputs(["a", "b"])) { try ClassifierGraph(graph) }
    }

    @Test func columnsAreTakenFromOneTableInTheModelsOrder() throws {
        var builder = GraphBuilder()
        let age = try builder.input("age", [.batch, 1])
        let others = try builder.input("others", [.batch, 2])
        let unused = try builder.input("unused", [.batch, 1])
        let joined = try builder.apply(Concat(axis: 1), to: [others, age])
        let classifier = try ClassifierGraph(builder.graph(outputs: [joined]))
        #expect(classifier.inputShape == [4])
        #expect(classifier.classCount == 3)
        let inputs = Tensor([2, 4], [1, 2, 3, 4, 5, 6, 7, 8])
        let logits = try classifier.graph.compiledOutput(for: inputs)
        #expect(Array(logits.elements) == [2, 3, 1, 6, 7, 5])
        let note = try #require(classifier.notes.first)
        #expect(note.contains("age, others (2 columns), unused"))
        #expect(classifier.graph.inputs.count == 1 && unused.index == 2)
        let model = GraphClassifier(
            classifier,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1)
        )
        let found = try model.inputGradient(
            of: .margin,
            at: inputs,
            aims: [.anythingBut(1), .anythingBut(1)]
        )
        #expect(Array(found.gradient.elements) == [0, 1, -1, 0, 0, 1, -1, 0])
    }

    @Test func integersAreNoInputsForAttacks() throws {
        var builder = GraphBuilder()
        let tokens = try builder.input("tokens", [.batch, 3], type: .int64)
        let output = try builder.apply(Relu(), to: [tokens])
        let graph = builder.graph(outputs: [output])
        #expect(throws: ClassifierError.integerInput(name: "tokens")) { try ClassifierGraph(graph) }
    }

    /// Of several outputs the one with a score for each class is taken, and rather the first.
    @Test func theScoresAreFoundAmongTheOutputs() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 3])
        let image = try builder.apply(Reshape(to: [.batch, 3, 1, 1]), to: [input])
        let wide = try builder.apply(Concat(axis: 2), to: [image, image])
        let single = try builder.apply(ReduceSum(axes: [1]), to: [input])
        let scores = try builder.apply(Softmax(), to: [input])
        let graph = builder.graph(outputs: [wide, single, scores, input])
        let found = try ClassifierGraph(graph)
        #expect(found.output == 2 && found.form == .softmax && found.classCount == 3)
        #expect(try ClassifierGraph(graph, output: 1).form == .singleLogit)
        #expect(try ClassifierGraph(graph, output: 3).form == .logits)
        #expect(throws: ClassifierError.self) { try ClassifierGraph(graph, output: 0) }
    }

    @Test func reversingTurnsEveryDecisionOfTwoClasses() throws {
        let end = ClassifierEnd("two", width: 2, .logits) { _, scores in scores }
        let classifier = try ClassifierGraph(end.graph)
        let inputs = normals([20, 3], seed: 6)
        let before = try classifier.graph.compiledOutput(for: inputs).argmaxOfRows()
        let after = try classifier.reversingClasses().graph.compiledOutput(for: inputs).argmaxOfRows()
        #expect(after == before.map { 1 - $0 })
    }

    @Test(arguments: [[], [0, 3], [.batch, .batch], [3, .batch]] as [SymbolicShape])
    func inputsWithoutAnAxisForSamplesAreRefused(_ shape: SymbolicShape) throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", shape)
        let output = try builder.apply(Relu(), to: [input])
        let graph = builder.graph(outputs: [output])
        #expect(throws: ClassifierError.self) { try ClassifierGraph(graph) }
    }
}
