import BulwarkModels
import BulwarkTensors
import COneDNN

/// Compiles a graph into a plan of oneDNN primitives and loops of our own.
///
/// Layouts that suit the primitives are kept along chains of layers, biases, normalisations, sums and
/// activations ride on the primitive before them, weights are rearranged once, and all intermediate values
/// share one piece of memory. What has no fast form is computed as the operator is written.
///
/// Computes what `ReferenceBackend` does up to the rounding of sums in another order. An executable computes
/// on the thread that calls it and on no other; the bits of a result depend on the batch size and the
/// gradients it was compiled for and on the kind of processor, not on the number of threads, on other
/// executables, or on the other samples.
public struct OneDNNBackend: Backend {
    /// A oneDNN backend.
    public init() {}

    /// `onednn`.
    public var name: String { "onednn" }

    /// The version of the oneDNN library in use, as in `2.6.3`.
    public static var libraryVersion: String {
        let version = onednn_version()
        return "\(version / 10_000).\(version / 100 % 100).\(version % 100)"
    }

    /// Compiles a graph for a fixed number of samples.
    ///
    /// - Throws: `BackendError.invalidSize` if a value has no shape at that size, `BackendError.library` if
    ///   oneDNN fails.
    public func compile(
        _ graph: Graph,
        batchSize: Int,
        differentiating: Differentiation
    ) throws -> any Executable {
        let entered = onednn_enter()
        defer { onednn_leave(entered) }
        return try PlanExecutable(plan(graph, batchSize: batchSize, differentiating: differentiating))
    }

    /// The types of a graph's operators that have no fast form here and are computed as they are written.
    ///
    /// - Throws: What `compile` throws.
    package func plainOperators(
        of graph: Graph,
        batchSize: Int,
        differentiating: Differentiation
    ) throws -> [String] {
        let entered = onednn_enter()
        defer { onednn_leave(entered) }
        return try plan(graph, batchSize: batchSize, differentiating: differentiating).plainOperators
    }

    private func plan(
        _ graph: Graph,
        batchSize: Int,
        differentiating: Differentiation
    ) throws -> PlanBuilder {
        let builder = try PlanBuilder(graph, batchSize: batchSize, differentiating: differentiating)
        var grouping = Grouping(builder)
        for group in grouping.groups() { try builder.emit(group) }
        try builder.finish()
        return builder
    }
}
