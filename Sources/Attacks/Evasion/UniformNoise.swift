import BulwarkModels
import BulwarkTensors

/// The control: points drawn at random from the ball and the box, with no thought behind them.
///
/// An attack that does worse than this on any sample is broken, or is misled by the model it attacks:
/// Athalye, Carlini and Wagner, "Obfuscated gradients give a false sense of security" (ICML 2018), section
/// 3.1. It asks for labels only.
///
/// For Linf the points are uniform in the part of the ball that lies in the box. For L2 and L1 they are
/// uniform in the ball and then moved to the box; for L0 see `ThreatModel.uniformPoints`. The first draw that
/// reaches the aim is returned; if none does, or if the input does already, the input.
public struct UniformNoise: LabelOnlyAttack {
    /// The name on the command line.
    public var name: String { "noise" }
    /// Goal, norm, radius and box.
    public let threat: ThreatModel
    /// The number of points to try for each sample.
    public let draws: Int

    /// How many draws are made before looking at any answer.
    ///
    /// Fixed, so that no batch size changes what a sample costs.
    static let drawsPerRound = 16
    /// How many elements are handed to the model at once: 16 MiB of floats.
    private static let maximumElementsPerCall = 1 << 22

    /// A number of random tries.
    ///
    /// - Throws: `AttackError.unboundedInputs` for L0 if the box is not finite.
    public init(threat: ThreatModel, draws: Int) throws(AttackError) {
        precondition(draws >= 0, "the number of draws is not negative")
        let isFinite = (threat.bounds.lower + threat.bounds.upper).allSatisfy(\.isFinite)
        guard threat.norm != .l0 || isFinite else { throw .unboundedInputs(attack: "noise") }
        self.threat = threat
        self.draws = draws
    }

    /// One candidate for each sample; costs one query for the input and one for each draw, 16 at a time.
    public func perturb(
        _ batch: Batch,
        against model: some LabelAccess,
        random: RandomSource
    ) throws -> Perturbed {
        var result = Perturbed(unchanged: batch)
        for (row, label) in try model.labels(for: batch.inputs).enumerated() {
            result.queries[row] = 1
            result.claimed[row] = batch.aims[row].isReached(by: label)
        }
        guard threat.epsilon > 0 else { return result }
        // The input has taken a query already.
        let draws = min(draws, max((batch.maximumQueries ?? .max) - 1, 0))
        for first in stride(from: 0, to: draws, by: Self.drawsPerRound) {
            let round = first..<min(first + Self.drawsPerRound, draws)
            let open = result.claimed.indices.filter { !result.claimed[$0] }
            if open.isEmpty { break }
            let rowsPerCall = max(Self.maximumElementsPerCall / max(batch.inputs.rowSize * round.count, 1), 1)
            for start in stride(from: 0, to: open.count, by: rowsPerCall) {
                let rows = open[start..<min(start + rowsPerCall, open.count)]
                try attempt(
                    round,
                    for: Array(rows),
                    of: batch,
                    against: model,
                    random: random,
                    result: &result
                )
            }
        }
        return result
    }

    /// Tries all draws of a round for some rows and keeps the first that works.
    private func attempt(
        _ round: Range<Int>,
        for rows: [Int],
        of batch: Batch,
        against model: some LabelAccess,
        random: RandomSource,
        result: inout Perturbed
    ) throws {
        let tries = rows.flatMap { row in round.map { (row: row, draw: $0) } }
        let points = Self.points(in: threat, around: batch.inputs.gatheringRows(tries.map(\.row))) {
            random.numbers(sample: batch.samples[tries[$0].row], restart: tries[$0].draw)
        }
        var kept: [Int] = []
        for (position, label) in try model.labels(for: points).enumerated() {
            let (row, draw) = tries[position]
            result.queries[row] += 1
            guard !result.claimed[row], batch.aims[row].isReached(by: label) else { continue }
            result.claimed[row] = true
            result.restarts[row] = draw
            kept.append(position)
        }
        for position in kept { result.candidates.copyRow(tries[position].row, from: points, at: position) }
    }

    /// A point drawn around each row, in the ball and in the box.
    static func points(
        in threat: ThreatModel,
        around center: Tensor,
        numbers: (Int) -> SeededRandom
    ) -> Tensor {
        guard threat.norm == .linf else { return threat.uniformPoints(around: center, numbers: numbers) }
        let size = center.rowSize
        let origin = center.elements
        let (lower, upper) = threat.limits(rowSize: size)
        let points = Tensor(center.shape) { point in
            for row in 0..<center.rowCount {
                var random = numbers(row)
                for column in 0..<size {
                    let middle = origin[row * size + column]
                    point[row * size + column] = random.uniform(
                        max(lower[column], middle - threat.epsilon),
                        min(upper[column], middle + threat.epsilon)
                    )
                }
            }
        }
        return threat.project(points, around: center)
    }
}
