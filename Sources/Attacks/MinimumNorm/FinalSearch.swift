import BulwarkModels
import BulwarkTensors

extension LabelOracle {
    /// Draws the nearest point that was found towards the sample for as long as it reaches the aim, at the price
    /// of at most 14 queries.
    ///
    /// Whatever steps over boundaries ends a little beyond one, and what it found says better where to go than how
    /// far. Croce and Hein (ICML 2020) end their attack with a search like this one, which bisects the way of
    /// `Norm.point(at:from:to:)`; most other publications have none.
    ///
    /// - Throws: As `labels(at:)`.
    func drawNearer() async throws {
        guard let found = nearest else { return }
        _ = try await boundary(
            on: { box.clamp(threat.norm.point(at: $0, from: input, to: found)) },
            to: 1,
            tolerance: 0x1p-14
        )
    }
}

extension Norm {
    /// A point of the way from a sample to another point along which the distance grows steadily, in a norm.
    ///
    /// Linf cuts the difference off at a share of its largest element, L2 scales it, L1 shrinks every element by
    /// the same amount, and L0 keeps the elements above it.
    ///
    /// - Parameters:
    ///   - share: Where on the way, from 0 at the sample to 1 at its end.
    ///   - sample: Where the way begins.
    ///   - end: Where it leads.
    /// - Returns: That point.
    package func point(at share: Double, from sample: [Float], to end: [Float]) -> [Float] {
        if share >= 1 { return end }
        let differences = zip(sample, end).map { Double($1) - Double($0) }
        let largest = differences.reduce(0) { max($0, abs($1)) }
        let threshold = (1 - share) * largest
        return sample.indices.map { index in
            let difference = differences[index]
            switch self {
            case .linf:
                let limit = share * largest
                return Float(Double(sample[index]) + min(max(difference, -limit), limit))
            case .l2: return Float(Double(sample[index]) + share * difference)
            case .l1:
                let rest = max(abs(difference) - threshold, 0)
                return Float(Double(sample[index]) + (difference < 0 ? -rest : rest))
            case .l0: return abs(difference) > threshold ? end[index] : sample[index]
            }
        }
    }
}
