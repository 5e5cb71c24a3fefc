import BulwarkModels
import BulwarkTensors

/// The direction that the descent begins with.
extension SignOPT {
    /// A direction, of length 1 in the norm of the threat model, and how far to go to reach the aim.
    struct Ray {
        let direction: [Float]
        let length: Double

        init(direction: [Float], length: Double) { (self.direction, self.length) = (direction, length) }

        /// The direction and the length of a vector.
        init(_ vector: [Float], _ norm: Norm) {
            length = norm.distance(vector, vector.map { _ in 0 })
            direction = vector.times(length > 0 ? Float(1 / length) : 0)
        }

        /// The end, or another point of the ray, moved into the box.
        func point(_ oracle: some LabelOracle, at other: Double? = nil) -> [Float] {
            oracle.box.clamp(oracle.input.plus(Float(other ?? length), times: direction))
        }
    }

    /// The best of the starts of wanted classes, or of normal directions as long as the box is wide; nil if
    /// no such point and no noise reaches the aim.
    func firstRay(_ oracle: some LabelOracle, _ random: inout SeededRandom) async throws -> Ray? {
        let start = StartingPoint(starts: starts)
        let known = start.known(for: oracle).prefix(directions).map { $0.minus(oracle.input) }
        if let ray = try await best(of: known, oracle) { return ray }
        let widths = zip(oracle.box.lower, oracle.box.upper).map { ($1 - $0).isFinite ? $1 - $0 : 1 }
        let drawn = (0..<directions).map { _ in widths.map { $0 * random.normal() } }
        if let ray = try await best(of: drawn, oracle) { return ray }
        guard let found = try await StartingPoint(starts: []).find(oracle, &random) else { return nil }
        return try await best(of: [found.point.minus(oracle.input)], oracle)
    }

    /// The direction with the nearest boundary of those that reach the aim at all.
    ///
    /// One after the other is bisected, and after each the others are asked about at the distance found, all
    /// together.
    private func best(of vectors: [[Float]], _ oracle: some LabelOracle) async throws -> Ray? {
        var open = vectors.map { Ray($0, threat.norm) }
        var best: Ray?
        while !open.isEmpty {
            let points = open.map { $0.point(oracle, at: best?.length) }
            let reached = try await oracle.areReached(at: points)
            open = open.indices.filter { reached[$0] }.map { open[$0] }
            guard let ray = open.first else { break }
            open.removeFirst()
            let high = best?.length ?? ray.length
            let length = try await oracle.boundary(
                on: { ray.point(oracle, at: $0) },
                to: high,
                tolerance: 1e-3 * high
            ).position
            best = Ray(direction: ray.direction, length: length)
        }
        return best
    }
}
