import BulwarkModels
import BulwarkTensors

/// Walks to the nearest boundary as if the model were affine, again and again until it is crossed.
///
/// Moosavi-Dezfooli, Fawzi and Frossard, "DeepFool: a simple and accurate method to fool deep neural
/// networks" (CVPR 2016), algorithm 2 for L2 and section 3.3 for Linf. As in the authors' code gradients are
/// taken where the overshoot ends. For a target the boundary is the one with whichever other class is in
/// front.
///
/// Three things are as strong as the paper or stronger. Which boundary is the nearest is decided without the
/// elements that the box holds back, where plain distances would choose the wrong one. For half of the steps
/// a step is nevertheless as long as it had to be without the box: what the box takes away from it is made up
/// for by the next ones, which see the model anew and go the better way. From then on steps are as long as
/// they have to be inside the box, so that the attack does not stop short of a boundary. And a step is never
/// shorter than the rounding of the elements, so that a sample exactly on a boundary leaves it.
public struct DeepFool: GradientSearch {
    /// The name on the command line.
    public var name: String { "deepfool" }
    /// Goal, norm (Linf or L2), radius and box.
    public let threat: ThreatModel
    /// The largest number of steps.
    public let steps: Int
    /// How many of the sample's most likely classes are looked at, its own included; nil for all of them.
    public let candidates: Int?
    /// How much longer than needed the whole way is, as a share.
    public let overshoot: Float
    /// The nearest point is kept; the first one found ends the attack.
    public var keeping: Keeping { .nearest }

    /// The attack with every knob.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is Linf or L2.
    public init(
        threat: ThreatModel,
        steps: Int = 50,
        candidates: Int? = 10,
        overshoot: Float = 0.02
    ) throws(AttackError) {
        precondition(steps >= 1, "there is at least one step")
        precondition(candidates.map { $0 >= 2 } ?? true, "there is another class beside the sample's own")
        precondition(overshoot >= 0 && overshoot.isFinite, "an overshoot is a finite share")
        guard threat.norm == .linf || threat.norm == .l2 else {
            throw .unsupportedNorm(attack: "deepfool", norm: threat.norm)
        }
        self.threat = threat
        self.steps = steps
        self.candidates = candidates
        self.overshoot = overshoot
    }

    /// Looks for the nearest point that reaches the aim.
    ///
    /// A step costs one gradient for each class looked at beside the sample's own, or a single one with a
    /// target, and one query.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        let (loss, aims) = boundaries(oracle)
        var way = [Float](repeating: 0, count: oracle.input.count)
        var point = oracle.input
        for number in 0..<steps {
            let slopes = try await oracle.slopes(
                of: loss,
                at: Array(repeating: point, count: aims.count),
                aims: aims
            )
            let isPatient = number < steps / 2
            guard let step = shortestStep(slopes, from: point, isPatient, oracle) else { break }
            way = extended(way, by: step, oracle)
            point = oracle.box.clamp(oracle.input.plus(1 + overshoot, times: way))
            if try await oracle.isReached(at: point) { break }
        }
        try await oracle.drawNearer()
    }

    /// The differences of logits whose zeros are the boundaries.
    private func boundaries(_ oracle: some GradientOracle) -> (loss: Loss, aims: [Aim]) {
        switch oracle.aim {
        case .exactly: return (.margin, [oracle.aim])
        case .anythingBut:
            return (.logitDifference, oracle.aims(mostLikely: candidates.map { $0 - 1 } ?? oracle.classCount))
        }
    }

    /// The step to the nearest of the boundaries, each taken as flat; nil if none can be come nearer to.
    private func shortestStep(
        _ slopes: [Slope],
        from point: [Float],
        _ isPatient: Bool,
        _ oracle: some GradientOracle
    ) -> [Float]? {
        var nearest: (distance: Double, slope: Slope, free: [Float])?
        for slope in slopes {
            let free = free(slope.gradient, at: point, oracle.box)
            let length = threat.norm.dualLength(of: free)
            let distance = Double(abs(slope.loss)) / length
            guard length > 0, distance < nearest?.distance ?? .infinity else { continue }
            nearest = (distance, slope, free)
        }
        guard let (_, slope, free) = nearest else { return nil }
        let gradient = isPatient ? slope.gradient.zeroingNonFinite : free
        let length = threat.norm.dualLength(of: gradient)
        let size = max(Double(abs(slope.loss)) / length, rounding(oracle))
        return threat.norm == .linf
            ? gradient.signs.scaled(by: size) : gradient.scaled(by: 1 / length).scaled(by: size)
    }

    /// The gradient without the elements that could only follow it out of the box.
    private func free(_ gradient: [Float], at point: [Float], _ box: Box) -> [Float] {
        var result = gradient.zeroingNonFinite
        for index in result.indices {
            let end = result[index] > 0 ? box.upper[index] : box.lower[index]
            if point[index] == end { result[index] = 0 }
        }
        return result
    }

    /// The whole way after another step, no longer than there is room in the box.
    private func extended(_ way: [Float], by step: [Float], _ oracle: some GradientOracle) -> [Float] {
        let (sample, box) = (oracle.input, oracle.box)
        return way.indices.map { index in
            let (low, high) = (box.lower[index] - sample[index], box.upper[index] - sample[index])
            return min(max(low, way[index] + step[index]), high)
        }
    }

    /// How long a step has to be to show in the elements of the sample.
    private func rounding(_ oracle: some GradientOracle) -> Double {
        let extent = threat.bounds.extent.isFinite ? threat.bounds.extent : 1
        let unit = Double(max(oracle.input.largestMagnitude, extent).ulp)
        return threat.norm == .linf ? unit : unit * Double(oracle.input.count).squareRoot()
    }
}
