/// How many samples to hand to an attack at once.
///
/// A chunk is what a run loses if its process is killed, so it should take seconds; but threads stand idle
/// towards its end, so it should not be smaller than what keeps them busy. Results do not depend on it.
package struct ChunkSize {
    /// The samples of a chunk of an attack whose samples need company: always the same.
    package static let fixed = 256
    /// How many samples count as computed together by a model that shows labels only.
    package static let lanesOfLabels = 64
    /// How long a chunk should take, in seconds.
    private static let wanted = 5.0
    /// The most elements of all samples of a chunk: 64 MiB of candidates.
    private static let maximumElements = 16 << 20

    /// The size of the next chunk.
    package private(set) var next: Int
    private let largest: Int

    /// - Parameters:
    ///   - workers: How many threads the model has.
    ///   - lanes: How many samples each of them computes together.
    ///   - sampleSize: The elements of a sample.
    ///   - isFixed: Whether chunks are always of `fixed` samples.
    package init(workers: Int, lanes: Int, sampleSize: Int, isFixed: Bool) {
        let busy = workers * lanes
        next = isFixed ? Self.fixed : max(1, min(max(Self.fixed, busy), 4 * busy))
        largest = isFixed ? next : max(next, Self.maximumElements / max(sampleSize, 1))
    }

    /// Takes note of how long a chunk took; chunks grow while they are quick.
    package mutating func took(_ seconds: Double) {
        if seconds < Self.wanted / 2 { next = min(2 * next, largest) }
    }
}
