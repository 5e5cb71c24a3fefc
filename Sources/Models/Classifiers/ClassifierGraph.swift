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
    /// A sigmoid for each class, perhaps divided by their sum; attacks use the logarithms of the sigmoids.
    case sigmoids
    /// Exponentials, as of logarithms of probabilities; attacks use what goes into them.
    case exponentials
    /// Probabilities with no recognised softmax behind them; attacks use their logarithms.
    case probabilities
}

/// A graph rewritten to end in logits `[N, K]` with K ≥ 2, whatever it ended in before.
public struct ClassifierGraph: Sendable {
    /// One input `[N, …]`, one output `[N, K]`.
    public let graph: Graph
    /// What the output was.
    public let form: OutputForm
    /// Which of the model's outputs holds the scores.
    public let output: Int
    /// The number of classes.
    public let classCount: Int
    /// The shape of one sample.
    public let inputShape: Shape
    /// How many samples the graph computes at once, if its file fixes that.
    public let fixedBatch: Int?
    /// Remarks on how the model was understood, for the reader of a report.
    public let notes: [String]

    /// Finds the logits of a model.
    ///
    /// A model with several inputs of one column or more each becomes one whose input is all of them side by
    /// side, in the model's order.
    ///
    /// - Parameters:
    ///   - model: A graph with one input, or several that make up the columns of a table.
    ///   - output: Which of its outputs holds the scores; the first that can if nil, and rather one with a
    ///     score for each class than a single one.
    /// - Throws: `ClassifierError` if the inputs are no samples, or the output is no list of scores.
    public init(_ model: Graph, output: Int? = nil) throws {
        let (model, columns) = try CombinedInput.combining(model)
        guard let input = model.inputs.first else { throw ClassifierError.inputs([]) }
        guard model[input].type.isFloatingPoint else {
            throw ClassifierError.integerInput(name: model[input].name)
        }
        let (shape, batch) = try Self.sample(of: model[input])
        let candidates = output.map { [$0] } ?? Array(model.outputs.indices)
        var found: [Scores] = []
        var failure: (any Error)?
        for candidate in candidates {
            do {
                found.append(try Scores(model, output: candidate))
            } catch {
                failure = failure ?? error
            }
        }
        guard let best = found.first(where: { !$0.isSingle }) ?? found.first else {
            throw failure ?? ClassifierError.inputs([])
        }
        (graph, form, classCount, self.output) = (best.graph, best.form, best.classCount, best.output)
        (inputShape, fixedBatch) = (shape, batch)
        notes = columns + best.graph.gradientNotes
    }

    /// An output as logits.
    private struct Scores {
        let graph: Graph
        let form: OutputForm
        let classCount: Int
        let output: Int
        let isSingle: Bool

        init(_ model: Graph, output: Int) throws {
            let scores = model.outputs[output]
            let problem = ClassifierError.output(name: model[scores].name, shape: model[scores].shape)
            guard model[scores].type.isFloatingPoint else { throw problem }
            var tail = ClassifierTail(model, scores)
            let logits = try tail.logits()
            form = tail.form
            isSingle = tail.isSingle
            graph = tail.builder.graph(outputs: [logits])
            self.output = output
            let shape = graph[logits].shape
            let isList = model[scores].shape.dimensions.dropFirst().count { $0.fixed != 1 } <= 1
            guard isList, shape.rank == 2, let classes = shape[1].fixed, classes >= 2,
                shape[0] == model[model.inputs[0]].shape[0]
            else { throw problem }
            classCount = classes
        }
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

    /// The same classifier with its scores in the opposite order, for a model whose own labels say that they
    /// are.
    public func reversingClasses() throws -> ClassifierGraph {
        var builder = GraphBuilder(extending: graph)
        let order = Gather(axis: 1, indices: (0..<classCount).reversed())
        let logits = try builder.apply(order, to: graph.outputs)
        return ClassifierGraph(self, graph: builder.graph(outputs: [logits]), form: form)
    }

    private init(_ other: ClassifierGraph, graph: Graph, form: OutputForm) {
        self.graph = graph
        self.form = form
        output = other.output
        classCount = other.classCount
        inputShape = other.inputShape
        fixedBatch = other.fixedBatch
        notes = other.notes
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
