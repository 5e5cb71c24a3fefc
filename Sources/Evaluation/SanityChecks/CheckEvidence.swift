import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Everything the sanity checks look at.
struct CheckEvidence: Sendable {
    let threat: ThreatModel
    let classCount: Int
    /// The number of assessed samples.
    let sampleCount: Int
    /// Each attack of the suite at the threat's radius.
    let runs: [(planned: PlannedAttack, run: AttackRun)]
    /// The curve's own attacks at rising radii: for each probed sample whether it was broken.
    let curve: [(epsilon: Float, broken: [Bool])]
    /// The attack without a limit on the perturbation; nil if no gradient attack runs.
    let unbounded: AttackRun?
    /// Noise without a limit on the perturbation, on the same samples.
    let unboundedNoise: AttackRun?
    /// The strongest attack with twice the steps on samples it had not broken; nil if it was not run.
    let doubled: Doubling?
    /// How the loss responds to the clean inputs; nil if gradients are out of reach.
    let gradients: GradientStudy?
    let outputs: OutputStudy

    /// Twice the steps on the survivors.
    struct Doubling: Sendable {
        let attack: String
        let steps: Int
        /// Samples that the attack was tried on before.
        let trials: Int
        /// Survivors tried again with twice the steps.
        let retried: Int
        /// Of those, how many broke.
        let newlyBroken: Int
    }

    /// The gradient attacks of the suite.
    var gradientRuns: [AttackRun] { runs.filter { $0.planned.row.kind == .gradient }.map(\.run) }
    /// The controls of the suite.
    var controlRuns: [AttackRun] { runs.filter { $0.planned.row.kind == .control }.map(\.run) }

    func run(named names: String...) -> AttackRun? { runs.first { names.contains($0.run.name) }?.run }
}

/// What the model's outputs look like on clean samples.
struct OutputStudy: Sendable {
    /// Whether every row is between 0 and 1 and sums to 1.
    let areProbabilities: Bool
    /// Whether some output is NaN or infinite.
    let hasNonFinite: Bool
    /// How many samples got other outputs when asked again.
    let changedOnRepeat: Int
    /// How many samples got other outputs in other company.
    let changedByCompany: Int
    /// How many samples were asked again.
    let repeated: Int

    /// Asks for the same samples again, and again in reverse order.
    ///
    /// - Throws: What the model throws.
    init(_ model: some ScoreAccess, inputs: Tensor, logits: Tensor, limit: Int) throws {
        let classes = logits.rowSize
        let scores = logits.elements
        hasNonFinite = !logits.isFinite
        areProbabilities =
            logits.rowCount > 0
            && (0..<logits.rowCount).allSatisfy { row in
                let range = row * classes..<(row + 1) * classes
                let sum = range.reduce(0.0) { $0 + Double(scores[$1]) }
                return range.allSatisfy { scores[$0] >= 0 && scores[$0] <= 1 } && abs(sum - 1) < 1e-5
            }
        let count = min(limit, inputs.rowCount)
        repeated = count
        let first = logits.rows(0..<count)
        let again = try model.logits(for: inputs.rows(0..<count))
        let reversed = Array((0..<count).reversed())
        let turned = try model.logits(for: inputs.gatheringRows(reversed)).gatheringRows(reversed)
        changedOnRepeat = (0..<count).count { !first.row($0).isBitwiseEqual(to: again.row($0)) }
        changedByCompany = (0..<count).count { !first.row($0).isBitwiseEqual(to: turned.row($0)) }
    }
}

/// A sanity check: what it is called, what it means, and how it decides.
struct SanityCheckRule: Sendable {
    let id: String
    let meaning: String
    let judge: @Sendable (CheckEvidence) -> (Assessment.SanityCheck.Status, String)

    func result(for evidence: CheckEvidence) -> Assessment.SanityCheck {
        let (status, text) = judge(evidence)
        return Assessment.SanityCheck(id: id, meaning: meaning, status: status, evidence: text)
    }
}

/// Every sanity check.
///
/// To add one, write a rule and add it here.
enum SanityCheckTable {
    static let rows: [SanityCheckRule] = AttackChecks.rows + ModelChecks.rows
}
