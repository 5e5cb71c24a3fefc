import BulwarkModels
import BulwarkOneDNN

// The one place that says how Bulwark is run here: which backend, and how a batch is spread over threads.

extension Workload {
    var backend: any Backend { OneDNNBackend() }

    /// Blocks of the size that Bulwark finds suitable, unless that would leave a thread without work.
    var execution: Execution {
        let isSmall = kind == .inference && batch <= 64
        return Execution(threads: threads, blockSize: isSmall ? max(1, batch / threads) : nil)
    }

    func classifier(_ graph: Graph) throws -> GraphClassifier {
        GraphClassifier(try ClassifierGraph(graph), backend: backend, execution: execution)
    }
}
