import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Everything the sanity checks look at.
package struct CheckEvidence: Sendable {
    package let threat: ThreatModel
    package let classCount: Int
    /// The number of assessed samples.
    package let sampleCount: Int
    /// Each attack of the suite at the threat's radius.
    package let runs: [(planned: PlannedAttack, run: AttackRun)]
    /// The curve's own attacks at rising radii: for each probed sample whether it was broken.
    package let curve: [(epsilon: Float, broken: [Bool])]
    /// The attack without a limit on the perturbation; nil if no gradient attack runs.
    package let unbounded: AttackRun?
    /// The same without the constraints on what it left under them; nil if there are none.
    package let lifted: AttackRun?
    /// Noise without a limit on the perturbation, on the same samples.
    package let unboundedNoise: AttackRun?
    /// The strongest attack with twice the steps on samples it had not broken; nil if it was not run.
    package let doubled: Doubling?
    /// How the loss responds to the clean inputs; nil if gradients are out of reach.
    package let gradients: GradientStudy?
    package let outputs: OutputStudy
    /// What the model's gradients leave out or stand in for.
    package let shortcomings: GradientShortcomings
    /// How the loss behaves along an attack's way and in the neighbourhood of samples; nil without gradients.
    package let terrain: LossTerrain?
    /// The attack that the model was trained against, as its user says; nil if nobody said.
    package let trainedAgainst: String?
    /// The number of samples that the report counts as withstanding every attack.
    package let reportedSurvivors: Int?
    /// Whether the rows that attacks make have to satisfy constraints.
    package let isConstrained: Bool
    /// What attacks say of certificates; nil without certificates.
    package let certificates: CertificateComparison?
    /// How attacks fared on a twin without the defense; nil without one.
    package let twin: TwinStudy?

    /// What gradients of a model are not: nothing, unless its graph holds operators that move in steps.
    package struct GradientShortcomings: Sendable {
        /// Why there are none at all, in words; nil if there are some.
        package var obstacle: String?
        /// The types of operators that they pass as if these did nothing.
        package var straightThrough: [String]
        /// The types of operators that they stop at.
        package var stepped: [String]

        package init(obstacle: String? = nil, straightThrough: [String] = [], stepped: [String] = []) {
            self.obstacle = obstacle
            self.straightThrough = straightThrough
            self.stepped = stepped
        }
    }

    /// Twice the steps on the survivors.
    package struct Doubling: Sendable {
        package let attack: String
        package let steps: Int
        /// Samples that the attack was tried on before.
        package let trials: Int
        /// Survivors tried again with twice the steps.
        package let retried: Int
        /// Of those, how many broke.
        package let newlyBroken: Int

        package init(attack: String, steps: Int, trials: Int, retried: Int, newlyBroken: Int) {
            self.attack = attack
            self.steps = steps
            self.trials = trials
            self.retried = retried
            self.newlyBroken = newlyBroken
        }
    }

    package init(
        threat: ThreatModel,
        classCount: Int,
        sampleCount: Int,
        runs: [(planned: PlannedAttack, run: AttackRun)],
        curve: [(epsilon: Float, broken: [Bool])],
        unbounded: AttackRun?,
        lifted: AttackRun? = nil,
        unboundedNoise: AttackRun?,
        doubled: Doubling?,
        gradients: GradientStudy?,
        outputs: OutputStudy,
        shortcomings: GradientShortcomings = GradientShortcomings(),
        terrain: LossTerrain? = nil,
        trainedAgainst: String? = nil,
        reportedSurvivors: Int? = nil,
        isConstrained: Bool = false,
        certificates: CertificateComparison? = nil,
        twin: TwinStudy? = nil
    ) {
        self.threat = threat
        self.classCount = classCount
        self.sampleCount = sampleCount
        self.runs = runs
        self.curve = curve
        self.unbounded = unbounded
        self.lifted = lifted
        self.unboundedNoise = unboundedNoise
        self.doubled = doubled
        self.gradients = gradients
        self.outputs = outputs
        self.shortcomings = shortcomings
        self.terrain = terrain
        self.trainedAgainst = trainedAgainst
        self.reportedSurvivors = reportedSurvivors
        self.isConstrained = isConstrained
        self.certificates = certificates
        self.twin = twin
    }

    /// The gradient attacks of the suite.
    var gradientRuns: [AttackRun] { runs.filter { $0.planned.row.kind == .gradient }.map(\.run) }
    /// The controls of the suite.
    var controlRuns: [AttackRun] { runs.filter { $0.planned.row.kind == .control }.map(\.run) }

    /// The exact attack of the suite, if it was run on every sample.
    var exactRun: AttackRun? { runs.first { $0.planned.row.kind == .exact }?.run }

    /// How the attack without a limit fared in the end, and what it was; nil if no gradient attack runs.
    var unboundedSuccess: (proportion: Proportion, text: String)? {
        guard let unbounded else { return nil }
        let (found, trials) = (unbounded.success.successes, unbounded.success.trials)
        let text = "\(unbounded.name) without a limit broke \(found) of \(trials) samples"
        guard let lifted, lifted.success.trials > 0 else { return (unbounded.success, text) }
        let all = found + lifted.success.successes
        return (
            Proportion(successes: all, trials: trials),
            text + " under the constraints, and \(all) once these were lifted"
        )
    }

    func run(named names: String...) -> AttackRun? { runs.first { names.contains($0.run.name) }?.run }
}

