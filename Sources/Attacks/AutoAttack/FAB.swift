import BulwarkModels
import BulwarkTensors
import CKernels
import RealModule

/// The fast adaptive boundary attack: looks for the nearest wrong answer by stepping to where the model,
/// linearised, changes its mind, while being pulled towards the sample.
///
/// Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary attack" (ICML
/// 2020), algorithm 1. In the targeted form each restart looks at the boundary with one other class alone.
/// The final search of the publication is made where the nearest point is kept; where the first one is, as in
/// AutoAttack, it is left out, as in the reference implementation.
public struct FAB: GradientSearch {
    /// The name on the command line: `fab`, or `fab-t` with target classes.
    public var name: String { targetClasses > 0 ? "fab-t" : "fab" }
    /// Goal, norm (Linf, L2 or L1), radius and box.
    public let threat: ThreatModel
    /// The number of steps of one restart.
    public let steps: Int
    /// How often to begin, the first time at the sample, then at random points near it; with target classes,
    /// for each of them.
    public let restarts: Int
    /// For an untargeted goal, how many of the most likely wrong classes are tried one after the other; 0 to
    /// look at the boundaries with all classes in each step.
    public let targetClasses: Int
    /// The largest share of the pull towards the sample, α_max.
    public let largestPull: Float
    /// How far beyond the boundary each step goes, η.
    public let overshoot: Float
    /// How much of the way from the sample is kept after a success, β.
    public let retreat: Float
    /// Whether the attack goes on after a success to find a nearer one.
    public let keeping: Keeping

    /// The attack with every knob.
    ///
    /// - Throws: `AttackError.unsupportedNorm` for L0.
    public init(
        threat: ThreatModel,
        steps: Int = 100,
        restarts: Int = 1,
        targetClasses: Int = 0,
        largestPull: Float = 0.1,
        overshoot: Float = 1.05,
        retreat: Float = 0.9,
        keeping: Keeping = .nearest
    ) throws(AttackError) {
        precondition(steps >= 1 && restarts >= 1 && targetClasses >= 0, "at least one step and start")
        precondition((0...1).contains(largestPull) && (0...1).contains(retreat), "shares lie in 0...1")
        precondition(overshoot >= 1, "a step reaches the boundary")
        guard threat.norm != .l0 else { throw .unsupportedNorm(attack: "fab", norm: threat.norm) }
        self.threat = threat
        self.steps = steps
        self.restarts = restarts
        self.targetClasses = targetClasses
        self.largestPull = largestPull
        self.overshoot = overshoot
        self.retreat = retreat
        self.keeping = keeping
    }

    /// Looks for the nearest point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        let series = boundaries(oracle)
        if restarts == 1 {
            try await oracle.attempts(series.count) { attempt, oracle in
                try await walk(oracle, series[attempt], isFirst: true)
            }
        } else {
            // Where a later restart begins depends on what earlier ones have found.
            for attempt in 0..<series.count * restarts {
                oracle.restart = attempt
                try await walk(oracle, series[attempt / restarts], isFirst: attempt % restarts == 0)
            }
        }
        if keeping == .nearest { try await oracle.drawNearer() }
    }

    /// For each series of restarts the differences of logits whose zeros it looks at.
    private func boundaries(_ oracle: some GradientOracle) -> [[Aim]] {
        switch oracle.aim {
        case .exactly: [[oracle.aim]]
        case .anythingBut:
            targetClasses > 0
                ? oracle.aims(mostLikely: targetClasses).map { [$0] }
                : [oracle.aims(mostLikely: oracle.classCount)]
        }
    }

    private func walk(_ oracle: some GradientOracle, _ boundaries: [Aim], isFirst: Bool) async throws {
        let (sample, box, norm) = (oracle.input, oracle.box, threat.norm)
        var point = isFirst ? sample : start(oracle)
        for _ in 0..<steps {
            let slopes = try await oracle.slopes(
                of: .logitDifference,
                at: Array(repeating: point, count: boundaries.count),
                aims: boundaries
            )
            guard let nearest = Self.nearest(slopes, norm) else { return }
            let plane = Hyperplane(
                weights: nearest.gradient,
                level: nearest.gradient.dot(point) - Double(nearest.loss)
            )
            let (onward, home) = (
                plane.step(from: point, in: box, norm), plane.step(from: sample, in: box, norm)
            )
            let (far, near) = (max(Self.size(onward, norm), 1e-8), max(Self.size(home, norm), 1e-8))
            let pull = min(max(Float(far / (far + near)), 0), largestPull)
            let count = Int64(point.count)
            kernels_mix_steps(&point, onward, sample, home, overshoot, pull, box.lower, box.upper, count)
            guard try await oracle.isReached(at: point) else { continue }
            point = sample.plus(retreat, times: point.minus(sample))
        }
    }

    /// A random point, half as far away as the ball ends or as what was found.
    private func start(_ oracle: some GradientOracle) -> [Float] {
        var random = oracle.random(restart: oracle.restart)
        let sample = oracle.input
        let draw =
            threat.norm == .linf
            ? sample.map { _ in random.uniform(-1, 1) } : [Float].normal(sample.count, &random)
        let size = Self.size(draw, threat.norm)
        let reach = min(
            oracle.nearest.map { threat.norm.distance($0, sample) } ?? .infinity,
            Double(threat.epsilon.isFinite ? threat.epsilon : threat.bounds.extent)
        )
        guard size > 0 else { return sample }
        return oracle.box.clamp(sample.plus(Float(reach / size / 2), times: draw))
    }

    /// The boundary that is nearest to the point by its linearisation.
    private static func nearest(_ slopes: [Slope], _ norm: Norm) -> Slope? {
        func distance(_ slope: Slope) -> Double {
            Double(abs(slope.loss)) / (1e-12 + norm.dualLength(of: slope.gradient))
        }
        return slopes.filter { distance($0).isFinite }.min { distance($0) < distance($1) }
    }

    private static func size(_ step: [Float], _ norm: Norm) -> Double {
        switch norm {
        case .linf: Double(step.largestMagnitude)
        case .l2: step.length
        case .l1, .l0: step.sumOfMagnitudes
        }
    }
}
