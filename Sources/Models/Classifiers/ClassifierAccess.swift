import BulwarkTensors

/// A classifier with as much access as its graph gives.
///
/// An attack that follows gradients compiles against `GraphClassifier` and not against `ScoreClassifier`, so
/// a model of decision trees cannot be attacked through gradients that are zero everywhere.
public enum ClassifierAccess: Sendable {
    /// Gradients flow from the inputs to the scores.
    case gradients(GraphClassifier)
    /// Only the scores are there: the model moves in steps, or a derivative is missing.
    case scores(ScoreClassifier)

    /// The classifier of a graph.
    ///
    /// - Parameters:
    ///   - model: The graph.
    ///   - backend: What runs it.
    ///   - execution: Threads and block size; a graph with a fixed batch runs in blocks of that size.
    public init(_ model: ClassifierGraph, backend: any Backend, execution: Execution) {
        self =
            model.graph.givesGradients
            ? .gradients(GraphClassifier(model, backend: backend, execution: execution))
            : .scores(ScoreClassifier(model, backend: backend, execution: execution))
    }

    /// The graph, ending in logits.
    public var model: ClassifierGraph {
        switch self {
        case .gradients(let classifier): classifier.model
        case .scores(let classifier): classifier.model
        }
    }

    /// The scores, which both have.
    public var scoreAccess: any ScoreAccess {
        switch self {
        case .gradients(let classifier): classifier
        case .scores(let classifier): classifier
        }
    }

    /// Whether there are gradients.
    public var hasGradients: Bool { if case .gradients = self { true } else { false } }
}
