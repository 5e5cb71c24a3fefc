import BulwarkModels
import BulwarkTensors

/// Where an attack that follows gradients along a boundary begins: at a point that reaches the aim.
///
/// Uniform noise over the box is tried first, blended with the sample as far as that works, since it owes
/// nothing to the gradients at the sample. Noise is mostly of one class, so for what it does not reach, and for
/// starts in other classes, there are steps up the margin across the whole box, as long as a fraction of its
/// diagonal.
struct AdversarialStart {
    /// The most draws of noise.
    let draws: Int

    /// The number of equal parts of the line from noise to the sample.
    static let blends = 20
    /// The number of steps up the margin, and the share of the diagonal that each of them is long.
    static let climb = (steps: 40, share: 0.05)

    /// A point that reaches the aim; nil if none turns up.
    func find(_ oracle: some GradientOracle, _ random: inout SeededRandom) async throws -> [Float]? {
        if let point = try await noise(oracle, &random) { return try await blend(point, oracle) }
        return try await climb(oracle, oracle.aim, &random)
    }

    private func noise(_ oracle: some GradientOracle, _ random: inout SeededRandom) async throws -> [Float]? {
        for part in (0..<draws).doublingParts {
            let points = part.map { _ in Self.uniform(oracle.box, &random) }
            if let first = try await oracle.areReached(at: points).firstIndex(of: true) {
                return points[first]
            }
        }
        return nil
    }

    private func blend(_ point: [Float], _ oracle: some GradientOracle) async throws -> [Float] {
        let line = (1..<Self.blends).map { oracle.between($0, of: Self.blends, point) }
        let reached = try await oracle.areReached(at: line)
        return reached.firstIndex(of: true).map { line[$0] } ?? point
    }

    /// A point that reaches the aim on the way up the margin of an aim, which may be at one class of several; nil
    /// if there is none.
    func climb(
        _ oracle: some GradientOracle,
        _ aim: Aim,
        _ random: inout SeededRandom
    ) async throws -> [Float]? {
        let stepLength = Self.climb.share * oracle.box.diagonal
        var point = oracle.input
        for _ in 0..<Self.climb.steps {
            let slope = try await oracle.slope(of: .margin, at: point, aim: aim)
            if oracle.aim.isReached(by: slope.logits.argmax) { return point }
            let gradient = slope.gradient.zeroingNonFinite
            // Where the model is flat, another place may not be.
            guard gradient.length > 0 else {
                point = Self.uniform(oracle.box, &random)
                continue
            }
            point = oracle.box.clamp(point.plus(gradient.scaled(by: stepLength / gradient.length)))
        }
        return try await oracle.isReached(at: point) ? point : nil
    }

    private static func uniform(_ box: Box, _ random: inout SeededRandom) -> [Float] {
        box.clamp(box.lower.indices.map { random.uniform(box.lower[$0], box.upper[$0]) })
    }
}

extension Box {
    /// The Euclidean distance between the corners that are farthest apart.
    var diagonal: Double {
        zip(lower, upper).reduce(0) { $0 + Double($1.1 - $1.0) * Double($1.1 - $1.0) }.squareRoot()
    }

    /// The width of the widest interval.
    var extent: Double { zip(lower, upper).reduce(0) { max($0, Double($1.1) - Double($1.0)) } }
}
