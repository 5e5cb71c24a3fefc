import BulwarkModels
import BulwarkTensors
import RealModule

/// GeoDA: takes the boundary for flat, estimates its normal from labels, and goes from the sample straight to
/// it, again and again with better estimates.
///
/// Rahmati, Moosavi-Dezfooli, Frossard and Dai, "GeoDA: a geometric framework for black-box adversarial
/// attacks" (CVPR 2020), algorithm 1. Around a point of the boundary normal noise is drawn; the mean of its
/// directions, each with the sign of whether it reaches the aim, is the normal. From the sample the way leads
/// along it for L2, along its signs for Linf; for L1 the elements in which it is largest move to the ends of
/// their intervals one after the other, which is the shortest way to a plane in a box. There the points that
/// estimates are made at are those of L2, as in the publication; but where the way crosses the boundary is
/// bisected, not computed from the estimate and an overshoot. Of all queries the t-th estimate gets a share
/// that grows as μ^(−2t/3).
///
/// Estimates are not thrown away, as in the authors' code, which adds up their means; here every point has
/// the same weight, so that the later, larger estimates count for more.
public struct GeoDA: StartedSearch {
    /// The name on the command line.
    public var name: String { "geoda" }
    /// Goal, norm (L2, Linf or L1), radius and box.
    public let threat: ThreatModel
    /// The queries for one sample, its own label included, which are shared out between the estimates.
    public let queries: Int
    /// The share of the frequencies of each axis of an image that noise is made of, the lowest ones; nil for
    /// noise of each element by itself.
    public let frequencies: Double?
    /// The growth of the estimates: each has μ^(−2/3) times as many points as the one before it.
    public let growth: Double
    /// Whether the attack goes on after a success in the ball to find a nearer one.
    public let keeping: Keeping
    /// Points with their classes to begin from, tried before anything is drawn.
    public var starts: [(point: [Float], label: Int)]

    /// The most queries for one sample, its own label included.
    public var queryBudget: Int? { queries }

    /// What is set aside for finding the boundary on one way.
    private static let queriesPerCrossing = 25
    /// The most points of the first estimate.
    private static let maximumFirst = 80.0
    /// The tolerance of the bisection as a share of the distance or of the width of the box, whichever is
    /// less; the noise has twice that as its standard deviation.
    private static let tolerance = 1e-4

    /// The attack with every knob; the defaults are those of the authors' code, but for the frequencies.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm (not L0), radius and box.
    ///   - queries: The queries for one sample.
    ///   - frequencies: The share of the frequencies of each axis; 75/224 in the authors' code.
    ///   - growth: μ, between 0 and 1; the nearer to 0 the larger later estimates are.
    ///   - keeping: Whether to go on after a success in the ball.
    ///   - starts: Points with their classes to begin from, for instance clean samples.
    /// - Throws: `AttackError.unsupportedNorm` for L0.
    public init(
        threat: ThreatModel,
        queries: Int = 4000,
        frequencies: Double? = nil,
        growth: Double = 0.6,
        keeping: Keeping = .nearest,
        starts: [(point: [Float], label: Int)] = []
    ) throws(AttackError) {
        precondition(queries >= 1, "the sample itself takes a query")
        precondition(frequencies.map { $0 > 0 && $0 <= 1 } ?? true, "frequencies are a share of all")
        precondition(growth > 0 && growth < 1, "later estimates are larger")
        guard threat.norm != .l0 else { throw .unsupportedNorm(attack: "geoda", norm: .l0) }
        self.threat = threat
        self.queries = queries
        self.frequencies = frequencies
        self.growth = growth
        self.keeping = keeping
        self.starts = starts
    }

