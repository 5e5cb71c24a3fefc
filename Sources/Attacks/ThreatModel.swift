import BulwarkModels
import BulwarkTensors

/// What an adversary wants, knows and may change, as a value that the judge asserts on every output.
public struct ThreatModel: Sendable, Equatable {
    /// What the adversary wants of each sample.
    public let goal: Goal
    /// How the size of a change is measured.
    public let norm: Norm
    /// The largest allowed change in the model's own input units; for L0 a number of elements.
    public let epsilon: Float
    /// The values an input may have.
    public let bounds: Bounds
    /// What the adversary can ask the model.
    public let knowledge: Knowledge

    /// What the adversary wants.
    public enum Goal: String, Sendable, Codable {
        /// Any wrong label.
        case untargeted
        /// One chosen wrong label.
        case targeted
    }

    /// What the adversary can ask the model (Tallam, arXiv 2504.16110, section 2.1).
    public enum Knowledge: String, Sendable, Codable, CaseIterable {
        /// Weights and gradients.
        case whiteBox = "white-box"
        /// A surrogate of its own beside the target's answers.
        case grayBox = "gray-box"
        /// Answers only.
        case blackBox = "black-box"
    }

    /// A threat model; traps if `epsilon` is negative or not a number.
    public init(
        goal: Goal = .untargeted,
        norm: Norm,
        epsilon: Float,
        bounds: Bounds,
        knowledge: Knowledge = .whiteBox
    ) {
        precondition(epsilon >= 0, "epsilon is a radius")
        self.goal = goal
        self.norm = norm
        self.epsilon = epsilon
        self.bounds = bounds
        self.knowledge = knowledge
    }

    /// The same threat with another radius.
    public func with(epsilon: Float) -> ThreatModel {
        ThreatModel(goal: goal, norm: norm, epsilon: epsilon, bounds: bounds, knowledge: knowledge)
    }

    /// The largest distance from a sample that counts as the radius: the floats of a candidate are rounded to
    /// the grid around their magnitude, half a unit in the last place each.
    public func allowance(around sample: some Collection<Float>) -> Double {
        guard epsilon.isFinite else { return .infinity }
        let largest = sample.reduce(epsilon) { max($0, abs($1) + min(epsilon, abs($1) + 1)) }
        let unit = Double(largest.ulp)
        let rounding: Double =
            switch norm {
            case .linf: unit
            case .l2: unit * Double(sample.count).squareRoot()
            case .l1: unit * Double(sample.count)
            case .l0: 0
            }
        return Double(epsilon) * (1 + 1e-6) + rounding
    }

    /// Every row of `candidate` moved into the ball around the same row of `center`, then into the box.
    ///
    /// Clamping to the box moves no element away from a centre inside the box, so the result lies in both.
    public func project(_ candidate: Tensor, around center: Tensor) -> Tensor {
        bounds.clamp(norm.project(candidate, around: center, radius: epsilon))
    }
}

extension Aim {
    /// The kind of goal this aim belongs to.
    public var goal: ThreatModel.Goal {
        switch self {
        case .anythingBut: .untargeted
        case .exactly: .targeted
        }
    }
}
