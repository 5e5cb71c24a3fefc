import BulwarkTensors

/// A layer of gated recurrent units (ONNX `GRU`), written out step by step.
///
/// Cho et al., "Learning phrase representations using RNN encoder–decoder" (arXiv 1406.1078).
enum GRU {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let layer = try RecurrentLayer(node, gates: 3, standard: ["Sigmoid", "Tanh"], lowering)
        let sequences = try layer.sequences(&lowering)
        let resetsProduct = try node.int("linear_before_reset") ?? 0 != 0
        var (outputs, hidden): ([[ImportedValue]], [ImportedValue]) = ([], [])
        for direction in 0..<layer.directions {
            let cell = try GRUCell(layer, direction, resetsProduct: resetsProduct, &lowering)
            let bias = try cell.inputBias(&lowering)
            let projections = try layer.projections(sequences, direction, bias: bias, &lowering)
            let initial = RecurrentLayer.State(hidden: try layer.initial(5, direction, &lowering))
            let (steps, last) = try layer.run(direction, from: initial, &lowering) {
                position,
                state,
                lowering in
                let step = try cell.step(position, projections[position], state.hidden, &lowering)
                return RecurrentLayer.State(hidden: step)
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

/// One step of one direction of a GRU.
///
/// Gates come in the order update, reset, candidate.
private struct GRUCell {
    let layer: RecurrentLayer
    let direction: Int
    /// Whether the reset gate applies to the state's product with the weights, not to the state.
    let resetsProduct: Bool
    /// The recurrence weights of update and reset gate.
    private let gateWeights: ImportedValue
    /// The recurrence weights of the candidate.
    private let candidateWeights: ImportedValue
    private let bias: ImportedValue?
    /// The part of the bias that comes under the reset gate.
    private let candidateBias: ImportedValue?

    init(
        _ layer: RecurrentLayer,
        _ direction: Int,
        resetsProduct: Bool,
        _ lowering: inout ONNXLowering
    ) throws {
        self.layer = layer
        self.direction = direction
        self.resetsProduct = resetsProduct
        let (node, name) = (layer.node, "recurrence_\(direction)")
        let all = try layer.recurrence(direction, &lowering)
        let gates = try layer.blocks(all, 0..<2, as: "\(name)_gates_part", &lowering)
        gateWeights = try lowering.shared(gates, as: "\(name)_gates", of: node)
        let candidate = try layer.blocks(all, 2..<3, as: "\(name)_candidate_part", &lowering)
        candidateWeights = try lowering.shared(candidate, as: "\(name)_candidate", of: node)
        bias = try layer.own(3, direction, &lowering)
        candidateBias = try bias.map { bias in
            let own = try layer.blocks(bias, 5..<6, as: "bias_\(direction)_candidate_part", &lowering)
            return try lowering.shared(own, as: "bias_\(direction)_candidate", of: node)
        }
    }

    /// The biases that are added whatever the state is.
    func inputBias(_ lowering: inout ONNXLowering) throws -> ImportedValue? {
        guard let bias else { return nil }
        let name = "bias_\(direction)"
        let input = try layer.blocks(bias, 0..<3, as: "\(name)_input", &lowering)
        guard resetsProduct else {
            let state = try layer.blocks(bias, 3..<6, as: "\(name)_state", &lowering)
            return try lowering.apply(Add(), input, state, as: name, of: layer.node)
        }
        // The candidate's own comes under the reset gate.
        let gates = try layer.blocks(bias, 3..<5, as: "\(name)_gates", &lowering)
        let zeros = try lowering.constant([layer.hiddenSize], of: layer.node) { _ in 0 }
        let padded = try lowering.join([gates, zeros], axis: 0, as: "\(name)_padded", of: layer.node)
        return try lowering.apply(Add(), input, padded, as: name, of: layer.node)
    }

    func step(
        _ position: Int,
        _ projection: ImportedValue,
        _ hidden: ImportedValue?,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let node = layer.node
        let name = "\(direction)_\(position)"
        let functions = layer.activations[direction]
        var gates = try layer.blocks(projection, 0..<2, as: "gates_\(name)_part", &lowering)
        if let hidden {
            let product = try lowering.apply(MatMul(), hidden, gateWeights, as: "product_\(name)", of: node)
            gates = try lowering.apply(Add(), gates, product, as: "gates_\(name)_sum", of: node)
        }
        gates = try layer.clipped(gates, as: "gates_\(name)_clipped", &lowering)
        gates = try functions[0].apply(gates, as: "gates_\(name)", of: node, into: &lowering)
        let update = try layer.blocks(gates, 0..<1, as: "update_\(name)", &lowering)
        let reset = try layer.blocks(gates, 1..<2, as: "reset_\(name)", &lowering)
        var candidate = try layer.blocks(projection, 2..<3, as: "candidate_\(name)_part", &lowering)
        if let memory = try memory(hidden, reset, as: "memory_\(name)", &lowering) {
            candidate = try lowering.apply(Add(), candidate, memory, as: "candidate_\(name)_sum", of: node)
        }
        candidate = try layer.clipped(candidate, as: "candidate_\(name)_clipped", &lowering)
        candidate = try functions[1].apply(candidate, as: "candidate_\(name)", of: node, into: &lowering)
        let share = try lowering.apply(Sub(), .number(1), update, as: "share_\(name)", of: node)
        let taken = try lowering.apply(Mul(), share, candidate, as: "taken_\(name)", of: node)
        guard let hidden else { return taken }
        let kept = try lowering.apply(Mul(), update, hidden, as: "kept_\(name)", of: node)
        return try lowering.apply(Add(), taken, kept, as: "hidden_\(name)", of: node)
    }

    /// What the state adds to the candidate.
    private func memory(
        _ hidden: ImportedValue?,
        _ reset: ImportedValue,
        as name: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue? {
        let node = layer.node
        if !resetsProduct {
            guard let hidden else { return nil }
            let rest = try lowering.apply(Mul(), reset, hidden, as: "\(name)_rest", of: node)
            return try lowering.apply(MatMul(), rest, candidateWeights, as: name, of: node)
        }
        var sum: ImportedValue?
        if let hidden {
            sum = try lowering.apply(MatMul(), hidden, candidateWeights, as: "\(name)_product", of: node)
        }
        if let own = candidateBias {
            sum = try sum.map { try lowering.apply(Add(), $0, own, as: "\(name)_sum", of: node) } ?? own
        }
        return try sum.map { try lowering.apply(Mul(), reset, $0, as: name, of: node) }
    }
}
