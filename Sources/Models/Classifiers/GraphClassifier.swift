import BulwarkTensors

/// A graph that classifies, compiled by a backend and run in blocks.
public struct GraphClassifier: ActivationAccess {
    /// The graph, ending in logits.
    public let model: ClassifierGraph
    /// Compiles the graph.
    public let backend: any Backend
    private let scores: BlockRunner
    private let gradients: BlockRunner
    private let features: BlockRunner?

    /// A classifier on a backend.
    ///
    /// - Parameters:
    ///   - model: The graph.
    ///   - backend: What runs it.
    ///   - execution: Threads and block size; a graph with a fixed batch runs in blocks of that size.
    public init(_ model: ClassifierGraph, backend: any Backend, execution: Execution) {
        self.model = model
        self.backend = backend
        let execution =
            model.fixedBatch.map { Execution(threads: execution.threads, blockSize: $0) } ?? execution
        func runner(_ graph: Graph, _ differentiating: Differentiation) -> BlockRunner {
            BlockRunner(graph, backend: backend, execution: execution, differentiating: differentiating)
        }
        scores = runner(model.graph, [])
        gradients = runner(model.graph, .inputs)
        features = model.penultimate.map { runner(model.graph.selecting(outputs: [$0]), []) }
    }

    /// The shape of one sample.
    public var inputShape: Shape { model.inputShape }
    /// The number of classes.
    public var classCount: Int { model.classCount }
    /// Whether `activations` gives something.
    public var hasActivations: Bool { features != nil }

    /// The logits of each sample, `[N, classCount]`.
    ///
    /// - Throws: `ClassifierError.inputShape`, or what the backend throws.
    public func logits(for inputs: Tensor) throws -> Tensor {
        try run(scores, inputs, rowShape: Shape(trusted: [classCount]))
    }

    /// The activations that the last layer with weights reads, flattened: `[N, d]`; nil if there is no such
    /// layer.
    ///
    /// - Throws: `ClassifierError.inputShape`, or what the backend throws.
    public func activations(for inputs: Tensor) throws -> Tensor? {
        guard let features, let output = features.graph.outputs.first else { return nil }
        let shape = try features.graph[output].shape.resolved(batchSize: features.blockSize)
        return try run(features, inputs, rowShape: Shape(trusted: [shape.count / max(shape[0], 1)]))
    }

    /// The loss of each sample and its gradient.
    ///
    /// - Throws: `ClassifierError.inputShape`, or what the backend throws.
    public func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        try check(inputs)
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

    private func run(_ runner: BlockRunner, _ inputs: Tensor, rowShape: Shape) throws -> Tensor {
        try check(inputs)
        let blocks = try runner.map(inputs.rowCount) { executable, rows in
            try executable.forward([inputs.rows(rows).paddedRows(to: runner.blockSize)])[0].rows(
                0..<rows.count
            )
        }
        return .concatenatingRows(blocks, rowShape: rowShape)
    }

    private func check(_ inputs: Tensor) throws(ClassifierError) {
        guard inputs.shape.rank > 0, inputs.shape.dropFirst == inputShape else {
            throw .inputShape(
                expected: inputShape,
                found: inputs.shape.rank > 0 ? inputs.shape.dropFirst : []
            )
        }
    }
}
