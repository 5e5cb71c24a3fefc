import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// How the margin behaves where attacks look: along a plain ascent, and under small random changes.
///
/// Pintor et al., "Indicators of attack failure" (NeurIPS 2022), section 3: an optimisation that has not
/// ended, one that does not ascend, and predictions that change from point to point.
package struct LossTerrain: Sendable {
    /// For each probed sample the margin at the sample and after each step of the ascent.
    package let paths: [[Float]]
    /// For each probed sample how much the margin changes on average under random changes, relative to
    /// itself, at most 1.
    package let roughness: [Double]

    /// The steps of the ascent.
    package static let steps = 50
    /// The random changes of each sample.
    package static let draws = 100
    /// The most samples that are looked at.
    package static let maximumSamples = 32
    /// The largest random change of an element, in units of the box: 8/255, or the threat's radius for Linf
    /// if that is less.
    package static let radius: Float = 8 / 255

    package init(paths: [[Float]], roughness: [Double]) {
        self.paths = paths
        self.roughness = roughness
    }

    /// Looks at the first samples of a batch.
    ///
    /// - Throws: What the model throws.
    package init(_ model: some GradientAccess, _ batch: Batch, _ threat: ThreatModel, seed: UInt64) throws {
        let part = batch.gathering(Array(0..<min(batch.count, Self.maximumSamples)))
        paths = try Self.ascend(model, part, threat)
        roughness = try Self.shake(model, part, threat, seed)
    }

    /// How far each path fell from its highest point to its end, as a share of its range.
    package var falls: [Double] {
        paths.compactMap { path in
            guard let highest = path.max(), let lowest = path.min(), let last = path.last, highest > lowest
            else { return nil }
            return Double(highest - last) / Double(highest - lowest)
        }
    }

    /// How much of each path's range its last ten steps still cover, beyond what goes up and down: the rise of
    /// the mean of the last five points over that of the five before.
    package var lateRises: [Double] {
        paths.compactMap { path in
            guard path.count >= 10, let highest = path.max(), let lowest = path.min(), highest > lowest else {
                return nil
            }
            func mean(_ part: ArraySlice<Float>) -> Double {
                part.reduce(0) { $0 + Double($1) } / Double(part.count)
            }
            return (mean(path.suffix(5)) - mean(path.suffix(10).prefix(5))) / Double(highest - lowest)
        }
    }

    private static func ascend(
        _ model: some GradientAccess,
        _ batch: Batch,
        _ threat: ThreatModel
    ) throws -> [[Float]] {
        guard threat.epsilon > 0, threat.epsilon.isFinite, threat.norm == .linf || threat.norm == .l2 else {
            return []
        }
        var points = batch.inputs
        var paths = [[Float]](repeating: [], count: batch.count)
        let stepSize = AttackTable.stepSize(epsilon: threat.epsilon, steps: steps)
        for _ in 0...steps {
            let slope = try model.inputGradient(of: .margin, at: points, aims: batch.aims)
            for (row, loss) in slope.losses.enumerated() { paths[row].append(loss) }
            let direction = threat.norm.steepestDirection(of: slope.gradient)
            points = threat.project(points + stepSize * direction, around: batch.inputs)
        }
        return paths
    }

    private static func shake(
        _ model: some ScoreAccess,
        _ batch: Batch,
        _ threat: ThreatModel,
        _ seed: UInt64
    ) throws -> [Double] {
        let before = Loss.margin.gradient(ofLogits: try model.logits(for: batch.inputs), aims: batch.aims)
            .losses
        let extent = threat.bounds.extent.isFinite ? threat.bounds.extent : 1
        let limit = threat.norm == .linf ? min(radius * extent, threat.epsilon) : radius * extent
        let cube = ThreatModel(norm: .linf, epsilon: limit, bounds: threat.bounds)
        var sums = [Double](repeating: 0, count: batch.count)
        for draw in 0..<draws {
            let moved = cube.uniformPoints(around: batch.inputs) { row in
                SeededRandom(seed: seed, stream: "terrain", sample: batch.samples[row], restart: draw)
            }
            let after = Loss.margin.gradient(ofLogits: try model.logits(for: moved), aims: batch.aims).losses
            for row in sums.indices {
                let change = Double(abs(after[row] - before[row])) / max(Double(abs(before[row])), 1e-12)
                sums[row] += change.isNaN ? 1 : min(change, 1)
            }
        }
        return sums.map { $0 / Double(draws) }
    }
}
