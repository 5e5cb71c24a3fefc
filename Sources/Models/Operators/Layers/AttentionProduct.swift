import BulwarkTensors

/// The products of attention: of queries with keys, and of probabilities with values.
///
/// Queries are `[N, heads, length, size]`; each head of keys and values serves as many neighbouring heads of
/// queries as there are for it.
struct AttentionProduct {
    let node: ONNXNode
    let samples: Dimension
    let heads: Int
    let keyHeads: Int
    /// The number of queries.
    let queries: Int
    /// The number of keys.
    let keys: Int
    /// The number of elements of a query.
    let size: Int
    private let valueSize: Dimension

    init(
        _ node: ONNXNode,
        query: ImportedValue,
        key: ImportedValue,
        value: ImportedValue,
        _ lowering: ONNXLowering
    ) throws(ONNXError) {
        self.node = node
        let shapes = [query, key, value].map { lowering.shape(of: $0) }
        guard shapes.allSatisfy({ $0.rank == 4 }), let heads = shapes[0][1].fixed,
            let keyHeads = shapes[1][1].fixed, let queries = shapes[0][2].fixed,
            let keys = shapes[1][2].fixed, let size = shapes[0][3].fixed
        else {
            throw node.error("its queries and keys are not [N, heads, length, size] with fixed extents")
        }
        guard keyHeads > 0, heads % keyHeads == 0, size > 0, keys > 0, shapes[2][1] == shapes[1][1],
            shapes[2][2] == shapes[1][2], shapes[1][3] == shapes[0][3]
        else {
            throw node.error("its heads or lengths differ: \(shapes[0]), \(shapes[1]), \(shapes[2])")
        }
        samples = shapes[0][0]
        valueSize = shapes[2][3]
        (self.heads, self.keyHeads, self.queries, self.keys, self.size) = (
            heads, keyHeads, queries, keys, size
        )
    }

    /// `[N, heads, queries, keys]`, from where the heads that share keys are rows of one matrix and back.
    private func apart(_ last: Dimension) -> [Dimension] {
        [samples, Dimension(constant: heads), Dimension(constant: queries), last]
    }

    private func together(_ last: Dimension) -> [Dimension] {
        let rows = heads / keyHeads * queries
        return [samples, Dimension(constant: keyHeads), Dimension(constant: rows), last]
    }

    /// `scale · query · key`, for every pair of both.
    func scores(
        _ query: ImportedValue,
        _ key: ImportedValue,
        scale: Float,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let scaled = try lowering.apply(Mul(), query, .number(scale), as: "scaled", of: node)
        let rows = try lowering.reshape(
            scaled,
            to: together(Dimension(constant: size)),
            as: "scaled_rows",
            of: node
        )
        let turned = try lowering.apply(
            Transpose(permutation: [0, 1, 3, 2]),
            key,
            as: "key_turned",
            of: node
        )
        let products = try lowering.apply(MatMul(), rows, turned, as: "scores_rows", of: node)
        return try lowering.reshape(products, to: apart(Dimension(constant: keys)), as: "scores", of: node)
    }

    /// The values, weighted with the probabilities and added up.
    func mixture(
        _ probabilities: ImportedValue,
        _ value: ImportedValue,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let rows = try lowering.reshape(
            probabilities,
            to: together(Dimension(constant: keys)),
            as: "probabilities_rows",
            of: node
        )
        let mixed = try lowering.apply(MatMul(), rows, value, as: "mixed", of: node)
        return try lowering.reshape(mixed, to: apart(valueSize), as: "mixture", of: node)
    }

    /// The softmax of the scores and what is added to them: -∞ for a key that a query does not see.
    ///
    /// A query that sees no key at all has zeros.
    func probabilities(
        _ scores: ImportedValue,
        _ bias: ImportedValue?,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        guard let bias else { return try lowering.apply(Softmax(), scores, as: "probabilities", of: node) }
        let shape = lowering.shape(of: scores)
        guard (try? Broadcasting.shape(lowering.shape(of: bias), shape)) == shape else {
            throw node.error("its mask has the shape \(lowering.shape(of: bias)), its scores \(shape)")
        }
        let blind = try blindQueries(bias, into: &lowering)
        guard let blind else {
            let logits = try lowering.apply(Add(), scores, bias, as: "logits", of: node)
            return try lowering.apply(Softmax(), logits, as: "probabilities", of: node)
        }
        // What such a query's softmax is must not matter, but it must be numbers.
        let finite = try lowering.apply(Where(), blind, .number(0), bias, as: "finite_bias", of: node)
        let logits = try lowering.apply(Add(), scores, finite, as: "logits", of: node)
        let softmax = try lowering.apply(Softmax(), logits, as: "softmax", of: node)
        return try lowering.apply(Where(), blind, .number(0), softmax, as: "probabilities", of: node)
    }

    /// 1 for each query that sees no key, else 0; nil if it is known that there is none.
    private func blindQueries(
        _ bias: ImportedValue,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue? {
        let largest = try lowering.apply(ReduceMax(axes: [-1]), bias, as: "largest_bias", of: node)
        let question = ElementTest(.isInfinite(positive: false, negative: true))
        let blind = try lowering.apply(question, largest, as: "blind", of: node)
        if case .constant(let tensor) = blind, tensor.elements.allSatisfy({ $0 == 0 }) { return nil }
        return blind
    }
}
