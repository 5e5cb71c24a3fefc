import BulwarkTensors

/// A plain recurrent layer (ONNX `RNN`), written out step by step.
///
/// Elman, "Finding structure in time" (1990).
enum RNN {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let layer = try RecurrentLayer(node, gates: 1, standard: ["Tanh"], lowering)
        let sequences = try layer.sequences(&lowering)
        var (outputs, hidden): ([[ImportedValue]], [ImportedValue]) = ([], [])
        for direction in 0..<layer.directions {
            let bias = try layer.own(3, direction, &lowering).map { bias in
                let first = try layer.blocks(bias, 0..<1, as: "bias_\(direction)_first", &lowering)
                let second = try layer.blocks(bias, 1..<2, as: "bias_\(direction)_second", &lowering)
                return try lowering.apply(Add(), first, second, as: "bias_\(direction)", of: node)
            }
            let projections = try layer.projections(sequences, direction, bias: bias, &lowering)
            let recurrence = try lowering.shared(
                try layer.recurrence(direction, &lowering),
                as: "recurrence_\(direction)",
                of: node
            )
            let initial = RecurrentLayer.State(hidden: try layer.initial(5, direction, &lowering))
            let (steps, last) = try layer.run(direction, from: initial, &lowering) {
                position,
                state,
                lowering in
                let name = "\(direction)_\(position)"
                var sum = projections[position]
                if let hidden = state.hidden {
                    let product = try lowering.apply(
                        MatMul(),
                        hidden,
                        recurrence,
                        as: "product_\(name)",
                        of: node
                    )
                    sum = try lowering.apply(Add(), sum, product, as: "sum_\(name)", of: node)
                }
                sum = try layer.clipped(sum, as: "clipped_\(name)", &lowering)
                let function = layer.activations[direction][0]
                let output = try function.apply(sum, as: "hidden_\(name)", of: node, into: &lowering)
                return RecurrentLayer.State(hidden: output)
            }
            guard let lastHidden = last.hidden else { preconditionFailure("a step gives a state") }
            outputs.append(steps)
            hidden.append(lastHidden)
        }
        return [
            try layer.stacked(outputs, &lowering),
            try layer.stacked(last: hidden, as: "last_hidden", &lowering),
        ]
    }
}
