import BulwarkTensors

/// What the output of a model is, and how the logits behind it were found.
public enum OutputForm: String, Sendable, Codable {
    /// Scores of each class.
    case logits
    /// Probabilities out of a final softmax; attacks use what goes into it.
    case softmax
    /// Logarithms of probabilities.
    case logSoftmax = "log-softmax"
    /// One score of the second class; the decision is its sign.
    case singleLogit = "single logit"
    /// One probability out of a final sigmoid; attacks use what goes into it.
    case singleSigmoid = "single sigmoid"
    /// The pair 1 − p, p of a probability out of a sigmoid; attacks use what goes into it.
    case binaryPair = "sigmoid pair"
    /// Probabilities with no recognised softmax behind them; attacks use their logarithms.
    case probabilities
}

/// A graph rewritten to end in logits `[N, K]` with K ≥ 2, whatever it ended in before.
public struct ClassifierGraph: Sendable {
    /// One input `[N, …]`, one output `[N, K]`.
    public let graph: Graph
    /// What the output was.
    public let form: OutputForm
    /// The number of classes.
    public let classCount: Int
    /// The shape of one sample.
    public let inputShape: Shape
    /// How many samples the graph computes at once, if its file fixes that.
    public let fixedBatch: Int?

    /// Finds the logits of a model.
    ///
    /// - Parameters:
    ///   - model: A graph with one input.
    ///   - output: Which of its outputs holds the scores.
    /// - Throws: `ClassifierError` if there is no single input, or the output is no list of scores.
    public init(_ model: Graph, output: Int = 0) throws {
        guard model.inputs.count == 1, let input = model.inputs.first else {
            throw ClassifierError.inputs(model.inputs.map { model[$0].name })
        }
        (inputShape, fixedBatch) = try Self.sample(of: model[input])
        let scores = model.outputs[output]
        var tail = ClassifierTail(model, scores)
        let form = tail.form
        let logits = try tail.logits()
        graph = tail.builder.graph(outputs: [logits])
        self.form = form
        let shape = graph[logits].shape
        let isList = model[scores].shape.dimensions.dropFirst().count { $0.fixed != 1 } <= 1
        guard isList, shape.rank == 2, let classes = shape[1].fixed, classes >= 2,
            shape[0] == model[input].shape[0]
        else {
            throw ClassifierError.output(name: model[scores].name, shape: model[scores].shape)
        }
        classCount = classes
    }

    /// The same classifier over the logarithms of its output, for a model found to answer with probabilities.
    ///
    /// Probabilities below 10⁻³⁰ count as 10⁻³⁰, so that their logarithm is finite.
    public func takingLogarithms() throws -> ClassifierGraph {
        var builder = GraphBuilder(extending: graph)
        let limited = try builder.apply(Clip(lower: 1e-30, upper: nil), to: graph.outputs)
        let logits = try builder.apply(Log(), to: [limited])
        return ClassifierGraph(self, graph: builder.graph(outputs: [logits]), form: .probabilities)
    }

    private init(_ other: ClassifierGraph, graph: Graph, form: OutputForm) {
        self.graph = graph
        self.form = form
        classCount = other.classCount
        inputShape = other.inputShape
        fixedBatch = other.fixedBatch
    }

    /// The value that the last layer with weights reads, if it has one: the penultimate activations, `[N,
    /// …]`.
    ///
    /// Nil as well if the rows of that value are not the samples.
    public var penultimate: ValueID? {
        var dependent = Set(graph.inputs)
        for node in graph.nodes where node.inputs.contains(where: dependent.contains) {
            dependent.insert(node.output)
        }
        for node in graph.nodes.reversed() {
            guard node.operation is Gemm || node.operation is MatMul || node.operation is Conv else {
                continue
            }
            let (source, weights) = (node.inputs[0], node.inputs[1])
            guard dependent.contains(source), !dependent.contains(weights) else { continue }
            // The rewriting of a single logit ends in a product of its own, which is no layer of the model.
            if isSingle, graph.outputs.contains(node.output) { continue }
            let hasSamples = graph[source].shape.dimensions.first == graph[graph.inputs[0]].shape[0]
            return graph.inputs.contains(source) || !hasSamples ? nil : source
        }
        return nil
    }

    private var isSingle: Bool { form == .singleLogit || form == .singleSigmoid || form == .binaryPair }

    private static func sample(of input: Graph.Value) throws -> (Shape, Int?) {
        guard let first = input.shape.dimensions.first else {
            throw ClassifierError.noSampleAxis(name: input.name, shape: input.shape)
        }
        guard first.fixed != 0, let shape = SymbolicShape(Array(input.shape.dimensions.dropFirst())).fixed
        else {
            throw ClassifierError.noSampleAxis(name: input.name, shape: input.shape)
        }
        return (shape, first.fixed)
    }
}

/// Why a model is no classifier that can be assessed.
public enum ClassifierError: Error, Equatable, CustomStringConvertible {
    /// The model does not have exactly one input.
    case inputs([String])
    /// The output does not hold one list of at least two scores, or one score, for each sample.
    case output(name: String, shape: SymbolicShape)
    /// The input has no first axis that holds samples, or leaves another axis open.
    case noSampleAxis(name: String, shape: SymbolicShape)
    /// A single output without a sigmoid stays between 0 and 1 on the data: a score or a probability, nobody
    /// can tell.
    case ambiguousSingleOutput(lowest: Float, highest: Float)
    /// Samples of another shape than the model takes.
    case inputShape(expected: Shape, found: Shape)

    /// The fault in words.
    public var description: String {
        switch self {
        case .inputs(let names):
            "the model has \(names.count) inputs (\(names.joined(separator: ", "))); a classifier of one input is needed"
        case .output(let name, let shape):
            "output '\(name)' of shape \(shape) is not one score for each class of each sample"
        case .noSampleAxis(let name, let shape):
            "input '\(name)' of shape \(shape) has no first axis for samples, or leaves another axis open"
        case .ambiguousSingleOutput(let lowest, let highest):
            "the single output lies between \(lowest) and \(highest) on all samples and no final Sigmoid was found: it could be "
                + "a probability or a score, so decisions cannot be told; export the model with its Sigmoid or with two outputs"
        case .inputShape(let expected, let found): "samples have shape \(found), the model takes \(expected)"
        }
    }
}
