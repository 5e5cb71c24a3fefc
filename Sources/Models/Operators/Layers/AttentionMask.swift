import BulwarkTensors

/// Which keys each query of `Attention` sees, and what is added to its scores.
struct AttentionMask {
    private let node: ONNXNode
    private let queries: Int
    private let keys: Int
    /// How many keys come before the first query.
    private let past: Int
    private let isCausal: Bool
    /// How far back and ahead a query sees; nil without a limit.
    private let window: (left: Int?, right: Int?)

    /// Reads the attributes of a node.
    init(_ node: ONNXNode, _ product: AttentionProduct, past: Int) throws(ONNXError) {
        self.node = node
        queries = product.queries
        keys = product.keys
        self.past = past
        isCausal = try node.int("is_causal") ?? 0 != 0
        let (left, right) = (try node.int("left_window_size") ?? -1, try node.int("right_window_size") ?? -1)
        guard (-1...SlidingWindow.maximumAttribute).contains(left),
            (-1...SlidingWindow.maximumAttribute).contains(right)
        else { throw node.error("the size of its window is out of range") }
        window = (left < 0 ? nil : left, right < 0 ? nil : right)
    }

    /// What is added to the scores, -∞ where a query does not see a key; nil for nothing.
    func bias(into lowering: inout ONNXLowering) throws -> ImportedValue? {
        let own = try written(into: &lowering)
        let structural = try structural(into: &lowering)
        guard let own, let structural else { return own ?? structural }
        return try lowering.apply(Add(), own, structural, as: "bias", of: node)
    }

    /// The mask that is an input; keys that it does not reach are not seen.
    private func written(into lowering: inout ONNXLowering) throws -> ImportedValue? {
        guard var mask = node.optionalInput(3) else { return nil }
        let shape = lowering.shape(of: mask)
        guard (1...4).contains(shape.rank), let length = shape[shape.rank - 1].fixed else {
            throw node.error("its mask has the shape \(shape)")
        }
        let isChoice = node.inputType(3) == .bool
        if length < keys {
            let begin = [Int](repeating: 0, count: shape.rank)
            let end = begin.dropLast() + [keys - length]
            let pad = Pad(begin: begin, end: Array(end), mode: .constant(isChoice ? 0 : -.infinity))
            mask = try lowering.apply(pad, mask, as: "mask_padded", of: node)
        }
        guard isChoice else { return mask }
        return try lowering.apply(Where(), mask, .number(0), .number(-.infinity), as: "mask_bias", of: node)
    }

    /// What follows from the positions of queries and keys, and from how many keys each sample has.
    private func structural(into lowering: inout ONNXLowering) throws -> ImportedValue? {
        guard let counts = node.optionalInput(6) else {
            guard isCausal || window.left != nil || window.right != nil else { return nil }
            return try lowering.constant([queries, keys], of: node) { position in
                let (query, key) = (position / keys + past, position % keys)
                let isAhead = isCausal && key > query
                let isFar = key < query - (window.left ?? query) || key > query + (window.right ?? keys)
                return isAhead || isFar ? -.infinity : 0
            }
        }
        // With as many keys the last query stands at the last of them, so key j is seen by query i if the
        // number of keys lies between two bounds that only i and j decide.
        let least = try lowering.constant([queries, keys], of: node) { position in
            let (query, key) = (position / keys, position % keys)
            let aligned = key - query + queries
            return Float(max(key + 1, isCausal ? aligned : 0, window.right.map { aligned - $0 } ?? 0))
        }
        let column = Array(repeating: Dimension(constant: 1), count: 3)
        let shape = lowering.shape(of: counts)
        guard shape.rank == 1 else { throw node.error("input 6 is not a number of keys for each sample") }
        let numbers = try lowering.reshape(counts, to: [shape[0]] + column, as: "key_counts", of: node)
        let reached = try lowering.apply(
            Comparison(.lessOrEqual),
            least,
            numbers,
            as: "reached",
            of: node
        )
        let bias = try lowering.apply(
            Where(),
            reached,
            .number(0),
            .number(-.infinity),
            as: "reached_bias",
            of: node
        )
        guard let left = window.left else { return bias }
        let most = try lowering.constant([queries, keys], of: node) { position in
            Float(left + queries + position % keys - position / keys)
        }
        let near = try lowering.apply(Comparison(.lessOrEqual), numbers, most, as: "near", of: node)
        let farBias = try lowering.apply(
            Where(),
            near,
            .number(0),
            .number(-.infinity),
            as: "near_bias",
            of: node
        )
        return try lowering.apply(Add(), bias, farBias, as: "structural_bias", of: node)
    }
}
