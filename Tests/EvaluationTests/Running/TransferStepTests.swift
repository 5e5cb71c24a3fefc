import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

/// A model that keeps what it was asked about.
final class WitnessClassifier: LabelAccess {
    private let base: any LabelAccess
    private let rows = Mutex<[[Float]]>([])

    init(_ base: any LabelAccess) { self.base = base }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    /// The samples it was asked about, in order.
    var asked: [[Float]] { rows.withLock { $0 } }

    func labels(for inputs: Tensor) throws -> [Int] {
        rows.withLock { rows in
            for row in 0..<inputs.rowCount { rows.append(Array(inputs.row(row).elements)) }
        }
        return try base.labels(for: inputs)
    }
}

/// A line between two classes in the unit square, known to a graph as well.
struct LineCase {
    static let affine = AffineClassifier(weights: [[4, -2], [-3, 5]], bias: [0.5, -0.5])
    let samples: AssessmentSamples
    let spare: SpareSamples
    let graph: ClassifierGraph
    let threat: ThreatModel

    init(epsilon: Float = 0.08, knowledge: ThreatModel.Knowledge = .whiteBox, scale: Float = 1) throws {
        let inputs = uniform([60, 2], seed: 1)
        samples = AssessmentSamples(
            inputs: inputs,
            labels: try Self.affine.labels(for: inputs),
            indices: Array(0..<60),
            reference: nil
        )
        let others = uniform([300, 2], seed: 2)
        spare = SpareSamples(others, labels: try Self.affine.labels(for: others), apartFrom: inputs)
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 2])
        let weights = try builder.parameter("w", Tensor([2, 2], [4, -3, -2, 5]))
        let bias = try builder.parameter("b", Tensor([2], [0.5, -0.5]))
        let factor = try builder.parameter("factor", Tensor(scalar: scale))
        let scores = try builder.apply(Gemm(), to: [input, weights, bias])
        let scaled = try builder.apply(Mul(), to: [scores, factor])
        graph = try ClassifierGraph(builder.graph(outputs: [scaled]))
        threat = ThreatModel(norm: .linf, epsilon: epsilon, bounds: Bounds(0, 1), knowledge: knowledge)
    }

    /// The model as the graph says, with its gradients.
    var model: GraphClassifier {
        GraphClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 1))
    }

    func prepare(
        _ attack: String,
        _ preset: String,
        against target: some LabelAccess = LineCase.affine,
        architecture: ClassifierGraph?,
        threads: Int = 1,
        maximumQueries: Int? = nil
    ) throws -> TransferStep.Prepared {
        let trainer = SurrogateTrainer(
            backend: ReferenceBackend(),
            execution: Execution(threads: threads),
            seed: 5,
            learningRate: 0.02,
            samplesSeen: 4000,
            epochs: 2...60
        )
        let step = TransferStep(bounds: threat.bounds, trainer: trainer, maximumQueries: maximumQueries)
        return try step.prepare(
            TransferPlan.named(attack, preset: preset),
            from: .init(spare: spare, name: "points.npz", architecture: architecture),
            against: target,
            assessed: samples
        )
    }

    /// Fast attacks on the cross-entropy, and transfers.
    func outcome(_ prepared: TransferStep.Prepared, _ names: [(String, String)]) throws -> AssessmentOutcome {
        var attacks = try names.map { try planned($0.0, $0.1) }
        attacks.append(PlannedAttack(row: prepared.row, preset: prepared.row.presets[0]))
        var plan = AssessmentPlan(threat: threat, suite: "custom", attacks: attacks)
        plan.surrogates = [prepared.surrogates]
        return try Assessor.run(plan, model, on: samples)
    }
}

struct TransferStepTests {
    @Test func theTargetsOwnLayersLearnWhatItKnows() throws {
        let line = try LineCase()
        let prepared = try line.prepare("transfer", "fast", architecture: line.graph)
        let network = try #require(prepared.surrogates.networks.first)
        #expect(prepared.surrogates.networks.count == 1 && prepared.surrogates.notes.isEmpty)
        #expect(network.architecture.contains("own layers") && network.parameterCount == 7)
        #expect((network.agreement.value ?? 0) > 0.9 && network.agreement.samples == 60)
        #expect(network.accuracy == network.agreement, "every label is the target's own")
        #expect(prepared.surrogates.samples == 300 && prepared.surrogates.queries == 0)
        #expect(prepared.row.kind == .transfer && prepared.row.knowledge == .grayBox)
        let outcome = try line.outcome(prepared, [("pgd", "fast")])
        #expect(outcome.status(of: "transfer-does-not-beat-white-box") == .pass)
        let transfer = try #require(outcome.assessment.attacks.last)
        #expect(transfer.kind == "transfer" && transfer.knowledge == "gray-box" && !transfer.isStrong)
        // Half of what the gradients break, or more: the two lines differ a little.
        let (own, theirs) = (outcome.assessment.attacks[0].successRate, transfer.successRate)
        #expect((own.value ?? 0) > 0.1 && (theirs.value ?? 0) >= (own.value ?? 0) / 2)
        #expect(outcome.assessment.surrogates == [prepared.surrogates])
    }

    @Test func withoutLayersOfTheTargetPlainNetworksStandIn() throws {
        let line = try LineCase()
        let known = try line.prepare("transfer", "fast", architecture: nil)
        #expect(known.surrogates.networks.map(\.architecture) == ["mlp of width 128"])
        #expect((known.surrogates.networks[0].agreement.value ?? 0) > 0.9)
        let forest = try ClassifierVectors.graph("sklearn-forest-names")
        let trees = try line.prepare("transfer", "fast", architecture: forest)
        #expect(trees.surrogates.networks == known.surrogates.networks)
        #expect(trees.surrogates.notes.count == 1 && trees.surrogates.notes[0].contains("no gradients"))
    }

