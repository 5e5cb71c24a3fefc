import BulwarkModels
import BulwarkTensors
import RealModule

/// The Brendel & Bethge attack: starts at a point far away that is adversarial and follows the boundary
/// towards the sample.
///
/// Brendel, Rauber, Kümmerer, Ustyuzhaninov and Bethge, "Accurate, reliable and fast robustness evaluation"
/// (NeurIPS 2019, arXiv 1907.01003). At each point the boundary is taken to be the plane where the margin
/// is zero, by the gradient there, and `TrustRegion` gives the point of that plane, within a trust region and
/// the box, that is nearest to the sample in the norm. Because it never leaves the boundary, the attack meets
/// useful gradients where those at the sample are zero.
///
/// As in the published implementation, and unlike in the paper, the region shrinks by half in regular
/// intervals rather than by success. Unlike there, its radius is a share of the box's diagonal, so that it
/// means the same in any dimension, and for L0 at first at least the width of the box, since an element that
/// cannot go all the way back in one step counts as much as before.
public struct BrendelBethge: GradientSearch {
    /// The name on the command line.
    public var name: String { "brendel-bethge" }
    /// Goal, norm, radius and box; the radius may be infinite.
    public let threat: ThreatModel
    /// The number of steps along the boundary.
    public let steps: Int
    /// The radius of the first trust region as a share of the diagonal of the box.
    public let regionShare: Double
    /// How often the region shrinks by half.
    public let halvings: Int
    /// The share of the earlier normals in the running mean that stands for the boundary's normal.
    public let momentum: Double
    /// How far each step goes from the side that misses the aim: 1 ends on the boundary, more lies beyond.
    public let overshoot: Double
    /// The most draws of noise to find a point to start at.
    public let draws: Int
    /// How often to begin: first at noise, then where the margins of the most likely wrong classes lead, one class
    /// each, and at noise again if there are no more.
    public let restarts: Int
    /// The nearest point.
    public var keeping: Keeping { .nearest }

    /// A walk along the boundary.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm, radius and a finite box.
    ///   - steps: The number of steps along the boundary.
    ///   - regionShare: The radius of the first trust region as a share of the diagonal of the box. The
    ///     published implementation has 1e-3 of the box's width times the number of elements, which is a share
    ///     of 0.028 for 784 elements and of 0.055 for 3072.
    ///   - halvings: How often the region shrinks by half.
    ///   - momentum: The share of the earlier normals in the running mean that stands for the boundary's.
    ///   - overshoot: How far each step goes from the side that misses the aim, between 1 and 2; from the
    ///     other side it stays as much short of the boundary.
    ///   - draws: The most draws of noise to find a point to start at.
    ///   - restarts: How often to begin.
    /// - Throws: `AttackError.unboundedInputs` if the box is not finite.
    public init(
        threat: ThreatModel,
        steps: Int = 1000,
        regionShare: Double = 0.05,
        halvings: Int = 20,
        momentum: Double = 0.8,
        overshoot: Double = 1.1,
        draws: Int = 1000,
        restarts: Int = 1
    ) throws(AttackError) {
        precondition(steps >= 1 && restarts >= 1 && halvings >= 0, "there is at least one step and start")
        precondition(regionShare > 0 && regionShare.isFinite, "a region has a radius")
        precondition(momentum >= 0 && momentum < 1, "a running mean keeps less than all of the past")
        precondition(overshoot >= 1 && overshoot < 2, "overshoot is between 1 and 2")
        precondition(draws >= 0, "the number of draws is not negative")
        guard (threat.bounds.lower + threat.bounds.upper).allSatisfy(\.isFinite) else {
            throw .unboundedInputs(attack: "brendel-bethge")
        }
        self.threat = threat
        self.steps = steps
        self.regionShare = regionShare
        self.halvings = halvings
        self.momentum = momentum
        self.overshoot = overshoot
        self.draws = draws
        self.restarts = restarts
    }

    /// Finds a start and follows the boundary from there; costs a gradient a step, and a query for each point
    /// that is nearer than those before.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        let likely = oracle.aims(mostLikely: threat.goal == .untargeted ? restarts - 1 : 0)
        for restart in 0..<restarts {
            oracle.restart = restart
            var random = oracle.random(restart: restart)
            let finder = AdversarialStart(draws: draws)
            let isNearby = restart > 0 && restart <= likely.count
            let start =
                isNearby
                ? try await finder.climb(oracle, likely[restart - 1], &random)
                : try await finder.find(oracle, &random)
            guard let start else { continue }
            let (box, input, norm) = (oracle.box, oracle.input, threat.norm)
            let crossing = try await oracle.boundary(
                on: { box.clamp(norm.point(at: $0, from: input, to: start)) },
                to: 1,
                tolerance: 0x1p-10
            )
            try await follow(crossing.point, oracle)
        }
        try await oracle.drawNearer()
    }

    private func follow(_ start: [Float], _ oracle: some GradientOracle) async throws {
        var point = start
        var normal: [Double]?
        for step in 0..<steps {
            let slope = try await oracle.slope(of: .margin, at: point)
            let fresh = slope.gradient.map { Double($0) }
            normal = normal.map { zip($0, fresh).map { momentum * $0 + (1 - momentum) * $1 } } ?? fresh
            guard
                let region = TrustRegion(
                    sample: oracle.input,
                    point: point,
                    gradient: normal ?? fresh,
                    change: change(slope, oracle),
                    box: oracle.box,
                    radius: radius(step, oracle.box)
                )
            else { return }
            point = oracle.box.clamp(region.point(after: region.step(threat.norm), from: point, oracle.input))
        }
        _ = try await oracle.label(at: point)
    }

    /// By how much the margin is to change, so that the step ends beyond the boundary by a share of how far the
    /// point is from it on either side, and by as much as rounding can hide.
    ///
    /// Without the latter a walk along a flat boundary comes nearer to it until rounding decides on which side it
    /// is, and may stay on the wrong one for ever.
    private func change(_ slope: Slope, _ oracle: some LabelOracle) -> Double {
        let margin = Double(slope.loss)
        let rounding =
            4 * Double(slope.logits.largestMagnitude.ulp) + slope.gradient.length * oracle.resolution
        return max((overshoot - 1) * abs(margin), rounding) - margin
    }

    private func radius(_ step: Int, _ box: Box) -> Double {
        let first = regionShare * box.diagonal
        let interval = max(steps / max(halvings, 1), 1)
        let scale = Double.pow(0.5, halvings == 0 ? 0 : step / interval)
        return scale * (threat.norm == .l0 ? max(first, box.extent) : first)
    }
}

extension TrustRegion {
    /// The point after a step; an element that goes back to the sample has exactly its value.
    func point(after step: [Double], from point: [Float], _ sample: [Float]) -> [Float] {
        point.indices.map { step[$0] == back[$0] ? sample[$0] : Float(Double(point[$0]) + step[$0]) }
    }
}
