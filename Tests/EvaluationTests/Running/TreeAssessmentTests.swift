import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// Assessments of decision trees by an adversary who knows them.
struct TreeAssessmentTests {
    /// A tree whose label is 1 where x₀ > ½, so that every sample's distance is known.
    private struct Stump {
        let graph: ClassifierGraph
        let model: ScoreClassifier
        let trees: DecisionTrees
        let samples: AssessmentSamples

        init(count: Int = 40) throws {
            let nodes: [DecisionForest.Node] = [
                .branch(.init(feature: 0, threshold: 0.5, whenTrue: 1, whenFalse: 2)),
                .leaf([.init(target: 0, weight: 1), .init(target: 1, weight: 0)]),
                .leaf([.init(target: 0, weight: 0), .init(target: 1, weight: 1)]),
            ]
            var builder = GraphBuilder()
            let input = try builder.input("x", [.batch, 2])
            let forest = try DecisionForest(nodes: nodes, roots: [0], targetCount: 2)
            let scores = try builder.apply(TreeEnsemble(forest), to: [input])
            graph = try ClassifierGraph(builder.graph(outputs: [scores]))
            model = ScoreClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 1))
            trees = try DecisionTrees(graph)
            let inputs = uniform([count, 2], seed: 5)
            samples = AssessmentSamples(
                inputs: inputs,
                labels: try model.labels(for: inputs),
                indices: (0..<count).map { 10 + $0 },
                reference: nil
            )
        }

        /// How far each sample is from the other label.
        var distances: [Double] {
            (0..<samples.count).map { row in
                let value = samples.inputs[2 * row]
                let nearest = value <= 0.5 ? Float(0.5).nextUp : 0.5
                return abs(Double(value) - Double(nearest))
            }
        }
    }

    private func assess(
        _ stump: Stump,
        epsilon: Float,
        norm: Norm = .linf,
        regions: Int = AttackTable.treeLimit,
        required: Double = 0.5,
        besides others: [PlannedAttack] = [],
        constraints: ConstraintDocument? = nil
    ) throws -> AssessmentOutcome {
        let threat = ThreatModel(norm: norm, epsilon: epsilon, bounds: Bounds(0, 1))
        let row = AttackTable.treeRow(stump.trees, maximumRegions: regions)
        let exact = PlannedAttack(row: row, preset: try row.preset(named: "standard"), attacksSurvivors: true)
        var plan = AssessmentPlan(threat: threat, suite: "custom", attacks: [exact] + others)
        plan.requiredRobustAccuracy = required
        plan.constraints = try constraints.map { try FeatureConstraints($0, featureCount: 2) }
        return try Assessor(plan: plan, clock: { 0 }).assess(
            scoresOf: stump.model,
            obstacle: "its scores move in steps",
            on: stump.samples,
            subject: .example,
            with: .init(graph: stump.graph)
        )
    }

    /// Nothing is estimated: distances, curve, certificates and verdict are what they are known to be.
    @Test(arguments: [Norm.linf, .l2])
    func everythingIsKnownExactly(norm: Norm) throws {
        let stump = try Stump()
        let outcome = try assess(stump, epsilon: 0.05, norm: norm)
        let assessment = outcome.assessment
        let distances = stump.distances
        let records = try #require(outcome.records.first).records
        for (record, distance) in zip(records, distances) {
            #expect(record.isBroken == (distance <= 0.05))
            #expect(record.nearest == (distance <= 0.1 ? distance : nil))
            let proved = try #require(record.proved)
            #expect(distance <= 0.1 ? proved == distance.nextDown : proved >= 0.1)
        }
        for point in assessment.resilienceCurve {
            let robust = distances.count { $0 > point.epsilon * (1 + 1e-6) }
            #expect(point.robustAccuracy.value == Double(robust) / 40, "at \(point.epsilon)")
        }
        #expect(assessment.verdict == .robust)
        #expect(assessment.verdictReasons.contains { $0.contains("trees certified") })
        let bracket = try #require(assessment.certificates?.bracket)
        #expect(bracket.methods == ["trees"] && bracket.gap.value == 0)
        #expect(bracket.certified.value == assessment.worstCase.robustAccuracy.value)
        #expect(assessment.attacks[0].kind == "exact" && assessment.attacks[0].knowledge == "white-box")
        #expect(assessment.vulnerability.gates.allSatisfy { $0.status == "passed" })
        #expect(outcome.status(of: "certificate-holds") == .pass)
        #expect(outcome.status(of: "curve-is-monotone") == .pass)
    }

    @Test func whatIsBrokenMakesTheVerdictVulnerable() throws {
        let stump = try Stump()
        let assessment = try assess(stump, epsilon: 0.4).assessment
        let robust = stump.distances.count { $0 > 0.4 }
        #expect(assessment.worstCase.robustAccuracy.value == Double(robust) / 40)
        #expect(assessment.verdict == .vulnerable)
    }

    /// Other attacks find nothing that was proved not to be there, and break nothing more.
    @Test func noOtherAttackFindsMore() throws {
        let stump = try Stump()
        let others = try [
            planned("square", "fast"), planned("hop-skip-jump", "fast"), planned("noise", "fast"),
        ]
        let outcome = try assess(stump, epsilon: 0.1, besides: others)
        let exact = outcome.records[0].records
        for (name, records) in outcome.records.dropFirst() {
            for (record, known) in zip(records, exact) where record.isBroken {
                #expect(known.isBroken && known.distances.linf <= record.distances.linf, "\(name)")
            }
        }
        #expect(outcome.assessment.certificates?.contradictions.isEmpty == true)
    }

    /// A feature that cannot change makes the model robust, and it is proved.
    @Test func constraintsArePartOfTheProof() throws {
        let stump = try Stump()
        let assessment = try assess(stump, epsilon: 0.4, constraints: .init(immutable: [0])).assessment
        #expect(assessment.worstCase.robustAccuracy.value == 1)
        #expect(assessment.verdict == .robust)
        let falling = try assess(stump, epsilon: 0.4, constraints: .init(monotone: [.init(0, .falling)]))
        let records = falling.records[0].records
        for (row, record) in records.enumerated() {
            let isAbove = stump.samples.inputs[2 * row] > 0.5
            #expect(record.isBroken == (isAbove && stump.distances[row] <= 0.4))
        }
    }

    /// Trees that vote 4 for class 1 in a sixteenth of the interval each, and −1 elsewhere: never enough, but
    /// looked at four by four it seems so.
    private func sixteenths() throws -> ClassifierGraph {
        var nodes: [DecisionForest.Node] = []
        var roots: [Int] = []
        func leaf(_ weight: Float) -> DecisionForest.Node {
            .leaf([.init(target: 0, weight: 0), .init(target: 1, weight: weight)])
        }
        for part in 0..<16 {
            let root = nodes.count
            roots.append(root)
            let (lower, upper) = (Double(part) / 16, Double(part + 1) / 16)
            nodes += [
                .branch(.init(feature: 0, threshold: lower, whenTrue: root + 1, whenFalse: root + 2)),
                leaf(-1),
                .branch(.init(feature: 0, threshold: upper, whenTrue: root + 3, whenFalse: root + 4)),
                leaf(4), leaf(-1),
            ]
        }
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 2])
        let forest = try DecisionForest(nodes: nodes, roots: roots, targetCount: 2)
        let scores = try builder.apply(TreeEnsemble(forest), to: [input])
        return try ClassifierGraph(builder.graph(outputs: [scores]))
    }

    /// A search that comes to its limit proves nothing, and no other attack makes up for it.
    @Test func aLimitLeavesTheVerdictOpen() throws {
        let graph = try sixteenths()
        let model = ScoreClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 1))
        let inputs = uniform([20, 2], seed: 6)
        let samples = AssessmentSamples(
            inputs: inputs,
            labels: try model.labels(for: inputs),
            indices: Array(0..<20),
            reference: nil
        )
        func assess(_ regions: Int) throws -> Assessment {
            let threat = ThreatModel(norm: .linf, epsilon: 0.5, bounds: Bounds(0, 1))
            let row = AttackTable.treeRow(try DecisionTrees(graph), maximumRegions: regions)
            let exact = PlannedAttack(row: row, preset: try row.preset(named: "standard"))
            let plan = AssessmentPlan(threat: threat, suite: "custom", attacks: [exact])
            return try Assessor(plan: plan, clock: { 0 }).assess(
                scoresOf: model,
                obstacle: "its scores move in steps",
                on: samples,
                subject: .example,
                with: .init(graph: graph)
            ).assessment
        }
        let decided = try assess(10_000)
        #expect(decided.verdict == .robust, "\(decided.verdictReasons)")
        #expect(decided.certificates?.bracket?.certified.value == 1)
        let open = try assess(1)
        #expect(open.worstCase.robustAccuracy.value == 1)
        #expect(open.verdict == .inconclusive)
        #expect(open.verdictReasons.contains { $0.contains("--tree-limit") })
        #expect(open.vulnerability.gates.allSatisfy { $0.status == "not-evaluated" })
        // Of the others one region is all there is to look at.
        #expect(open.certificates?.bracket?.gap.value == 0.55)
        #expect(open.certificates?.notes.contains { $0.contains("11 of 20 samples") } == true)
    }
}