    /// What the model is asked for the surrogate's sake holds no assessed sample, and every question counts.
    @Test func answersAreCountedAndNeverAboutAssessedSamples() throws {
        let line = try LineCase()
        let witness = WitnessClassifier(LineCase.affine)
        let prepared = try line.prepare(
            "transfer-answers",
            "fast",
            against: witness,
            architecture: nil,
            maximumQueries: 8
        )
        // Half of what 60 samples allow; without a limit it would be 125 · 2⁴.
        let plan = try TransferPlan.named("transfer-answers", preset: "fast")
        #expect(plan.augmentation?.queries(samples: 300) == 2000)
        #expect(prepared.surrogates.queries == 240 && prepared.surrogates.samples == 240)
        #expect(prepared.row.queriesBefore == 240 && prepared.row.knowledge == .blackBox)
        // The last 60 compare the networks with the model, after the training.
        #expect(witness.asked.count == 300)
        let assessed = Set((0..<60).map { Array(line.samples.inputs.row($0).elements) })
        #expect(assessed.isDisjoint(with: witness.asked.prefix(240)))
        #expect(Set(witness.asked.suffix(60)) == assessed)
        let spare = Set((0..<300).map { Array(line.spare.inputs.row($0).elements) })
        #expect(witness.asked.prefix(125).allSatisfy(spare.contains))
        #expect((prepared.surrogates.networks[0].agreement.value ?? 0) > 0.8)
        let outcome = try line.outcome(prepared, [("fgsm", "standard")])
        #expect(outcome.assessment.attacks.last?.queries.before == 240)
        #expect(outcome.assessment.attacks[0].queries.before == nil)
    }

    /// At most half of what is allowed goes into the surrogates, and their share counts for each sample.
    @Test func aLimitOnQueriesCoversTheSurrogates() throws {
        let line = try LineCase()
        let prepared = try line.prepare(
            "transfer-answers",
            "fast",
            architecture: nil,
            maximumQueries: 8
        )
        #expect(prepared.surrogates.queries == 240)
        #expect(prepared.row.presets[0].summary.contains("cut short"))
        let attack = try prepared.row.make(
            threat: line.threat,
            preset: prepared.row.presets[0],
            classCount: 2
        ).attack
        let transfer = try #require(attack as? TransferAttack)
        #expect(transfer.queryBudget == 4)
    }

    @Test func threadsChangeNothing() throws {
        let line = try LineCase()
        for attack in ["transfer", "transfer-answers"] {
            let records = try [1, 3].map { threads in
                let prepared = try line.prepare(
                    attack,
                    "fast",
                    architecture: line.graph,
                    threads: threads,
                    maximumQueries: 4
                )
                return try line.outcome(prepared, []).records[0].records
            }
            #expect(records[0] == records[1])
        }
    }

    /// Scores a million times as large leave the cross-entropy nothing to follow, but a network of another kind
    /// has learnt the same answers.
    @Test func whereGradientsAreMaskedTransfersTellIt() throws {
        let line = try LineCase(scale: 1e6)
        let prepared = try line.prepare("transfer", "fast", architecture: nil)
        let outcome = try line.outcome(prepared, [("fgsm", "standard"), ("pgd", "fast")])
        let rates = outcome.assessment.attacks.map { $0.successRate.value ?? 0 }
        #expect(rates[2] > 0.1 && rates[0] < rates[2] / 3 && rates[1] < rates[2] / 3)
        #expect(outcome.status(of: "transfer-does-not-beat-white-box") == .fail)
        #expect(outcome.status(of: "white-box-beats-black-box") != .fail)
        let gate = outcome.assessment.vulnerability.gates.first { $0.name == "whiteBoxBeatsBlackBox" }
        #expect(gate?.status == "failed" && gate?.evidence.contains("transfer") == true)
    }

    /// A network that answers otherwise than the model makes the failure of a strong preset worth nothing.
    @Test func aSurrogateUnlikeTheModelMakesTheAttackWeak() throws {
        let line = try LineCase()
        let opposite = AffineClassifier(
            weights: LineCase.affine.weights.reversed(),
            bias: LineCase.affine.bias.reversed()
        )
        let faithful = try line.prepare("transfer", "standard", architecture: line.graph)
        #expect(faithful.row.presets.map(\.isStrong) == [true])
        #expect(faithful.surrogates.networks.count == 2)
        let unlike = try line.prepare(
            "transfer",
            "standard",
            against: opposite,
            architecture: line.graph
        )
        #expect(unlike.row.presets.map(\.isStrong) == [false])
        #expect(unlike.surrogates.notes.contains { $0.contains("weak") })
        #expect(unlike.surrogates.networks.allSatisfy { ($0.agreement.value ?? 1) < 0.2 })
    }

    /// In a gray box surrogates stand in for gradients, also on the curve.
    @Test func aGrayBoxFollowsSurrogatesAlone() throws {
        let line = try LineCase(knowledge: .grayBox)
        let prepared = try line.prepare("transfer", "standard", architecture: line.graph)
        let outcome = try line.outcome(prepared, [("square", "standard")])
        let assessment = outcome.assessment
        #expect(assessment.threat.knowledge == "gray-box")
        #expect(assessment.vulnerability.record.contains("/TM=G/"))
        #expect(assessment.attacks.allSatisfy { $0.gradients.total == 0 })
        let curve = assessment.resilienceCurve.compactMap(\.robustAccuracy.value)
        #expect(curve.first == 1 && (curve.last ?? 1) < 0.8)
        #expect(outcome.status(of: "transfer-does-not-beat-white-box") == .skipped)
        #expect(outcome.status(of: "gradients-are-nonzero") == .skipped)
    }
}
