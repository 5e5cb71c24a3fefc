import BulwarkModels
import BulwarkTensors

/// Turns and moves an image until its label changes.
///
/// Engstrom, Tran, Tsipras, Schmidt and Madry, "Exploring the landscape of spatial robustness" (ICML 2019),
/// sections 3 and 4: an image is turned around its middle and then moved, its pixels are interpolated
/// bilinearly, and what comes in from outside is zero. The parameters are searched for on a grid, which the
/// paper finds to be much stronger than gradients, or drawn at random as the worst of k.
///
/// The threat is not a ball: a small turn changes pixels by as much as they differ from their neighbours. So
/// the attack is used with `threat(goal:bounds:)`, a ball as large as the box; with a smaller radius only
/// those images count that happen to be in the ball. An image outside the box, as black may be, is moved into
/// it. Labels are all that the attack needs.
public struct SpatialTransformation: DecisionSearch {
    /// The name on the command line.
    public var name: String { "spatial" }
    /// Goal, norm, radius and box.
    public let threat: ThreatModel
    /// The largest angle either way, in degrees.
    public let maximumRotation: Double
    /// The farthest move in each direction, as a share of the height and of the width.
    public let maximumTranslation: Double
    /// Which angles and moves are tried.
    public let choice: Choice
    /// The first image in the ball.
    public var keeping: Keeping { .first }

    /// Which angles and moves are tried.
    public enum Choice: Sendable, Equatable {
        /// All combinations of evenly spaced angles and moves, those that change least first.
        case grid(rotations: Int, translations: Int)
        /// So many combinations drawn uniformly: the worst of k.
        case random(draws: Int)
    }

    /// How many images are made before looking at any answer.
    ///
    /// Fixed, so that no batch size changes what a sample costs.
    static let imagesPerRound = 16

    /// An attack by turns and moves.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm, radius and box; see `threat(goal:bounds:)`.
    ///   - maximumRotation: The largest angle either way in degrees, 30 in the paper.
    ///   - maximumTranslation: The farthest move in each direction as a share of the height and of the width;
    ///     the paper's 3 pixels of 28 or 32 are about 0.1.
    ///   - choice: Which angles and moves are tried; the paper's grid unless given.
    public init(
        threat: ThreatModel,
        maximumRotation: Double = 30,
        maximumTranslation: Double = 0.1,
        choice: Choice = .grid(rotations: 31, translations: 5)
    ) {
        precondition(maximumRotation >= 0 && maximumRotation <= 180, "an angle is at most 180 degrees")
        precondition(maximumTranslation >= 0 && maximumTranslation <= 1, "a move is a share of the side")
        switch choice {
        case .grid(let rotations, let translations):
            precondition(rotations >= 1 && translations >= 1, "a grid has points")
        case .random(let draws): precondition(draws >= 0, "the number of draws is not negative")
        }
        self.threat = threat
        self.maximumRotation = maximumRotation
        self.maximumTranslation = maximumTranslation
        self.choice = choice
    }

    /// A threat that allows every image of the box: the Linf ball as wide as its widest interval.
    public static func threat(goal: ThreatModel.Goal = .untargeted, bounds: Bounds) -> ThreatModel {
        ThreatModel(goal: goal, norm: .linf, epsilon: bounds.extent, bounds: bounds)
    }

    /// Asks about turned and moved images, 16 at a time, at a query each.
    ///
    /// - Throws: `AttackError.needsImages` for samples without rows and columns, and what the oracle throws.
    public func search(_ oracle: some LabelOracle) async throws {
        let layout = try ImageLayout(ofImages: oracle.shape, for: name)
        let moves = moves(oracle)
        for start in stride(from: 0, to: moves.count, by: Self.imagesPerRound) {
            let round = moves[start..<min(start + Self.imagesPerRound, moves.count)]
            let images = round.map { move in
                oracle.box.clamp(
                    ImageMap(layout: layout, map: map(move, layout.size)).value(at: oracle.input)
                )
            }
            _ = try await oracle.labels(at: images)
        }
    }

    /// A turn and a move, each as a share of the largest, between −1 and 1.
    struct Move: Equatable {
        let rotation: Double
        let down: Double
        let right: Double

        /// How much it changes, in a manner of speaking.
        var amount: Double { abs(rotation) + abs(down) + abs(right) }
    }

    private func moves(_ oracle: some LabelOracle) -> [Move] {
        switch choice {
        case .grid(let rotations, let translations):
            return Self.grid(rotations: rotations, translations: translations)
        case .random(let draws):
            var random = oracle.random(restart: 0)
            return (0..<draws).map { _ in
                let rotation = Double(random.uniform(-1, 1))
                let down = Double(random.uniform(-1, 1))
                return Move(rotation: rotation, down: down, right: Double(random.uniform(-1, 1)))
            }
        }
    }

    /// All combinations but the image itself, the mildest first.
    static func grid(rotations: Int, translations: Int) -> [Move] {
        func ticks(_ count: Int) -> [Double] {
            count == 1 ? [0] : (0..<count).map { Double(2 * $0) / Double(count - 1) - 1 }
        }
        let all = ticks(rotations).flatMap { rotation in
            ticks(translations).flatMap { down in
                ticks(translations).map { Move(rotation: rotation, down: down, right: $0) }
            }
        }
        // Ties keep the order of the grid, whatever the sort does.
        let order = all.indices.sorted { (all[$0].amount, $0) < (all[$1].amount, $1) }
        return order.map { all[$0] }.filter { $0.amount > 0 }
    }

    private func map(_ move: Move, _ size: BilinearMap.Size) -> BilinearMap {
        .moving(
            size,
            angle: move.rotation * maximumRotation * .pi / 180,
            down: move.down * maximumTranslation * Double(size.height),
            right: move.right * maximumTranslation * Double(size.width)
        )
    }
}
