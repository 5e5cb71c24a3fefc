/// What gradients of a graph with respect to its inputs tell.
extension Graph {
    /// Whether a classifier of this graph gives gradients: some flow from an input to an output, and none
    /// would have to pass an operator without a derivative.
    package var givesGradients: Bool {
        isDifferentiable && !reach.nodes.contains { $0.operation.sensitivity == .undifferentiated }
    }

    /// The types of operators that gradients pass as if they did nothing (the straight-through estimator),
    /// sorted.
    public var straightThroughOperators: [String] { operators(.straightThrough) }

    /// The types of operators whose output moves in steps and so stops gradients, sorted.
    public var steppedOperators: [String] { operators(.piecewiseConstant) }

    /// Remarks on gradients that are not the model's own slope everywhere.
    var gradientNotes: [String] {
        guard givesGradients else { return [] }
        var notes: [String] = []
        let (passed, stopped) = (straightThroughOperators, steppedOperators)
        if !passed.isEmpty {
            notes.append(
                "gradients are straight-through estimates: they pass \(passed.joined(separator: ", ")) as if these did not round"
            )
        }
        if !stopped.isEmpty {
            notes.append(
                "gradients do not see what flows through \(stopped.joined(separator: ", ")), which move in steps"
            )
        }
        return notes
    }

    /// The values that a gradient with respect to the inputs comes from, and the nodes that it meets.
    private var reach: (values: Set<ValueID>, nodes: [Node]) {
        var values = Set(inputs.filter { self[$0].type.isFloatingPoint })
        var met: [Node] = []
        for node in nodes where node.inputs.contains(where: values.contains) {
            met.append(node)
            if node.operation.sensitivity != .piecewiseConstant { values.insert(node.output) }
        }
        return (values, met)
    }

    private func operators(_ sensitivity: Sensitivity) -> [String] {
        Set(reach.nodes.filter { $0.operation.sensitivity == sensitivity }.map(\.operation.name)).sorted()
    }
}
