import BulwarkTensors

/// Labelled samples that an assessment does not look at: all that a surrogate may learn from.
///
/// A value of this type holds no sample that is attacked later, because it cannot be made with one.
public struct SpareSamples: Sendable {
    /// The fewest samples that are worth a surrogate.
    public static let minimumCount = 50

    /// The samples, `[N, …]`.
    public let inputs: Tensor
    /// The class of each.
    public let labels: [Int]
    /// How many samples were left out because the assessment looks at the same.
    public let duplicates: Int

    /// Those of some samples that are not among the assessed ones, told by their elements.
    ///
    /// - Parameters:
    ///   - inputs: Samples `[N, …]`.
    ///   - labels: The class of each.
    ///   - assessed: What the assessment looks at, of the same shape but for the number of samples.
    public init(_ inputs: Tensor, labels: [Int], apartFrom assessed: Tensor) {
        precondition(inputs.rowCount == labels.count, "one label a sample")
        precondition(inputs.shape.dropFirst == assessed.shape.dropFirst, "samples of one shape")
        let taken = Dictionary(grouping: 0..<assessed.rowCount) { Self.hash(of: $0, in: assessed) }
        let kept = labels.indices.filter { row in
            let candidates = taken[Self.hash(of: row, in: inputs)] ?? []
            return !candidates.contains { assessed.row($0) == inputs.row(row) }
        }
        self.init(inputs.gatheringRows(kept), kept.map { labels[$0] }, duplicates: labels.count - kept.count)
    }

    private init(_ inputs: Tensor, _ labels: [Int], duplicates: Int) {
        (self.inputs, self.labels, self.duplicates) = (inputs, labels, duplicates)
    }

    /// FNV-1a with 64 bits over the elements; zeros of both signs are equal.
    private static func hash(of row: Int, in samples: Tensor) -> UInt64 {
        let (size, elements) = (samples.rowSize, samples.elements)
        return (row * size..<(row + 1) * size).reduce(0xcbf2_9ce4_8422_2325) { hash, position in
            let element = elements[position]
            return (hash ^ UInt64(element == 0 ? 0 : element.bitPattern)) &* 0x100_0000_01b3
        }
    }

    /// The number of samples.
    public var count: Int { labels.count }

    /// At most so many of the samples, drawn by seed, in their own order.
    public func drawing(_ maximumCount: Int, seed: UInt64) -> SpareSamples {
        guard count > maximumCount else { return self }
        var random = SeededRandom(seed: seed, stream: "surrogate samples")
        let rows = random.permutation(of: count).prefix(maximumCount).sorted()
        return SpareSamples(inputs.gatheringRows(rows), rows.map { labels[$0] }, duplicates: duplicates)
    }
}
