import BulwarkModels
import BulwarkTensors

/// The best candidate that an attack has seen of each sample, so that nothing it finds is lost.
///
/// A candidate that reaches the aim is better than any that does not; otherwise the higher loss is better.
/// The inputs themselves are the first candidates.
struct BestCandidates {
    /// The candidates and what they cost so far.
    private(set) var perturbed: Perturbed
    private var losses: [Float]

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

    /// Counts one gradient for each of these rows.
    mutating func countGradients(of rows: [Int]) {
        for row in rows { perturbed.gradients[row] += 1 }
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
        perturbed.candidates.setRows(better.map { rows[$0] }, from: points, at: better)
        for position in better {
            self.losses[rows[position]] = losses[position]
            perturbed.claimed[rows[position]] = reached[position]
            perturbed.restarts[rows[position]] = restart
        }
    }

    private func isBetter(_ loss: Float, _ reached: Bool, than row: Int) -> Bool {
        reached == perturbed.claimed[row] ? loss > losses[row] : reached
    }
}

extension Tensor {
    /// Writes chosen rows of `other` over this tensor's rows at `rows`, without a tensor in between.
    mutating func setRows(_ rows: [Int], from other: Tensor, at positions: [Int]) {
        let size = rowSize
        let source = other.elements
        mutate { target in
            for (row, position) in zip(rows, positions) {
                target.copy(source, range: position * size..<(position + 1) * size, to: row * size)
            }
        }
    }
}
