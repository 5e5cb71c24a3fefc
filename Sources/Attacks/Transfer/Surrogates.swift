import BulwarkModels
import BulwarkTensors

/// The surrogates of one transfer attack.
public struct Surrogates: Sendable {
    /// The networks.
    public let members: [Surrogate]
    /// How often the target was asked before there were any.
    public let queries: Int
    /// The mean of the networks' scores, where there are several.
    private let ensemble: GraphClassifier?

    /// Some networks, at least one.
    ///
    /// - Parameters:
    ///   - members: Networks for the same inputs and classes.
    ///   - queries: How often the target was asked for their sake.
    ///   - trainer: What runs them together.
    /// - Throws: `GraphError` or `ClassifierError` if the networks do not fit together.
    public init(_ members: [Surrogate], queries: Int, trainer: SurrogateTrainer) throws {
        precondition(!members.isEmpty, "there is a surrogate")
        (self.members, self.queries) = (members, queries)
        ensemble =
            members.count < 2
            ? nil
            : GraphClassifier(
                try ClassifierGraph(Graph.mean(of: members.map(\.classifier.model.graph))),
                backend: trainer.backend,
                execution: trainer.execution
            )
    }

    /// What attacks follow, in this order: all networks together, then each by itself.
    public var sources: [GraphClassifier] {
        (ensemble.map { [$0] } ?? []) + members.map(\.classifier)
    }
}
