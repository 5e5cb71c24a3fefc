import BulwarkModels
import BulwarkTensors

extension OutputStudy {
    /// Asks a model that shows labels only for the same samples again, and again in other company.
    ///
    /// - Throws: What the model throws.
    package init(_ model: some LabelAccess, inputs: Tensor, labels: [Int], limit: Int) throws {
        areProbabilities = nil
        hasNonFinite = false
        let count = min(limit, inputs.rowCount)
        repeated = count
        let head = inputs.rows(0..<count)
        let first = try model.labels(for: head)
        let again = try model.labels(for: head)
        changedOnRepeat = zip(first, again).count { $0 != $1 }
        // Every second sample in reverse order, then the others, as with scores.
        var isChanged = zip(first, labels).map { $0 != $1 }
        for start in 0..<min(2, count) {
            let rows = Array(stride(from: start, to: count, by: 2).reversed())
            let apart = try model.labels(for: inputs.gatheringRows(rows))
            for (label, row) in zip(apart, rows) where label != first[row] { isChanged[row] = true }
        }
        changedByCompany = isChanged.count { $0 }
    }

    /// Whether the adversary sees scores; labels are all there is otherwise.
    package var showsScores: Bool { areProbabilities != nil }
}
