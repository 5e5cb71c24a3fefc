extension Graph {
    /// The same graph with the parameters that a graph made of it has for them.
    ///
    /// - Parameter other: A graph that was made by adding nodes to this one or leaving some out.
    /// - Returns: This graph with the other's tensors; nil if the other trains something that is not here.
    public func adoptingParameters(of other: Graph) -> Graph? {
        func isHere(_ id: ValueID) -> Bool {
            guard let own = parameters[id], let others = other.parameters[id] else { return false }
            return own.shape == others.shape && self[id].name == other[id].name
        }
        guard other.trainable.allSatisfy(isHere) else { return nil }
        return replacingParameters(other.parameters.filter { isHere($0.key) })
    }
}
