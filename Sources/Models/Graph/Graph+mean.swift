import BulwarkTensors

extension Graph {
    /// One graph whose output is the mean of the outputs of several graphs, for the same input.
    ///
    /// Averaging scores before the softmax makes an ensemble of classifiers: Dong et al., "Boosting
    /// adversarial attacks with momentum" (CVPR 2018), equation 7.
    ///
    /// - Parameter graphs: At least one; each has one input and one output, of the same shapes.
    /// - Returns: A graph with that input and that output.
    /// - Throws: `GraphError` if the graphs do not fit together.
    package static func mean(of graphs: [Graph]) throws(GraphError) -> Graph {
        precondition(graphs.allSatisfy { $0.inputs.count == 1 && $0.outputs.count == 1 }, "one in and out")
        guard let first = graphs.first else { preconditionFailure("there is a graph") }
        if graphs.count == 1 { return first }
        var builder = GraphBuilder()
        let input = try builder.input(first[first.inputs[0]].name, first[first.inputs[0]].shape)
        var sum: ValueID?
        for graph in graphs {
            let output = try builder.append(graph, reading: input)
            sum =
                try sum.map { sum throws(GraphError) in try builder.apply(Add(), to: [sum, output]) }
                ?? output
        }
        guard let sum else { preconditionFailure("there is a graph") }
        let share = try builder.parameter("share", Tensor(scalar: 1 / Float(graphs.count)))
        let mean = try builder.apply(Mul(), to: [sum, share])
        return builder.graph(outputs: [mean])
    }
}
