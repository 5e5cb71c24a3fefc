import BulwarkModels
import BulwarkTensors

/// What is finished of one step of a run.
struct FinishedSamples {
    private let step: RunStep
    /// The samples to attack, by their positions among those of the assessment.
    private let positions: [Int]
    /// For each of those positions where it stands among them.
    private let places: [Int: Int]
    private var records: [SampleRecord?]
    /// A candidate for each, in the order of `positions`; no rows where they are not kept.
    private var candidates: Tensor
    /// The first of `positions` that is not finished.
    private var first = 0

    /// How many are finished, and how many of those are broken.
    private(set) var (count, broken) = (0, 0)
    /// How long it has taken.
    private(set) var seconds = 0.0

    init(_ step: RunStep, of positions: [Int]) {
        self.step = step
        self.positions = positions
        places = Dictionary(uniqueKeysWithValues: positions.enumerated().map { ($1, $0) })
        records = Array(repeating: nil, count: positions.count)
        candidates =
            step.candidateShape.map { Tensor(Shape(trusted: $0).batched(positions.count)) } ?? Tensor([0])
    }

    /// Takes in a chunk, of this run or of an earlier one.
    ///
    /// - Throws: `RunJournalMismatch` if it is not of this step, or was taken in already.
    mutating func take(_ chunk: RunChunk) throws(RunJournalMismatch) {
        func mismatch(_ reason: String) -> RunJournalMismatch {
            RunJournalMismatch(step: step.label, reason: reason)
        }
        var rows: [Int] = []
        for (position, record) in zip(chunk.positions, chunk.records) {
            guard let row = places[position] else {
                throw mismatch("the sample \(record.sample) is not attacked in it")
            }
            guard records[row] == nil else { throw mismatch("the sample \(record.sample) is there twice") }
            rows.append(row)
            records[row] = record
            count += 1
            if record.isBroken { broken += 1 }
        }
        if let shape = step.candidateShape {
            guard let made = chunk.candidates, made.shape == Shape(trusted: shape).batched(rows.count) else {
                throw mismatch("candidates are missing, or of another shape")
            }
            candidates.setRows(rows, to: made)
        }
        seconds += chunk.seconds
        while first < records.count, records[first] != nil { first += 1 }
    }

    /// The first so many positions that are not finished; nil if all are.
    func next(_ limit: Int) -> [Int]? {
        guard first < positions.count else { return nil }
        return Array((first..<positions.count).lazy.filter { records[$0] == nil }.prefix(limit))
            .map { positions[$0] }
    }

    /// How far the step is.
    func progress(_ label: String, place: RunProgress.Place?, taken: Int) -> RunProgress {
        RunProgress(
            step: label,
            done: count,
            total: positions.count,
            broken: broken,
            place: place,
            taken: taken,
            seconds: seconds
        )
    }

    /// What became of the step.
    ///
    /// - Parameters:
    ///   - name: The attack's name.
    ///   - untouched: A record of each sample of the assessment as it is without an attack.
    ///   - rowShape: The shape of a candidate.
    ///   - stop: Why it ended early; nil if it did not.
    /// - Returns: The run; all samples are finished unless it ended early.
    func run(_ name: String, untouched: [SampleRecord], rowShape: Shape, stop: RunStop?) -> AttackRun {
        var all = untouched
        for (position, record) in zip(positions, records) { if let record { all[position] = record } }
        let rows = positions.indices.filter { records[$0] != nil }
        let isWhole = rows.count == positions.count
        let none = Tensor(rowShape.batched(0))
        return AttackRun(
            name: name,
            records: all,
            attacked: isWhole ? positions : rows.map { positions[$0] },
            candidates: step.candidateShape == nil
                ? none : isWhole ? candidates : candidates.gatheringRows(rows),
            seconds: seconds,
            remaining: isWhole ? [] : positions.indices.filter { records[$0] == nil }.map { positions[$0] },
            stop: isWhole ? nil : stop
        )
    }
}

/// Counts the steps of a run.
final class StepCount {
    private var next = 0

    /// The number of the next step, from 0.
    func take() -> Int {
        defer { next += 1 }
        return next
    }
}
