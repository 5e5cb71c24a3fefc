import BulwarkTensors

/// A graph that classifies and gives no gradients, compiled by a backend and run in blocks.
public struct ScoreClassifier: ScoreAccess {
    /// The graph, ending in logits.
    public let model: ClassifierGraph
    private let runner: GraphRunner

    /// A classifier on a backend.
    ///
    /// - Parameters:
    ///   - model: The graph.
    ///   - backend: What runs it.
    ///   - execution: Threads and block size; a graph with a fixed batch runs in blocks of that size.
    public init(_ model: ClassifierGraph, backend: any Backend, execution: Execution) {
        self.model = model
        runner = GraphRunner(model, model.graph, backend: backend, execution: execution)
    }

    /// The shape of one sample.
    public var inputShape: Shape { model.inputShape }
    /// The number of classes.
    public var classCount: Int { model.classCount }

    /// The number of threads.
    public var workerCount: Int { runner.threads }

    /// Why there are no gradients, in words.
    public var obstacle: String {
        let graph = model.graph
        let names = graph.steppedOperators
        return names.isEmpty
            ? "no derivative of some of its operators is known"
            : "its scores move in steps (\(names.joined(separator: ", ")))"
    }

    /// The logits of each sample, `[N, classCount]`.
    ///
    /// - Throws: `ClassifierError.inputShape`, or what the backend throws.
    public func logits(for inputs: Tensor) throws -> Tensor { try runner.rows(for: inputs) }

    /// Calls `body` on each thread with a compiled model of its own, whose steps allocate nothing.
    ///
    /// - Throws: What the backend or one of the calls throws.
    public func withScoreWorkers(_ body: @Sendable (any ScoreWorker) throws -> Void) throws {
        try runner.forEachWorker(classCount, body)
    }
}
