import BulwarkModels
import BulwarkTensors

/// The Square Attack: random search that changes one square of an image at a time and keeps every change that
/// brings the aim nearer.
///
/// Andriushchenko, Croce, Flammarion and Hein, "Square Attack: a query-efficient black-box adversarial attack
/// via random search" (ECCV 2020): algorithm 1 with the squares of algorithm 2 for Linf and of algorithm 3 for
/// L2, and for L1 those of the reference implementation of AutoAttack (Croce and Hein, ICML 2020 and 2021). The
/// loss is the margin, or the cross-entropy where there is a target. The squares become smaller on a fixed
/// schedule, and the first point is one of vertical stripes or of bumps.
///
/// Vectors `[d]` are images of one row, in which a square is a segment; see `ImageLayout` for other shapes and
/// for images that are not square. Two things are done as the publication has them and AutoAttack has not:
/// squares can also lie at the last row and column, and a square for Linf that would change nothing is drawn
/// again instead of being asked about (the authors' own code does that).
public struct SquareAttack: ScoreSearch {
    /// The name on the command line.
    public var name: String { "square" }
    /// Goal, norm (Linf, L2 or L1), radius and box.
    public let threat: ThreatModel
    /// The number of squares to try in one restart, each at the price of one query; the first point costs one
    /// more.
    public let queries: Int
    /// How often to begin anew, at least once.
    public let restarts: Int
    /// The share of the elements that the first squares change, p of the publication, in (0, 1].
    public let initialShare: Double
    /// The number of squares that the schedule spreads its nine halvings of the share over.
    ///
    /// AutoAttack does not adapt it to the number of queries; to adapt it, make it equal to `queries`.
    public let scheduleLength: Int

    /// One for the sample, and for each restart one for its first point and one for each square.
    public var queryBudget: Int? { 1 + restarts * (1 + queries) }

    /// The attack ends with its first success.
    public var keeping: Keeping { .first }

    /// The share is halved after each of these squares of 10 000.
    private static let halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000]

    /// The attack with the parameters that it has in AutoAttack, unless others are given.
    ///
    /// - Throws: `AttackError.unsupportedNorm` for L0.
    public init(
        threat: ThreatModel,
        queries: Int = 5000,
        restarts: Int = 1,
        initialShare: Double = 0.8,
        scheduleLength: Int = 10_000
    ) throws(AttackError) {
        precondition(queries >= 0 && restarts >= 1, "there are no negative queries, and at least one start")
        precondition(initialShare > 0 && initialShare <= 1, "a share of the elements is changed")
        precondition(scheduleLength >= 1, "a schedule has a length")
        guard threat.norm != .l0 else { throw .unsupportedNorm(attack: "square", norm: threat.norm) }
        self.threat = threat
        self.queries = queries
        self.restarts = restarts
        self.initialShare = initialShare
        self.scheduleLength = scheduleLength
    }

    /// Looks for a point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some ScoreOracle) async throws {
        switch threat.norm {
        case .linf: try await climb(oracle, by: CubeSquares(oracle))
        case .l2: try await climb(oracle, by: BumpSquares(oracle, .euclidean))
        case .l1, .l0: try await climb(oracle, by: BumpSquares(oracle, .manhattan))
        }
    }

    /// The share of the elements that a square changes, by its number in the restart, counted from 0.
    package func share(at square: Int) -> Double {
        let position = square * 10_000 / scheduleLength
        var share = initialShare
        for halving in Self.halvings where position > halving { share /= 2 }
        return share
    }

    private func climb<Moves: SquareMoves>(_ oracle: some ScoreOracle, by moves: Moves) async throws {
        let objective: ScoreObjective = threat.goal == .untargeted ? .margin : .logProbability
        var moves = moves
        for restart in 0..<restarts {
            oracle.restart = restart
            var random = oracle.random(restart: restart)
            var best = moves.start(&random)
            var height = objective.value(try await oracle.logits(at: best), oracle.aim)
            func isHigher(_ value: Double) -> Bool {
                // Anything is better than no number.
                value > height || height.isNaN
            }
            var square = 0
            while square < queries {
                let together = min(oracle.room, queries - square)
                if together == 1 {
                    let point = moves.move(from: best, share: share(at: square), &random)
                    square += 1
                    let reached = objective.value(try await oracle.logits(at: point), oracle.aim)
                    guard isHigher(reached) else { continue }
                    (best, height) = (point, reached)
                    moves.accept()
                    continue
                }
                // Most squares are not kept. Those that would follow are tried together with this one, as far
                // as that takes no longer, and forgotten if one before them is kept.
                var later = (moves: moves, random: random)
                var (states, points) = ([(moves: Moves, random: SeededRandom)](), [[Float]]())
                for next in square..<square + together {
                    points.append(later.moves.move(from: best, share: share(at: next), &later.random))
                    states.append(later)
                }
                let answers = try await oracle.logits(at: points) {
                    isHigher(objective.value($0, oracle.aim))
                }
                let last = answers.count - 1
                let reached = objective.value(answers[last], oracle.aim)
                (moves, random) = states[last]
                square += answers.count
                guard isHigher(reached) else { continue }
                (best, height) = (points[last], reached)
                moves.accept()
            }
        }
    }
}

/// How the attack moves in the ball of a norm.
protocol SquareMoves {
    /// The first point of a restart.
    mutating func start(_ random: inout SeededRandom) -> [Float]

    /// A point that differs from the best one in a square, of about this share of the elements.
    mutating func move(from best: [Float], share: Double, _ random: inout SeededRandom) -> [Float]

    /// Takes note that the last point is the best one now.
    mutating func accept()
}
