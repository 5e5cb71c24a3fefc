import BulwarkModels
import BulwarkTensors

/// The short way over the boundary from one point, by steps to the nearest of the planes that the classes'
/// gradients suggest.
///
/// DeepFool: Moosavi-Dezfooli, Fawzi and Frossard (CVPR 2016), algorithm 2, in the Euclidean norm, as the
/// universal perturbation needs it: what comes back is the way and not the point. Towards a target it walks up
/// the margin.
public struct BoundaryWalk: Sendable, Equatable {
    /// The most steps.
    public let maximumSteps: Int
    /// The most classes to look at, the likeliest first.
    public let classes: Int
    /// By how much the way is lengthened to end beyond the boundary and not on it.
    public let overshoot: Double

    /// A walk with the knobs of the publication.
    ///
    /// - Parameters:
    ///   - maximumSteps: The most steps.
    ///   - classes: The most classes to look at, the likeliest first.
    ///   - overshoot: By how much the way is lengthened, as a share.
    public init(maximumSteps: Int = 10, classes: Int = 10, overshoot: Double = 0.02) {
        precondition(maximumSteps >= 1 && classes >= 1 && overshoot >= 0, "a walk has steps and goals")
        self.maximumSteps = maximumSteps
        self.classes = classes
        self.overshoot = overshoot
    }

    /// The step from a point, and what finding it cost.
    struct Found {
        var step: [Float]
        var queries = 0
        var gradients = 0
    }

    /// The step over the boundary; zero if the point is beyond it already.
    ///
    /// - Throws: What the model throws.
    func step(
        from point: [Float],
        _ aim: Aim,
        _ bounds: Bounds,
        _ model: some GradientAccess
    ) throws -> Found {
        let shape = model.inputShape.batched(1)
        var found = Found(step: Array(repeating: 0, count: point.count))
        var way = found.step
        for _ in 0..<maximumSteps {
            let place = bounds.clamp(Tensor(shape, point.plus(found.step)))
            let logits = try model.logits(for: place).array(ofRow: 0)
            found.queries += 1
            if aim.isReached(by: logits.argmax) { break }
            guard let next = try nearest(place, logits, aim, model, &found.gradients) else { break }
            way = way.plus(next)
            found.step = way.times(Float(1 + overshoot))
        }
        return found
    }

    /// The shortest step to the plane of any class; nil if no gradient leads anywhere.
    private func nearest(
        _ place: Tensor,
        _ logits: [Float],
        _ aim: Aim,
        _ model: some GradientAccess,
        _ gradients: inout Int
    ) throws -> [Float]? {
        let (loss, aims) = goals(logits, aim)
        let places = place.gatheringRows(Array(repeating: 0, count: aims.count))
        let slope = try model.inputGradient(of: loss, at: places, aims: aims)
        gradients += aims.count
        var best: (step: [Float], length: Double)?
        for row in aims.indices {
            let gradient = slope.gradient.array(ofRow: row).zeroingNonFinite
            let (gap, steepness) = (abs(Double(slope.losses[row])) + 1e-4, gradient.length)
            guard steepness > 0, gap / steepness < best?.length ?? .infinity else { continue }
            best = (gradient.scaled(by: gap / (steepness * steepness)), gap / steepness)
        }
        return best?.step
    }

    private func goals(_ logits: [Float], _ aim: Aim) -> (Loss, [Aim]) {
        guard case .anythingBut(let truth) = aim else { return (.margin, [aim]) }
        // Ties go to the lower class, so that the order does not depend on the sort.
        let wrong = logits.indices.filter { $0 != truth }.sorted {
            logits[$0] == logits[$1] ? $0 < $1 : logits[$0] > logits[$1]
        }
        return (.logitDifference, wrong.prefix(classes).map { .exactly($0, not: truth) })
    }
}
