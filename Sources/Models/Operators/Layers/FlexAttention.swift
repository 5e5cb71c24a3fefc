import BulwarkTensors

/// Scaled dot-product attention with scores and probabilities that a model may change by graphs of its own
/// (ONNX preview `FlexAttention`), as a composition.
enum FlexAttention {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let (query, key, value) = (try node.input(0), try node.input(1), try node.input(2))
        let product = try AttentionProduct(node, query: query, key: key, value: value, lowering)
        let scale = try node.float("scale") ?? 1 / Float(product.size).squareRoot()
        let scores = try product.scores(query, key, scale: scale, into: &lowering)
        let changed = try change(scores, by: "score_mod", of: node, into: &lowering)
        let probabilities = try product.probabilities(changed, nil, into: &lowering)
        let mixed = try change(probabilities, by: "prob_mod", of: node, into: &lowering)
        return [try product.mixture(mixed, value, into: &lowering)]
    }

    /// What a graph that the node holds makes of a value; the value itself if there is none.
    private static func change(
        _ value: ImportedValue,
        by attribute: String,
        of node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        guard let body = node.subgraph(attribute) else { return value }
        let isDouble = node.inputType(0) == .double
        let type = try node.elementType("softmax_precision") ?? (isDouble ? .double : .float)
        let results = try lowering.inline(body, of: node, step: attribute, inputs: [(value, type)])
        guard results.count == 1, lowering.shape(of: results[0].value) == lowering.shape(of: value) else {
            throw node.error("\(attribute) does not give one value of the shape it is given")
        }
        return results[0].value
    }
}
