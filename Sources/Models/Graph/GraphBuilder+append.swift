import BulwarkTensors

extension GraphBuilder {
    /// Adds the nodes and parameters of a graph with one input and one output.
    ///
    /// - Parameters:
    ///   - graph: What to add.
    ///   - input: What its nodes read in place of its input, of the same shape.
    /// - Returns: What stands for its output.
    /// - Throws: `GraphError` if the input has another shape than the nodes take.
    package mutating func append(_ graph: Graph, reading input: ValueID) throws(GraphError) -> ValueID {
        precondition(graph.inputs.count == 1 && graph.outputs.count == 1, "one input and one output")
        var places = [graph.inputs[0]: input]
        let trainable = Set(graph.trainable)
        for id in graph.parameters.keys.sorted(by: { $0.index < $1.index }) {
            guard let tensor = graph.parameters[id] else { continue }
            let place = try parameter(graph[id].name, tensor, isTrainable: trainable.contains(id))
            declare(place, as: graph[id].type)
            places[id] = place
        }
        func place(_ id: ValueID) -> ValueID {
            guard let place = places[id] else { preconditionFailure("a node reads what is there") }
            return place
        }
        for node in graph.nodes {
            let output = try apply(
                node.operation,
                to: node.inputs.map(place),
                name: node.name,
                output: graph[node.output].name
            )
            declare(output, as: graph[node.output].type)
            places[node.output] = output
        }
        return place(graph.outputs[0])
    }
}

extension Graph {
    /// The same graph reading `(x − offset) · scale` in place of its input x.
    ///
    /// - Parameters:
    ///   - offset: What is taken away, of a shape that broadcasts to the input's.
    ///   - scale: What is multiplied with, of such a shape.
    /// - Returns: A graph with the same input and output.
    /// - Throws: `GraphError` if the shapes do not fit.
    package func reading(offset: Tensor, scale: Tensor) throws(GraphError) -> Graph {
        var builder = GraphBuilder()
        let input = try builder.input(self[inputs[0]].name, self[inputs[0]].shape)
        let origin = try builder.parameter("input offset", offset)
        let factor = try builder.parameter("input scale", scale)
        let moved = try builder.apply(Sub(), to: [input, origin])
        let scaled = try builder.apply(Mul(), to: [moved, factor])
        let output = try builder.append(self, reading: scaled)
        return builder.graph(outputs: [output])
    }
}