/// What the model's outputs look like on clean samples.
package struct OutputStudy: Sendable {
    /// Whether every row is between 0 and 1 and sums to 1; nil if the model shows labels only.
    package let areProbabilities: Bool?
    /// Whether some output is NaN or infinite.
    package let hasNonFinite: Bool
    /// How many samples got other outputs when asked again.
    package let changedOnRepeat: Int
    /// How many samples got other outputs in other company.
    package let changedByCompany: Int
    /// How many samples were asked again.
    package let repeated: Int

    /// Asks for the same samples again, and again in other company.
    ///
    /// - Throws: What the model throws.
    package init(_ model: some ScoreAccess, inputs: Tensor, logits: Tensor, limit: Int) throws {
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
        let head = inputs.rows(0..<count)
        let first = try model.logits(for: head)
        let again = try model.logits(for: head)
        changedOnRepeat = (0..<count).count { !first.row($0).isBitwiseEqual(to: again.row($0)) }
        // Every second sample in reverse order, then the others: other company in whatever blocks they run.
        var isChanged = (0..<count).map { !first.row($0).isBitwiseEqual(to: logits.row($0)) }
        for start in 0..<min(2, count) {
            let rows = Array(stride(from: start, to: count, by: 2).reversed())
            let apart = try model.logits(for: inputs.gatheringRows(rows))
            for (position, row) in rows.enumerated()
            where !apart.row(position).isBitwiseEqual(to: first.row(row)) { isChanged[row] = true }
        }
        changedByCompany = isChanged.count { $0 }
    }
}

/// A sanity check: what it is called, what it means, and how it decides.
package struct SanityCheckRule: Sendable {
    package let id: String
    package let meaning: String
    package let judge: @Sendable (CheckEvidence) -> (Assessment.SanityCheck.Status, String)

    package func result(for evidence: CheckEvidence) -> Assessment.SanityCheck {
        let (status, text) = judge(evidence)
        return Assessment.SanityCheck(id: id, meaning: meaning, status: status, evidence: text)
    }
}

/// Every sanity check.
///
/// To add one, write a rule and add it here.
package enum SanityCheckTable {
    package static let rows: [SanityCheckRule] =
        AttackChecks.rows + TransferChecks.rows + ModelChecks.rows + TerrainChecks.rows + SuiteChecks.rows
        + CompanionChecks.rows
}
