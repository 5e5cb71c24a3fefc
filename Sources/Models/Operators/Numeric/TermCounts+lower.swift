extension TermCounts {
    /// More skips than any text has words.
    private static let maximumSkipCount = 1 << 16

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let pool = try node.ints("pool_int64s"), let starts = try node.ints("ngram_counts"),
            let columns = try node.ints("ngram_indexes")
        else { throw node.error("counts terms that are not integers") }
        guard let shortest = try node.int("min_gram_length"), let longest = try node.int("max_gram_length"),
            let skips = try node.int("max_skip_count"), shortest >= 1, longest >= shortest,
            longest <= starts.count, (0...maximumSkipCount).contains(skips)
        else { throw node.error("its lengths of terms are out of range") }
        let weights = node.floats("weights")
        let mode = try node.string("mode") ?? "TF"
        guard ["TF", "IDF", "TFIDF"].contains(mode) else {
            throw node.error("mode '\(mode.prefix(40))' is not supported")
        }
        guard columns.allSatisfy({ (0..<Constants.maximumElements).contains($0) }),
            Set(columns).count == columns.count, weights == nil || weights?.count == columns.count
        else { throw node.error("its columns or weights do not fit its terms") }
        var terms: [Term] = []
        var number = 0
        for (index, start) in starts.enumerated() {
            let size = index + 1
            let end = index + 1 < starts.count ? starts[index + 1] : pool.count
            guard start >= 0, end >= start, end <= pool.count, (end - start) % size == 0 else {
                throw node.error("its pool does not hold whole terms of \(size) integers")
            }
            for position in stride(from: start, to: end, by: size) {
                guard number < columns.count else {
                    throw node.error("there is not one column for each term")
                }
                let term = Term(
                    sequence: Array(pool[position..<position + size]),
                    column: columns[number],
                    weight: mode == "TF" ? 1 : weights?[number] ?? 1
                )
                terms.append(term)
                number += 1
            }
        }
        guard number == columns.count else { throw node.error("there is not one column for each term") }
        let counts = TermCounts(
            terms: terms,
            lengths: shortest...longest,
            maximumSkips: skips,
            countsOnce: mode == "IDF"
        )
        return [try lowering.emit(counts, node, inputs: [0])]
    }
}
