import BulwarkModels
import BulwarkTensors

/// The best candidate that an attack has seen of each sample, so that nothing it finds is lost.
///
/// A candidate that reaches the aim is better than any that does not; otherwise the higher loss is better.
/// The inputs themselves are the first candidates.
struct BestCandidates {
    /// The candidates and what they cost so far.
    private(set) var perturbed: Perturbed
    private(set) var losses: [Float]

    /// Starts with the inputs, whose logits the model gave at the price of one query a sample.
    init(_ batch: Batch, logits: Tensor, loss: Loss) {
        perturbed = Perturbed(unchanged: batch)
        // NaN compares with nothing; as the lowest of all losses it gives way to the first number.
        losses = loss.gradient(ofLogits: logits, aims: batch.aims).losses.map { $0.isNaN ? -.infinity : $0 }
        for (row, label) in logits.argmaxOfRows().enumerated() {
            perturbed.queries[row] = 1
            perturbed.claimed[row] = batch.aims[row].isReached(by: label)
        }
    }

    /// The rows for which no candidate has reached the aim.
    var openRows: [Int] { perturbed.claimed.indices.filter { !perturbed.claimed[$0] } }

    /// Counts one prediction for each of these rows.
    mutating func countQueries(of rows: [Int]) {
        for row in rows { perturbed.queries[row] += 1 }
    }

    /// Takes over the candidates that are better than what was there.
    ///
    /// - Parameters:
    ///   - points: Candidates `[n, …]`.
    ///   - rows: The row in the batch that each of them belongs to.
    ///   - losses: The loss at each of them.
    ///   - reached: Whether each of them reaches its aim.
    ///   - restart: The restart they come from.
    mutating func offer(_ points: Tensor, of rows: [Int], losses: [Float], reached: [Bool], restart: Int) {
        let better = rows.indices.filter { isBetter(losses[$0], reached[$0], than: rows[$0]) }
        guard !better.isEmpty else { return }
        for position in better { perturbed.candidates.copyRow(rows[position], from: points, at: position) }
        for position in better {
            self.losses[rows[position]] = losses[position]
            perturbed.claimed[rows[position]] = reached[position]
            perturbed.restarts[rows[position]] = restart
        }
    }

    /// The candidates of some rows alone.
    func gathering(_ rows: [Int]) -> BestCandidates {
        var result = self
        result.losses = rows.map { losses[$0] }
        result.perturbed.candidates = perturbed.candidates.gatheringRows(rows)
        result.perturbed.queries = rows.map { perturbed.queries[$0] }
        result.perturbed.gradients = rows.map { perturbed.gradients[$0] }
        result.perturbed.restarts = rows.map { perturbed.restarts[$0] }
        result.perturbed.claimed = rows.map { perturbed.claimed[$0] }
        return result
    }

    /// Takes over what became of some rows.
    mutating func replace(_ rows: [Int], with other: BestCandidates) {
        for (position, row) in rows.enumerated() {
            perturbed.candidates.copyRow(row, from: other.perturbed.candidates, at: position)
            losses[row] = other.losses[position]
            perturbed.queries[row] = other.perturbed.queries[position]
            perturbed.gradients[row] = other.perturbed.gradients[position]
            perturbed.restarts[row] = other.perturbed.restarts[position]
            perturbed.claimed[row] = other.perturbed.claimed[position]
        }
    }

    /// Takes over what one walk found on its way.
    mutating func finish(_ row: Int, _ lane: Int, of lanes: Walks.Lanes, restart: Int) {
        perturbed.gradients[row] += lanes.steps[lane]
        guard lanes.isImproved[lane] else { return }
        perturbed.candidates.copyRow(row, from: lanes.best, at: lane)
        losses[row] = lanes.losses[lane]
        perturbed.claimed[row] = lanes.isReached[lane]
        perturbed.restarts[row] = restart
    }

    private func isBetter(_ loss: Float, _ reached: Bool, than row: Int) -> Bool {
        reached == perturbed.claimed[row] ? loss > losses[row] : reached
    }
}
