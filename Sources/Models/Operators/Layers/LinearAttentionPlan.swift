import BulwarkTensors

/// The inputs of `LinearAttention`, checked and brought into one form.
struct LinearAttentionPlan {
    let node: ONNXNode
    let samples: Dimension
    /// The number of steps.
    let length: Int
    /// The number of heads of queries.
    let heads: Int
    /// The number of heads of keys and values.
    let keyHeads: Int
    /// The number of elements of a key.
    let keySize: Int
    /// The number of elements of a value.
    let valueSize: Int

    init(_ node: ONNXNode, _ lowering: ONNXLowering) throws {
        self.node = node
        let shapes = try (0..<3).map { try lowering.shape(of: node.input($0)) }
        guard shapes.allSatisfy({ $0.rank == 3 && $0[0] == shapes[0][0] && $0[1] == shapes[0][1] }),
            let length = shapes[0][1].fixed, let queryWidth = shapes[0][2].fixed,
            let keyWidth = shapes[1][2].fixed, let valueWidth = shapes[2][2].fixed
        else { throw node.error("its queries, keys and values are not [N, length, heads · size]") }
        guard let heads = try node.int("q_num_heads"), let keyHeads = try node.int("kv_num_heads"),
            keyHeads > 0,
            heads > 0, heads % keyHeads == 0, queryWidth % heads == 0, keyWidth % keyHeads == 0,
            valueWidth % keyHeads == 0, queryWidth / heads == keyWidth / keyHeads, keyWidth > 0
        else { throw node.error("its numbers of heads do not divide its queries, keys and values") }
        guard (1...RecurrentLayer.maximumSteps).contains(length) else {
            throw node.error("\(length) steps are not between 1 and \(RecurrentLayer.maximumSteps)")
        }
        let rule = try node.string("update_rule") ?? "gated_delta"
        guard ["linear", "gated", "delta", "gated_delta"].contains(rule) else {
            throw node.error("attribute update_rule has the unknown value '\(rule.prefix(40))'")
        }
        guard (node.optionalInput(4) != nil) == rule.hasPrefix("gated"),
            (node.optionalInput(5) != nil) == rule.hasSuffix("delta")
        else { throw node.error("its decay or its rate does not go with the rule '\(rule)'") }
        samples = shapes[0][0]
        self.length = length
        (self.heads, self.keyHeads) = (heads, keyHeads)
        (keySize, valueSize) = (keyWidth / keyHeads, valueWidth / keyHeads)
    }

    /// Input `index` as `[N, key heads, steps, rows, columns]`.
    func steps(
        _ index: Int,
        _ rows: Int,
        _ columns: Int,
        _ name: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        try apart(try node.input(index), keyHeads, rows, columns, name, &lowering)
    }

    private func apart(
        _ value: ImportedValue,
        _ heads: Int,
        _ rows: Int,
        _ columns: Int,
        _ name: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let extents = [length, heads, rows, columns].map { Dimension(constant: $0) }
        let split = try lowering.reshape(value, to: [samples] + extents, as: "\(name)_split", of: node)
        return try lowering.apply(Transpose(permutation: [0, 2, 1, 3, 4]), split, as: name, of: node)
    }

    /// What is left of the state after each step, for each element of the keys or for all of them.
    func decay(_ lowering: inout ONNXLowering) throws -> ImportedValue? {
        guard let written = node.optionalInput(4) else { return nil }
        let width = lowering.shape(of: written).dimensions.last?.fixed
        guard width == keyHeads * keySize || width == keyHeads else {
            throw node.error("its decay is not one number for each head, or for each element of its keys")
        }
        let columns = width == keyHeads ? 1 : keySize
        let factors = try lowering.apply(Exp(), written, as: "decay_factors", of: node)
        return try apart(factors, keyHeads, 1, columns, "decay", &lowering)
    }

    /// How much of the difference between a value and what the state has for its key is written.
    func rate(_ lowering: inout ONNXLowering) throws -> ImportedValue? {
        guard let written = node.optionalInput(5) else { return nil }
        guard let width = lowering.shape(of: written).dimensions.last?.fixed, width == keyHeads || width == 1
        else { throw node.error("its rate is not one number, or one for each head") }
        return try apart(written, width, 1, 1, "rate", &lowering)
    }

    /// `[N, key heads, key size, value size]`, or nil for zeros.
    func initialState(_ lowering: ONNXLowering) throws(ONNXError) -> ImportedValue? {
        guard let state = node.optionalInput(3) else { return nil }
        let extents = [keyHeads, keySize, valueSize].map { Dimension(constant: $0) }
        guard lowering.shape(of: state) == SymbolicShape([samples] + extents) else {
            throw node.error("its state has the shape \(lowering.shape(of: state))")
        }
        return state
    }
}
