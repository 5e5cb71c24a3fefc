import BulwarkTensors

/// A graph that classifies and gives gradients, compiled by a backend and run in blocks.
///
/// `ClassifierAccess` makes one of a graph that may or may not give them.
public struct GraphClassifier: ActivationAccess {
    /// The graph, ending in logits.
    public let model: ClassifierGraph
    /// Compiles the graph.
    public let backend: any Backend
    private let scores: GraphRunner
    private let gradients: BlockRunner
    private let features: GraphRunner?

    /// A classifier on a backend; traps if the graph gives no gradients.
    ///
    /// - Parameters:
    ///   - model: The graph.
    ///   - backend: What runs it.
    ///   - execution: Threads and block size; a graph with a fixed batch runs in blocks of that size.
    public init(_ model: ClassifierGraph, backend: any Backend, execution: Execution) {
        precondition(model.graph.givesGradients, "gradients flow from the inputs to the scores")
        self.model = model
        self.backend = backend
        func runner(_ graph: Graph) -> GraphRunner {
            GraphRunner(model, graph, backend: backend, execution: execution)
        }
        scores = runner(model.graph)
        features = model.penultimate.map { runner(model.graph.selecting(outputs: [$0])) }
        gradients = BlockRunner(
            model.graph,
            backend: backend,
            execution: model.fitted(execution),
            differentiating: .inputs
        )
    }

    /// The shape of one sample.
    public var inputShape: Shape { model.inputShape }
    /// The number of classes.
    public var classCount: Int { model.classCount }
    /// The number of threads.
    public var workerCount: Int { gradients.threads }
    /// Whether `activations` gives something.
    public var hasActivations: Bool { features != nil }

    /// Uses other tensors for some parameters from now on; `model` keeps those it was made with.
    func setParameters(_ parameters: [ValueID: Tensor]) {
        scores.setParameters(parameters)
        features?.setParameters(parameters)
        gradients.setParameters(parameters)
    }

    /// The logits of each sample, `[N, classCount]`.
    ///
    /// - Throws: `ClassifierError.inputShape`, or what the backend throws.
    public func logits(for inputs: Tensor) throws -> Tensor { try scores.rows(for: inputs) }

    /// The activations that the last layer with weights reads, flattened: `[N, d]`; nil if there is no such
    /// layer.
    ///
    /// - Throws: `ClassifierError.inputShape`, or what the backend throws.
    public func activations(for inputs: Tensor) throws -> Tensor? { try features?.rows(for: inputs) }

    /// The loss of each sample and its gradient.
    ///
    /// - Throws: `ClassifierError.inputShape`, or what the backend throws.
    public func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        try inputShape.check(inputs)
        precondition(inputs.rowCount == aims.count, "one aim a sample")
        let classes = classCount
        let blockSize = gradients.blockSize
        let blocks = try gradients.map(inputs.rowCount) { executable, rows -> LossGradient in
            let logits = try executable.forward([inputs.rows(rows).paddedRows(to: blockSize)])[0]
                .rows(0..<rows.count)
            let (losses, slope) = loss.gradient(ofLogits: logits, aims: Array(aims[rows]))
            let backward = try executable.backward([slope.paddedRows(to: blockSize)])
            return LossGradient(
                losses: losses,
                gradient: backward.inputs[0].rows(0..<rows.count),
                logits: logits
            )
        }
        return LossGradient(
            losses: blocks.flatMap(\.losses),
            gradient: .concatenatingRows(blocks.map(\.gradient), rowShape: inputShape),
            logits: .concatenatingRows(blocks.map(\.logits), rowShape: Shape(trusted: [classes]))
        )
    }

    /// Calls `body` on each thread with a compiled model of its own, whose steps allocate nothing.
    ///
    /// - Throws: What the backend or one of the calls throws.
    public func withScoreWorkers(_ body: @Sendable (any ScoreWorker) throws -> Void) throws {
        try scores.forEachWorker(classCount, body)
    }

    /// Calls `body` on each thread with a compiled model of its own, whose steps allocate nothing.
    ///
    /// - Throws: What the backend or one of the calls throws.
    public func withGradientWorkers(_ body: @Sendable (any GradientWorker) throws -> Void) throws {
        try gradients.forEachWorker { executable in
            try body(GraphWorker(executable, self) { try scores.worker(classCount) })
        }
    }
}
