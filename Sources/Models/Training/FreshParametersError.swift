/// Why the parameters of a graph cannot be drawn anew.
public enum FreshParametersError: Error, Equatable, CustomStringConvertible {
    /// Nothing in the graph is multiplied with what flows through it.
    case noWeights
    /// A node reads numbers that may have been learnt, in a way for which no initialisation is known.
    case unknownRole(node: String, type: String)
    /// A parameter is read by nodes that want different things of it.
    case conflictingRoles(parameter: String)

    /// The fault in words.
    public var description: String {
        switch self {
        case .noWeights: "it has no layers with weights"
        case .unknownRole(let node, let type):
            "node '\(node)' (\(type)) holds numbers for which no initialisation is known"
        case .conflictingRoles(let parameter): "the parameter '\(parameter)' has several roles"
        }
    }
}
