import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Decides what an attack achieved, without believing a word of it.
///
/// Every candidate is measured against the ball and the box, moved into both, and predicted again; only that
/// prediction counts. A row that does not satisfy the constraints, should there be some, counts as the sample.
public struct Judge: Sendable {
    /// What candidates have to respect.
    public let threat: ThreatModel
    /// What rows have to satisfy besides; nil if there is nothing.
    public let constraints: FeatureConstraints?

    /// A judge for a threat model.
    ///
    /// - Parameters:
    ///   - threat: What candidates have to respect.
    ///   - constraints: What rows have to satisfy besides.
    public init(threat: ThreatModel, constraints: FeatureConstraints? = nil) {
        (self.threat, self.constraints) = (threat, constraints)
    }

    /// What one candidate turned out to be.
    public struct Ruling: Sendable, Equatable {
        /// The label predicted for the legal candidate.
        public let prediction: Int
        /// Whether that is what the adversary wanted.
        public let isBroken: Bool
        /// How far the legal candidate is from the sample.
        public let distances: SampleRecord.Distances
        /// How the attack's own candidate broke the threat model, or nil if it did not.
        public let violation: String?
    }

    /// Judges the candidates of a batch.
    ///
    /// - Parameters:
    ///   - candidates: One for each sample, of the inputs' shape.
    ///   - batch: The samples and the adversary's aims.
    ///   - model: What predicts.
    /// - Returns: A ruling for each sample, and the legal candidates.
    /// - Throws: What the model throws.
    public func rule(
        on candidates: Tensor,
        for batch: Batch,
        against model: some LabelAccess
    ) throws -> (rulings: [Ruling], legal: Tensor) {
        let violations = (0..<batch.count).map { violation(row: $0, candidates, batch.inputs) }
        let legal = legalized(
            candidates,
            batch.inputs,
            violating: violations.indices.filter { violations[$0] != nil }
        )
        let predictions = try model.labels(for: legal)
        let (linf, l2) = (Norm.linf.distances(legal, batch.inputs), Norm.l2.distances(legal, batch.inputs))
        let (l1, l0) = (Norm.l1.distances(legal, batch.inputs), Norm.l0.distances(legal, batch.inputs))
        let rulings = (0..<batch.count).map { row in
            Ruling(
                prediction: predictions[row],
                isBroken: batch.aims[row].isReached(by: predictions[row]),
                distances: .init(linf: linf[row], l2: l2[row], l1: l1[row], l0: l0[row]),
                violation: violations[row]
            )
        }
        return (rulings, legal)
    }

    /// The candidates, of which those that break the threat model are moved into the ball and the box.
    ///
    /// The others stay as they are to the last bit. One so far outside that its projection drowns in rounding counts
    /// as the sample itself.
    private func legalized(_ candidates: Tensor, _ inputs: Tensor, violating: [Int]) -> Tensor {
        guard !violating.isEmpty else { return candidates }
        let centers = inputs.gatheringRows(violating)
        var legal = candidates
        legal.setRows(violating, to: threat.project(candidates.gatheringRows(violating), around: centers))
        for row in violating where violation(row: row, legal, inputs) != nil {
            precondition(threat.bounds.contains(row: row, of: inputs), "samples lie inside the box")
            legal.setRows([row], to: inputs.rows(row..<row + 1))
        }
        return legal
    }

    private func violation(row: Int, _ candidates: Tensor, _ inputs: Tensor) -> String? {
        let size = candidates.rowSize
        let elements = candidates.elements
        for position in row * size..<(row + 1) * size where !elements[position].isFinite {
            return "an element is not a finite number"
        }
        let distance = threat.norm.distances(candidates.rows(row..<row + 1), inputs.rows(row..<row + 1))[0]
        if distance > threat.allowance(around: inputs.elements[row * size..<(row + 1) * size]) {
            return "distance \(distance) exceeds \(threat.epsilon)"
        }
        if !threat.bounds.contains(row: row, of: candidates) { return "an element lies outside the box" }
        guard let constraints else { return nil }
        let (candidate, original) = (
            elements.array(row * size..<(row + 1) * size),
            inputs.elements.array(row * size..<(row + 1) * size)
        )
        return constraints.violations(of: candidate, around: original).first?.description
    }
}
