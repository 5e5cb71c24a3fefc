import BulwarkTensors

/// Attention that remembers one matrix instead of all keys and values (ONNX `LinearAttention`), written out
/// step by step.
///
/// Katharopoulos, Vyas, Pappas and Fleuret, "Transformers are RNNs" (arXiv 2006.16236); with decay and the
/// delta rule Yang, Kautz and Hatamizadeh, "Gated delta networks" (arXiv 2412.06464).
enum LinearAttention {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let plan = try LinearAttentionPlan(node, lowering)
        // Queries as [N, key heads, steps, heads for each, size], the others as [N, key heads, steps, 1,
        // size].
        let query = try plan.steps(0, plan.heads / plan.keyHeads, plan.keySize, "query", &lowering)
        let key = try plan.steps(1, 1, plan.keySize, "key", &lowering)
        let value = try plan.steps(2, 1, plan.valueSize, "value", &lowering)
        let decay = try plan.decay(&lowering)
        let rate = try plan.rate(&lowering)
        let written = try node.float("scale") ?? 0
        let scale = written == 0 ? 1 / Float(plan.keySize).squareRoot() : written
        let scaled = try lowering.apply(Mul(), query, .number(scale), as: "scaled", of: node)
        var state = try plan.initialState(lowering)
        var outputs: [ImportedValue] = []
        for step in 0..<plan.length {
            func now(
                _ value: ImportedValue,
                _ name: String,
                _ lowering: inout ONNXLowering
            ) throws -> ImportedValue {
                let name = "\(name)_\(step)"
                let part = try lowering.part(value, axis: 2, step..<step + 1, as: "\(name)_part", of: node)
                var shape = lowering.shape(of: part).dimensions
                shape.remove(at: 2)
                return try lowering.reshape(part, to: shape, as: name, of: node)
            }
            if let decay, let old = state {
                // One factor for each row of the state, which stands for an element of the keys.
                let factor = try now(decay, "decay", &lowering)
                let column = try lowering.apply(
                    Transpose(permutation: [0, 1, 3, 2]),
                    factor,
                    as: "decay_\(step)_column",
                    of: node
                )
                state = try lowering.apply(Mul(), old, column, as: "decayed_\(step)", of: node)
            }
            let keyRow = try now(key, "key", &lowering)
            var valueRow = try now(value, "value", &lowering)
            if let rate {
                if let state {
                    let found = try lowering.apply(MatMul(), keyRow, state, as: "found_\(step)", of: node)
                    valueRow = try lowering.apply(Sub(), valueRow, found, as: "error_\(step)", of: node)
                }
                let factor = try now(rate, "rate", &lowering)
                valueRow = try lowering.apply(Mul(), factor, valueRow, as: "correction_\(step)", of: node)
            }
            let keyColumn = try lowering.apply(
                Transpose(permutation: [0, 1, 3, 2]),
                keyRow,
                as: "key_\(step)_column",
                of: node
            )
            let written = try lowering.apply(Mul(), keyColumn, valueRow, as: "written_\(step)", of: node)
            let next =
                try state.map { try lowering.apply(Add(), $0, written, as: "state_\(step)", of: node) }
                ?? written
            state = next
            let queryRows = try now(scaled, "query", &lowering)
            let read = try lowering.apply(MatMul(), queryRows, next, as: "read_\(step)", of: node)
            let target = [plan.samples, 1, Dimension(constant: plan.heads * plan.valueSize)]
            outputs.append(try lowering.reshape(read, to: target, as: "output_\(step)", of: node))
        }
        guard let state else { preconditionFailure("there is at least one step") }
        return [try lowering.join(outputs, axis: 1, of: node), state]
    }
}
