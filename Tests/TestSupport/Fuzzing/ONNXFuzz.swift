import BulwarkModels
import BulwarkTensors
import Foundation

/// Reads bytes of any kind as a model and runs it: they may be refused, and nothing else may happen.
package enum ONNXFuzz {
    /// The most elements a value of a model may have for the model to be run.
    private static let maximumElements = 100_000
    /// The most products of an output's and an input's element that may go into one run of a model.
    private static let maximumWork = 1 << 26

    /// Reads the bytes as a model, looks for a classifier in it and runs it if it is small; returns whether
    /// it was read.
    ///
    /// Traps if an error is of no kind the readers promise, or a result has another shape than the graph
    /// says.
    @discardableResult
    package static func model(_ bytes: Data) -> Bool {
        guard let model = accepted({ try ONNXReader.read(bytes) }) else { return false }
        // Many graphs are no classifiers; those run as they are.
        let graph = accepted { try ClassifierGraph(model.graph) }?.graph ?? model.graph
        for batchSize in model.hasSymbolicBatch ? [1, 2] : [1] where isSmall(graph, batchSize: batchSize) {
            _ = accepted { try run(graph, batchSize: batchSize) }
        }
        return true
    }

    private static func run(_ graph: Graph, batchSize: Int) throws {
        let executable = try ReferenceBackend().compile(
            graph,
            batchSize: batchSize,
            differentiating: [.inputs, .parameters]
        )
        let inputs = try graph.inputs.map { id in
            Tensor(
                try graph[id].shape.resolved(batchSize: batchSize),
                generating: { Float($0 % 7) / 4 - 0.5 }
            )
        }
        let outputs = try executable.forward(inputs)
        for (id, output) in zip(graph.outputs, outputs) {
            let shape = try graph[id].shape.resolved(batchSize: batchSize)
            precondition(output.shape == shape, "an output has the shape that the graph says")
        }
        let gradients = try executable.backward(outputs.map { Tensor($0.shape, repeating: 1) })
        precondition(gradients.inputs.map(\.shape) == inputs.map(\.shape), "a gradient has its input's shape")
    }

    /// Whether the graph runs in little time and memory.
    private static func isSmall(_ graph: Graph, batchSize: Int) -> Bool {
        func count(_ id: ValueID) -> Int? {
            guard let shape = try? graph[id].shape.resolved(batchSize: batchSize) else { return nil }
            // Without elements an extent may still be anything.
            guard shape.dimensions.allSatisfy({ $0 <= maximumElements }) else { return nil }
            return shape.count <= maximumElements ? shape.count : nil
        }
        var work = 0
        for node in graph.nodes {
            guard let output = count(node.output) else { return false }
            var largest = 0
            for input in node.inputs {
                guard let size = count(input) else { return false }
                largest = max(largest, size)
            }
            // No operator of many inputs looks at more than all pairs, and one of the others only at each
            // element.
            work += isDense(node.operation) ? output * largest : output + largest
            guard work <= maximumWork else { return false }
        }
        return graph.inputs.allSatisfy { count($0) != nil }
    }

    private static func isDense(_ operation: any Operator) -> Bool {
        operation is Conv || operation is Gemm || operation is MatMul || operation is MaxPool
            || operation is AveragePool
    }

    /// What `body` returns, or nil if it refuses in one of the ways that are promised.
    private static func accepted<Result>(_ body: () throws -> Result) -> Result? {
        do {
            return try body()
        } catch {
            precondition(
                error is ONNXError || error is GraphError || error is ClassifierError
                    || error is BackendError,
                "a model is refused with an error of the readers' own: \(type(of: error))"
            )
            precondition(!"\(error)".isEmpty, "every error has words")
            return nil
        }
    }
}
