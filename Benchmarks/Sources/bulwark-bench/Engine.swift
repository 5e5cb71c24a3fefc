import BulwarkModels
import BulwarkOneDNN

// The one place that says how Bulwark is run here: which backend, and how a batch is spread over threads.

extension Workload {
    var backend: any Backend { OneDNNBackend() }

    /// Every thread has a share of each batch, in blocks of at most 32 samples.
    var execution: Execution { execution(maximumBlockSize: 32) }

    func execution(maximumBlockSize: Int) -> Execution {
        Execution(threads: threads, blockSize: max(1, min(maximumBlockSize, (batch + threads - 1) / threads)))
    }

    func classifier(_ graph: Graph) throws -> GraphClassifier {
        GraphClassifier(try ClassifierGraph(graph), backend: backend, execution: execution)
    }
}
