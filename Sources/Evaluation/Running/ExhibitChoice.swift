import BulwarkAttacks
import BulwarkTensors

/// Chooses samples for a reader to look at: broken ones, of as many classes as possible.
struct ExhibitChoice {
    /// The most samples that are shown.
    static let maximumCount = 8

    let samples: AssessmentSamples
    let runs: [(planned: PlannedAttack, run: AttackRun)]
    let norm: Norm

    /// The chosen samples, the first of each class before the second of any.
    var exhibits: [Exhibit] {
        var seen: [Int: Int] = [:]
        let broken = samples.labels.indices.filter { position in runs.contains { $0.run.isBroken(position) } }
        let ranked = broken.map { position in
            let rank = seen[samples.labels[position], default: 0]
            seen[samples.labels[position]] = rank + 1
            return (rank, position)
        }
        return ranked.sorted(by: <).prefix(Self.maximumCount).compactMap { exhibit(of: $1) }
    }

    /// The sample with the candidate that moved it least; a control's only if nothing else broke it.
    private func exhibit(of position: Int) -> Exhibit? {
        let hits = runs.filter { $0.run.isBroken(position) }
        let aimed = hits.filter { $0.planned.row.kind != .control }
        let best = (aimed.isEmpty ? hits : aimed).map(\.run).min {
            $0.records[position].distances[norm] < $1.records[position].distances[norm]
        }
        guard let best, let row = best.attacked.firstIndex(of: position) else { return nil }
        let record = best.records[position]
        return Exhibit(
            sample: record.sample,
            attack: best.name,
            clean: samples.inputs.row(position),
            adversarial: best.candidates.row(row),
            label: samples.labels[position],
            cleanPrediction: record.cleanPrediction,
            adversarialPrediction: record.adversarialPrediction,
            distance: record.distances[norm]
        )
    }
}
