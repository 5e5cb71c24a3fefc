import BulwarkTensors

/// Several inputs of a model as the columns of one.
///
/// scikit-learn's converter gives a model trained on named columns one input `[N, 1]` for each of them.
enum CombinedInput {
    /// A graph with one input in place of several, and a remark that says so.
    ///
    /// - Throws: `ClassifierError` unless there is a single input, or each is `[N, columns]` of numbers.
    static func combining(_ model: Graph) throws -> (Graph, notes: [String]) {
        guard model.inputs.count != 1 else { return (model, []) }
        let names = model.inputs.map { model[$0].name }
        guard let first = model.inputs.first.flatMap({ model[$0].shape.dimensions.first }) else {
            throw ClassifierError.inputs(names)
        }
        var widths: [Int] = []
        for id in model.inputs {
            let shape = model[id].shape
            guard shape.rank == 2, shape[0] == first, let width = shape[1].fixed else {
                throw ClassifierError.inputs(names)
            }
            guard model[id].type.isFloatingPoint else {
                throw ClassifierError.integerInput(name: model[id].name)
            }
            widths.append(width)
        }
        let total = widths.reduce(0) { $0 + min($1, GraphBuilder.maximumElements) }
        guard total <= GraphBuilder.maximumElements else { throw ClassifierError.inputs(names) }
        var name = "inputs"
        while model.values.contains(where: { $0.name == name }) { name += "_" }
        let combined = ValueID(model.values.count)
        let value = Graph.Value(
            name: name,
            shape: [first, Dimension(constant: total)],
            type: .float32
        )
        var start = 0
        let slices = zip(model.inputs, widths).map { id, width -> Graph.Node in
            let columns = Slice([Slice.Part(axis: 1, start: start, count: width)])
            start += width
            return Graph.Node(
                name: "\(name)_\(model[id].name)",
                operation: columns,
                inputs: [combined],
                output: id
            )
        }
        let graph = Graph(
            values: model.values + [value],
            inputs: [combined],
            outputs: model.outputs,
            parameters: model.parameters,
            trainable: model.trainable,
            nodes: slices + model.nodes
        )
        return (graph.selecting(outputs: graph.outputs), [note(names, widths)])
    }

    private static func note(_ names: [String], _ widths: [Int]) -> String {
        let shown = zip(names, widths).prefix(20).map { $1 == 1 ? $0 : "\($0) (\($1) columns)" }
        let list = shown.joined(separator: ", ") + (names.count > shown.count ? ", …" : "")
        return
            "the model's \(names.count) inputs are taken as the columns of one table, in this order: \(list)"
    }
}
