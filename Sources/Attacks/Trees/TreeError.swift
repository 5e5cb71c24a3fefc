import BulwarkTensors

/// Why a model is no sum of decision trees that exact attacks understand.
public enum TreeError: Error, Equatable, CustomStringConvertible {
    /// A sample is no row of features.
    case inputShape(Shape)
    /// The scores do not come from decision trees.
    case noTrees
    /// The features are changed before they reach the trees.
    case changedFeatures(node: String, type: String)
    /// What becomes of the votes of the trees is not understood.
    case unsupportedOperator(node: String, type: String)
    /// Votes become scores by the smallest or the largest of several trees.
    case aggregate(node: String, name: String)
    /// An operator behind the trees makes different scores equal.
    case mergesScores(node: String, type: String)
    /// A feature of a sample is not a finite number.
    case notFinite(feature: Int)

    /// The fault in words.
    public var description: String {
        switch self {
        case .inputShape(let shape): "samples of shape \(shape) are no rows of features"
        case .noTrees: "the model's scores do not come from decision trees"
        case .changedFeatures(let node, let type):
            "node '\(node)' (\(type)) changes features before they reach the trees"
        case .unsupportedOperator(let node, let type):
            "node '\(node)' (\(type)) does something to the votes of trees that is not understood"
        case .aggregate(let node, let name):
            "node '\(node)' takes \(name) of the votes of several trees, and only sums are understood"
        case .mergesScores(let node, let type):
            "node '\(node)' (\(type)) makes scores equal that differ, so votes do not tell the label"
        case .notFinite(let feature): "feature \(feature) of the sample is not a finite number"
        }
    }
}
