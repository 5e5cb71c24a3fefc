import BulwarkTensors

/// The one output of a part of a classifier's graph, for any number of samples.
struct GraphRunner: Sendable {
    private let blocks: BlockRunner
    private let inputShape: Shape
    /// The shape of a row of the output at one sample a row; its elements are counted for each block.
    private let graph: Graph

    init(
        _ model: ClassifierGraph,
        _ graph: Graph,
        backend: any Backend,
        execution: Execution
    ) {
        self.graph = graph
        inputShape = model.inputShape
        blocks = BlockRunner(
            graph,
            backend: backend,
            execution: model.fitted(execution),
            differentiating: []
        )
    }

    /// How many blocks run at once.
    var threads: Int { blocks.threads }

    /// Uses other tensors for some parameters from now on, if the part of the graph has them.
    func setParameters(_ parameters: [ValueID: Tensor]) {
        blocks.setParameters(parameters.filter { graph.parameters[$0.key] != nil })
    }

    /// The output, flattened to one row a sample: `[N, d]`.
    ///
    /// - Throws: `ClassifierError.inputShape`, or what the backend throws.
    func rows(for inputs: Tensor) throws -> Tensor {
        try inputShape.check(inputs)
        guard let output = graph.outputs.first else { preconditionFailure("the graph has an output") }
        let shape = try graph[output].shape.resolved(batchSize: blocks.blockSize)
        let rowShape = Shape(trusted: [shape.count / max(shape[0], 1)])
        let size = blocks.blockSize
        let parts = try blocks.map(inputs.rowCount) { executable, rows in
            try executable.forward([inputs.rows(rows).paddedRows(to: size)])[0].rows(0..<rows.count)
        }
        return .concatenatingRows(parts, rowShape: rowShape)
    }

    /// Calls `body` on each thread with an executable of its own, whose output is one row a sample.
    ///
    /// - Throws: What the backend or one of the calls throws.
    func forEachWorker(_ classCount: Int, _ body: @Sendable (any ScoreWorker) throws -> Void) throws {
        try blocks.forEachWorker { executable in
            try body(GraphScoreWorker(executable, inputShape: inputShape, classCount: classCount))
        }
    }

    /// A worker of its own, which goes on to belong to whoever asked.
    ///
    /// - Throws: What the backend throws.
    func worker(_ classCount: Int) throws -> any ScoreWorker {
        let loan = try blocks.lend()
        return GraphScoreWorker(loan, inputShape: inputShape, classCount: classCount)
    }
}

extension ClassifierGraph {
    /// Blocks of the size that the graph's file fixes, if it does.
    func fitted(_ execution: Execution) -> Execution {
        fixedBatch.map { Execution(threads: execution.threads, blockSize: $0) } ?? execution
    }
}

extension Shape {
    /// - Throws: `ClassifierError.inputShape` unless rows of this shape are what a tensor holds.
    func check(_ inputs: Tensor) throws(ClassifierError) {
        guard inputs.shape.rank > 0, inputs.shape.dropFirst == self else {
            throw .inputShape(expected: self, found: inputs.shape.rank > 0 ? inputs.shape.dropFirst : [])
        }
    }
}
