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

    @Test func oneInputIsNeeded() throws {
        var builder = GraphBuilder()
        let (first, second) = (try builder.input("a", [.batch, 2]), try builder.input("b", [.batch, 2]))
        let output = try builder.apply(Add(), to: [first, second])
        let graph = builder.graph(outputs: [output])
        #expect(throws: ClassifierError.inputs(["a", "b"])) { try ClassifierGraph(graph) }
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