    /// Looks for the nearest point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some LabelOracle) async throws {
        var random = oracle.random(restart: 0)
        guard let start = try await StartingPoint(starts: starts).find(oracle, &random) else { return }
        let perStep = Self.queriesPerCrossing * (threat.norm == .l1 ? 2 : 1)
        let left = queries - 1 - start.queries - Self.queriesPerCrossing
        let subspace = frequencies.map { LowFrequencies(oracle.shape, share: $0) }
        let distance = Norm.l2.distance(start.point, oracle.input)
        var boundary = try await oracle.boundary(
            on: { oracle.between($0, start.point) },
            to: 1,
            tolerance: scale(start.point, oracle) * Self.tolerance / distance
        ).point
        var normal = BoundaryNormal(size: boundary.count)
        for count in Self.plan(left, perStep: perStep, growth: growth) {
            let deviation = Float(2 * Self.tolerance * scale(boundary, oracle))
            try await oracle.probe(into: &normal, count, &random) { random in
                let noise = subspace?.noise(&random) ?? [Float].normal(boundary.count, &random)
                let point = oracle.box.clamp(boundary.plus(deviation, times: noise))
                return Probe(point: point, direction: point.minus(boundary).times(1 / deviation))
            }
            let way = Way(along: normal.mean, from: oracle.input, in: oracle.box)
            if threat.norm == .l1 { _ = try await crossing(way, .l1, near: boundary, oracle) }
            let norm = threat.norm == .linf ? Norm.linf : .l2
            boundary = try await crossing(way, norm, near: boundary, oracle) ?? boundary
        }
    }

    /// Shares queries out between estimates, as few as there can be with at most 80 points in the first.
    ///
    /// - Parameters:
    ///   - queries: The queries left.
    ///   - perStep: What finding the boundary after an estimate takes.
    ///   - growth: μ.
    /// - Returns: The number of points of each estimate.
    package static func plan(_ queries: Int, perStep: Int, growth: Double) -> [Int] {
        let factor = Double.pow(growth, -2.0 / 3)
        var sizes: [Double] = []
        var sum = 0.0
        while queries > (sizes.count + 1) * perStep {
            sizes.append(Double.pow(factor, Double(sizes.count)))
            sum += sizes[sizes.count - 1]
            if Double(queries - sizes.count * perStep) / sum <= maximumFirst { break }
        }
        let share = Double(queries - sizes.count * perStep) / max(sum, 1)
        return sizes.map { Int($0 * share) }.filter { $0 > 0 }
    }

    /// What small distances are measured by.
    private func scale(_ boundary: [Float], _ oracle: some LabelOracle) -> Double {
        min(Norm.l2.distance(boundary, oracle.input), Double(threat.bounds.extent))
    }

    /// Where a way from the sample first meets the boundary, looked for from the distance of the last point
    /// on; nil if it meets none within 128 times that.
    private func crossing(
        _ way: Way,
        _ norm: Norm,
        near boundary: [Float],
        _ oracle: some LabelOracle
    ) async throws -> [Float]? {
        var (low, high) = (0.0, norm.distance(boundary, oracle.input))
        var tolerance = Self.tolerance * scale(boundary, oracle)
        if norm == .linf { tolerance /= Double(boundary.count).squareRoot() }
        for _ in 0..<8 {
            let point = way.point(at: high, norm)
            if try await oracle.isReached(at: point) {
                return try await oracle.boundary(
                    on: { way.point(at: $0, norm) },
                    from: low,
                    to: high,
                    tolerance: tolerance
                ).point
            }
            (low, high) = (high, 2 * high)
            if way.point(at: high, norm) == point { break }
        }
        return nil
    }

    /// The straight way to a plane with a given normal.
    private struct Way {
        let source: [Float]
        let box: Box
        /// Of Euclidean length 1.
        let normal: [Float]
        /// The elements by the size of the normal, the largest first.
        let order: [Int]

        init(along normal: [Float], from source: [Float], in box: Box) {
            let length = normal.length
            self.normal = normal.times(length > 0 ? Float(1 / length) : 0)
            (self.source, self.box) = (source, box)
            order = normal.indices.sorted { (-abs(normal[$0]), $0) < (-abs(normal[$1]), $1) }
        }

        /// The point at some distance by a norm, as far as the box goes.
        func point(at distance: Double, _ norm: Norm) -> [Float] {
            switch norm {
            case .linf: return box.clamp(source.plus(Float(distance), times: normal.signs))
            case .l2: return box.clamp(source.plus(Float(distance), times: normal))
            case .l1, .l0:
                var (result, left) = (source, distance)
                for index in order where left > 0 && normal[index] != 0 {
                    let end = normal[index] > 0 ? box.upper[index] : box.lower[index]
                    let room = abs(Double(end) - Double(source[index]))
                    let step = normal[index] > 0 ? min(left, room) : -min(left, room)
                    result[index] = Float(Double(source[index]) + step)
                    left -= room
                }
                return box.clamp(result)
            }
        }
    }
}
