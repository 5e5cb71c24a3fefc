import BulwarkTensors

/// A long short-term memory layer (ONNX `LSTM`), written out step by step.
///
/// Hochreiter and Schmidhuber, "Long short-term memory" (1997), with the forget gate and peepholes of Gers,
/// Schraudolph and Schmidhuber, "Learning precise timing with LSTM recurrent networks" (2002).
enum LSTM {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let layer = try RecurrentLayer(node, gates: 4, standard: ["Sigmoid", "Tanh", "Tanh"], lowering)
        guard layer.clip == nil else {
            throw node.error("has clip, and runtimes disagree on whether that bounds the cell, too")
        }
        let couples = try node.int("input_forget") ?? 0 != 0
        let sequences = try layer.sequences(&lowering)
        var (outputs, hidden, cells): ([[ImportedValue]], [ImportedValue], [ImportedValue]) = ([], [], [])
        for direction in 0..<layer.directions {
            let bias = try layer.own(3, direction, &lowering).map { bias in
                let first = try layer.blocks(bias, 0..<4, as: "bias_\(direction)_first", &lowering)
                let second = try layer.blocks(bias, 4..<8, as: "bias_\(direction)_second", &lowering)
                return try lowering.apply(Add(), first, second, as: "bias_\(direction)", of: node)
            }
            let projections = try layer.projections(sequences, direction, bias: bias, &lowering)
            let recurrence = try layer.recurrence(direction, &lowering)
            let peepholes = try layer.own(7, direction, &lowering).map { weights in
                try (0..<3).map { gate in
                    let name = "peephole_\(direction)_\(gate)"
                    let part = try layer.blocks(weights, gate..<gate + 1, as: name, &lowering)
                    return try lowering.shared(part, as: "\(name)_weights", of: node)
                }
            }
            let cell = LSTMCell(
                layer: layer,
                direction: direction,
                recurrence: try lowering.shared(recurrence, as: "recurrence_\(direction)", of: node),
                peepholes: peepholes,
                couplesGates: couples
            )
            let initial = RecurrentLayer.State(
                hidden: try layer.initial(5, direction, &lowering),
                cell: try layer.initial(6, direction, &lowering)
            )
            let (steps, last) = try layer.run(direction, from: initial, &lowering) {
                position,
                state,
                lowering in
                try cell.step(position, projections[position], state, &lowering)
            }
            guard let lastHidden = last.hidden, let lastCell = last.cell else {
                preconditionFailure("a step gives a state")
            }
            outputs.append(steps)
            hidden.append(lastHidden)
            cells.append(lastCell)
        }
        return [
            try layer.stacked(outputs, &lowering),
            try layer.stacked(last: hidden, as: "last_hidden", &lowering),
            try layer.stacked(last: cells, as: "last_cell", &lowering),
        ]
    }
}

/// One step of one direction of an LSTM.
///
/// Gates come in the order input, output, forget, cell.
private struct LSTMCell {
    let layer: RecurrentLayer
    let direction: Int
    let recurrence: ImportedValue
    /// The weights of the cell in the input, output and forget gate.
    let peepholes: [ImportedValue]?
    /// Whether what is forgotten is what is not taken in.
    let couplesGates: Bool

    func step(
        _ position: Int,
        _ projection: ImportedValue,
        _ state: RecurrentLayer.State,
        _ lowering: inout ONNXLowering
    ) throws -> RecurrentLayer.State {
        let node = layer.node
        let name = "\(direction)_\(position)"
        let functions = layer.activations[direction]
        var gates = projection
        if let hidden = state.hidden {
            let product = try lowering.apply(MatMul(), hidden, recurrence, as: "product_\(name)", of: node)
            gates = try lowering.apply(Add(), projection, product, as: "gates_\(name)", of: node)
        }
        let input = try gate(gates, 0, peephole: 0, state.cell, as: "input_\(name)", &lowering)
        let candidate = try gate(
            gates,
            3,
            peephole: nil,
            nil,
            function: functions[1],
            as: "candidate_\(name)",
            &lowering
        )
        var cell = try lowering.apply(Mul(), input, candidate, as: "taken_\(name)", of: node)
        if let old = state.cell {
            let forget: ImportedValue
            if couplesGates {
                forget = try lowering.apply(Sub(), .number(1), input, as: "forget_\(name)", of: node)
            } else {
                forget = try gate(gates, 2, peephole: 2, old, as: "forget_\(name)", &lowering)
            }
            let kept = try lowering.apply(Mul(), forget, old, as: "kept_\(name)", of: node)
            cell = try lowering.apply(Add(), kept, cell, as: "cell_\(name)", of: node)
        }
        let output = try gate(gates, 1, peephole: 1, cell, as: "output_gate_\(name)", &lowering)
        let shown = try functions[2].apply(cell, as: "shown_\(name)", of: node, into: &lowering)
        let hidden = try lowering.apply(Mul(), output, shown, as: "hidden_\(name)", of: node)
        return RecurrentLayer.State(hidden: hidden, cell: cell)
    }

    private func gate(
        _ gates: ImportedValue,
        _ index: Int,
        peephole: Int?,
        _ cell: ImportedValue?,
        function: RecurrentActivation? = nil,
        as name: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let node = layer.node
        var sum = try layer.blocks(gates, index..<index + 1, as: "\(name)_part", &lowering)
        if let peepholes, let peephole, let cell {
            let seen = try lowering.apply(Mul(), peepholes[peephole], cell, as: "\(name)_seen", of: node)
            sum = try lowering.apply(Add(), sum, seen, as: "\(name)_sum", of: node)
        }
        let function = function ?? layer.activations[direction][0]
        return try function.apply(sum, as: name, of: node, into: &lowering)
    }
}
