import BulwarkTensors

/// Scaled dot-product attention (ONNX `Attention`), as a composition.
///
/// Vaswani et al., "Attention is all you need" (arXiv 1706.03762); several query heads may share keys and
/// values, as in Ainslie et al., "GQA" (arXiv 2305.13245).
enum Attention {
    /// What the fourth output holds.
    private enum Stage: Int {
        case products, capped, biased, probabilities
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let (queryInput, keyInput, valueInput) = (try node.input(0), try node.input(1), try node.input(2))
        let rank = lowering.shape(of: queryInput).rank
        let (queryHeads, keyHeads) = (try node.int("q_num_heads"), try node.int("kv_num_heads"))
        let query = try lowering.heads(queryInput, queryHeads, rank, as: "query", of: node)
        var key = try lowering.heads(keyInput, keyHeads, rank, as: "key", of: node)
        var value = try lowering.heads(valueInput, keyHeads, rank, as: "value", of: node)
        var past = 0
        if let pastKey = node.optionalInput(4), let pastValue = node.optionalInput(5) {
            guard node.optionalInput(6) == nil,
                let length = lowering.shape(of: pastKey).dimensions.dropLast().last?.fixed
            else { throw node.error("its past has no fixed length, or comes with lengths of its keys") }
            past = length
            key = try lowering.join([pastKey, key], axis: 2, as: "present_key", of: node)
            value = try lowering.join([pastValue, value], axis: 2, as: "present_value", of: node)
        } else if node.optionalInput(4) != nil || node.optionalInput(5) != nil {
            throw node.error("it has a past of keys or of values alone")
        }
        let precision = try node.int("softmax_precision") ?? 1
        guard [1, 10, 11, 16].contains(precision) else {
            throw node.error("attribute softmax_precision is not a type of floats")
        }
        let product = try AttentionProduct(node, query: query, key: key, value: value, lowering)
        let scale = try node.float("scale") ?? 1 / Float(product.size).squareRoot()
        let products = try product.scores(query, key, scale: scale, into: &lowering)
        var scores = products
        let cap = try node.float("softcap") ?? 0
        if cap > 0 {
            let inner = try lowering.apply(Mul(), scores, .number(1 / cap), as: "inner", of: node)
            let bounded = try lowering.apply(Tanh(), inner, as: "bounded", of: node)
            scores = try lowering.apply(Mul(), bounded, .number(cap), as: "capped", of: node)
        }
        let capped = scores
        let mask = try AttentionMask(node, product, past: past)
        let bias = try mask.bias(into: &lowering)
        let probabilities = try product.probabilities(scores, bias, into: &lowering)
        var result = try product.mixture(probabilities, value, into: &lowering)
        if rank == 3 {
            let turned = try lowering.apply(
                Transpose(permutation: [0, 2, 1, 3]),
                result,
                as: "turned",
                of: node
            )
            let shape = lowering.shape(of: turned)
            guard let width = shape[2].multiplied(by: shape[3]) else {
                throw node.error("its output is too wide")
            }
            result = try lowering.reshape(turned, to: [shape[0], shape[1], width], of: node)
        }
        guard node.outputCount > 1 else { return [result] }
        let stages: [Stage: ImportedValue] = [
            .products: products, .capped: capped, .probabilities: probabilities,
            .biased: try bias.map { try lowering.apply(Add(), scores, $0, as: "biased", of: node) } ?? scores,
        ]
        guard let stage = Stage(rawValue: try node.int("qk_matmul_output_mode") ?? 0),
            let shown = stages[stage]
        else { throw node.error("attribute qk_matmul_output_mode is not between 0 and 3") }
        return [result, key, value, shown]
    }
}

extension ONNXLowering {
    /// Queries, keys or values as `[N, heads, length, size]`, which they are already unless of rank 3.
    fileprivate mutating func heads(
        _ value: ImportedValue,
        _ heads: Int?,
        _ rank: Int,
        as name: String,
        of node: ONNXNode
    ) throws -> ImportedValue {
        let shape = shape(of: value)
        guard shape.rank == rank, rank == 3 || rank == 4 else {
            throw node.error("its queries, keys and values do not all have three or all four axes")
        }
        if rank == 4 { return value }
        guard let heads, heads > 0, let size = shape[2].divided(by: Dimension(constant: heads)) else {
            throw node.error("its numbers of heads do not divide values of shape \(shape)")
        }
        let split = try reshape(
            value,
            to: [shape[0], shape[1], Dimension(constant: heads), size],
            as: "\(name)_split",
            of: node
        )
        return try apply(Transpose(permutation: [0, 2, 1, 3]), split, as: name, of: node)
    }
}
