/// All combinations of levels of the quasi-identifiers (Samarati, IEEE TKDE 13(6), 2001, section 3).
struct Lattice: Sendable {
    /// The levels that each column may have.
    let ranges: [ClosedRange<Int>]
    /// How many combinations there are.
    let count: Int
    private let strides: [Int]

    /// - Throws: `AnonymityError.tooManyNodes`.
    init(_ ranges: [ClosedRange<Int>], maximumNodes: Int) throws(AnonymityError) {
        var strides: [Int] = []
        var count = 1
        for range in ranges {
            strides.append(count)
            let (product, overflow) = count.multipliedReportingOverflow(by: range.count)
            guard !overflow, product <= maximumNodes else {
                throw .tooManyNodes(count: overflow ? .max : product, maximum: maximumNodes)
            }
            count = product
        }
        (self.ranges, self.strides, self.count) = (ranges, strides, count)
    }

    /// The levels of a node.
    func levels(_ node: Int) -> [Int] {
        ranges.indices.map { ranges[$0].lowerBound + node / strides[$0] % ranges[$0].count }
    }

    /// The nodes that are one level more general in one column.
    func successors(_ node: Int) -> [Int] {
        ranges.indices.compactMap { column in
            node / strides[column] % ranges[column].count < ranges[column].count - 1
                ? node + strides[column] : nil
        }
    }

    /// The nodes that are one level more precise in one column.
    func predecessors(_ node: Int) -> [Int] {
        ranges.indices.compactMap { column in
            node / strides[column] % ranges[column].count > 0 ? node - strides[column] : nil
        }
    }

    /// All nodes, those with the smaller sum of levels first.
    var byHeight: [Int] {
        let heights = (0..<count).map { node in levels(node).reduce(0, +) }
        var buckets: [[Int]] = Array(repeating: [], count: (heights.max() ?? 0) + 1)
        for (node, height) in heights.enumerated() { buckets[height].append(node) }
        return buckets.flatMap(\.self)
    }
}
