import BulwarkModels
import BulwarkTensors

/// The Jacobian-based saliency map attack: changes two features at a time, those that do most for a target.
///
/// Papernot, McDaniel, Jha, Fredrikson, Celik and Swami, "The limitations of deep learning in adversarial
/// settings" (EuroS&P 2016), algorithms 2 and 3. With F the softmax and t the target, the saliency of a pair
/// (p, q) is −α·β with α = Σ ∂Fₜ/∂xᵢ and β = Σ Σ_{j≠t} ∂Fⱼ/∂xᵢ over i in {p, q}; to increase features it has
/// to have α > 0 and β < 0, to decrease them the reverse. The outputs of a softmax sum to one, so β = −α: the
/// best pair is that of the two features with the largest derivatives, and one gradient, that of log Fₜ, tells
/// which these are, even where Fₜ itself is too small for a float. Saturated features leave the search.
///
/// The paper's attack is targeted. With an untargeted goal the wrong classes become targets in turn, the
/// likeliest first, and the search ends with the first one that works. The radius is the number of features
/// that may change; if there is only one left to take, it is taken alone.
public struct JSMA: GradientSearch {
    /// The name on the command line.
    public var name: String { "jsma" }
    /// Goal, norm (L0), radius and box.
    public let threat: ThreatModel
    /// Which way features may go.
    public let direction: Direction
    /// How far a feature goes each time it is chosen, as a share of its interval: the θ of the paper.
    public let stepShare: Float
    /// The most classes to try if any wrong one will do.
    public let maximumTargets: Int
    /// The first point in the ball.
    public var keeping: Keeping { .first }

    /// Which way features may go.
    public enum Direction: String, Sendable, Codable {
        /// Up: the paper's algorithm 3.
        case increasing
        /// Down: its variant, with the inequalities of the saliency map reversed.
        case decreasing
        /// Each feature the way that helps, and never back.
        case either
    }

    /// An attack on few features.
    ///
    /// - Parameters:
    ///   - threat: Goal, the norm L0, the number of features that may change, and a finite box.
    ///   - direction: Which way features may go.
    ///   - stepShare: How far a feature goes each time as a share of its interval, from 0.001 to 1, which is
    ///     the paper's.
    ///   - maximumTargets: The most classes to try if any wrong one will do.
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L0, `AttackError.unboundedInputs` if a
    ///   feature has no ends to go to.
    public init(
        threat: ThreatModel,
        direction: Direction = .increasing,
        stepShare: Float = 1,
        maximumTargets: Int = 9
    ) throws(AttackError) {
        precondition(stepShare >= 0.001 && stepShare <= 1, "a step is between 0.001 and 1 of the interval")
        precondition(maximumTargets >= 1, "there is at least one target")
        guard threat.norm == .l0 else { throw .unsupportedNorm(attack: "jsma", norm: threat.norm) }
        guard (threat.bounds.lower + threat.bounds.upper).allSatisfy(\.isFinite) else {
            throw .unboundedInputs(attack: "jsma")
        }
        self.threat = threat
        self.direction = direction
        self.stepShare = stepShare
        self.maximumTargets = maximumTargets
    }

    /// Works towards one target after the other; costs a gradient for each pair, and a query for the last.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        for (restart, target) in oracle.aims(mostLikely: maximumTargets).enumerated() {
            oracle.restart = restart
            try await search(oracle, for: target)
        }
    }

    private func search(_ oracle: some GradientOracle, for target: Aim) async throws {
        var features = Features(self, oracle.input, oracle.box)
        while features.canMove {
            let slope = try await oracle.slope(of: .crossEntropy, at: features.point, aim: target)
            let isMoved = features.movePair(along: slope.gradient)
            if !isMoved { return }
        }
        _ = try await oracle.label(at: features.point)
    }
}

/// The features of a sample, some of them moved.
private struct Features {
    private let attack: JSMA
    private let box: Box
    private(set) var point: [Float]
    /// Which way each feature has been moved: 1, −1, or 0 for not at all.
    private var ways: [Float]
    /// How many more features may be moved.
    private var left: Int

    init(_ attack: JSMA, _ point: [Float], _ box: Box) {
        self.attack = attack
        self.box = box
        self.point = point
        ways = Array(repeating: 0, count: point.count)
        left = Int(min(attack.threat.epsilon, Float(point.count)))
    }

    /// Whether there is a feature that may and can be moved.
    var canMove: Bool { point.indices.contains { canMove($0, by: 1) || canMove($0, by: -1) } }

    /// Moves the two features that help most, if they help together; false if none do.
    mutating func movePair(along gradient: [Float]) -> Bool {
        guard let first = best(gradient), first.gain > 0 else { return false }
        move(first)
        if let second = best(gradient, except: first.feature), first.gain + second.gain > 0 { move(second) }
        return true
    }

    private struct Move {
        let feature: Int
        let way: Float
        let gain: Float
    }

    private func best(_ gradient: [Float], except taken: Int? = nil) -> Move? {
        var best: Move?
        for feature in point.indices where feature != taken {
            for way: Float in [1, -1] where canMove(feature, by: way) {
                let gain = way * gradient[feature]
                // NaN is not larger than anything, and an infinite slope is followed like any other.
                guard gain > best?.gain ?? -.infinity else { continue }
                best = Move(feature: feature, way: way, gain: gain)
            }
        }
        return best
    }

    private mutating func move(_ move: Move) {
        let (feature, way) = (move.feature, move.way)
        if ways[feature] == 0 { left -= 1 }
        ways[feature] = way
        let width = box.upper[feature] - box.lower[feature]
        let end = point[feature] + way * attack.stepShare * width
        let limit = way > 0 ? box.upper[feature] : box.lower[feature]
        // To the end also where rounding makes less of the step than it should be.
        let isOver = attack.stepShare == 1 || (end - limit) * way > 0 || end == point[feature]
        point[feature] = isOver ? limit : end
    }

    private func canMove(_ feature: Int, by way: Float) -> Bool {
        switch attack.direction {
        case .increasing where way < 0, .decreasing where way > 0: return false
        default: break
        }
        guard ways[feature] == 0 ? left > 0 : ways[feature] == way else { return false }
        return way > 0 ? point[feature] < box.upper[feature] : point[feature] > box.lower[feature]
    }
}
