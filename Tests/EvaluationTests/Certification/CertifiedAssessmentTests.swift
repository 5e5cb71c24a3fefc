import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

/// Assessments with certificates, from plan to verdict.
struct CertifiedAssessmentTests {
    /// An affine model of two classes: certificates and gradient attacks are both exact on it.
    struct Case {
        let graph: ClassifierGraph
        let model: GraphClassifier
        let samples: AssessmentSamples
        let distances: [Double]
        let isCorrect: [Bool]

        init(scale: Float = 1, count: Int = 60) throws {
            let weights: [[Float]] = [[0.4, -0.3, 0.2, 0.1], [-0.2, 0.3, -0.4, 0.35]]
            let layer = ReluNetwork.Layer(weights: weights, bias: [0.05 * scale, 0])
            graph = try ReluNetwork([layer]).classifier()
            model = GraphClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 2))
            let inputs = uniform([count, 4], seed: 6)
            let predictions = try model.labels(for: inputs)
            isCorrect = (0..<count).map { $0 % 9 != 4 }
            samples = AssessmentSamples(
                inputs: inputs,
                labels: zip(predictions, isCorrect).map { $1 ? $0 : 1 - $0 },
                indices: (0..<count).map { 2 * $0 },
                reference: nil
            )
            let slope = zip(weights[1], weights[0]).map { Double($0) - Double($1) }
            let length = slope.reduce(0) { $0 + abs($1) }
            distances = (0..<count).map { row in
                let margin = slope.indices.reduce(-0.05 * Double(scale)) {
                    $0 + slope[$1] * Double(inputs[row * 4 + $1])
                }
                return abs(margin) / length
            }
        }

        static let threat = ThreatModel(norm: .linf, epsilon: 0.15, bounds: Bounds(-10, 10))

        func plan(_ certificates: CertificationPlan, attacks: [String] = ["pgd"]) throws -> AssessmentPlan {
            var plan = AssessmentPlan(
                threat: Self.threat,
                suite: "custom",
                attacks: try attacks.map { try planned($0, "fast") }
            )
            plan.certificates = certificates
            plan.maximumProbes = 20
            return plan
        }

        func run(_ plan: AssessmentPlan, graph: ClassifierGraph? = nil) throws -> AssessmentOutcome {
            try Assessor(plan: plan, clock: { 0 }).assess(
                model,
                on: samples,
                subject: .example,
                with: .init(graph: graph ?? self.graph)
            )
        }
    }

    @Test func certificatesOfAnAffineModelAreItsDistances() throws {
        let affine = try Case()
        let outcome = try affine.run(affine.plan(CertificationPlan(methods: [.ibp, .crown])))
        let robust = zip(affine.distances, affine.isCorrect).count { $0 > 0.15 && $1 }
        try #require(robust > 5 && robust < 45)
        let certificates = try #require(outcome.assessment.certificates)
        for result in certificates.results {
            #expect(result.certifiedAccuracy == Proportion(successes: robust, trials: 60).estimate())
            #expect(result.samples == 60 && result.misclassified == affine.isCorrect.count { !$0 })
            #expect(result.records == "certificates/\(result.method).csv")
        }
        for run in outcome.certificates {
            #expect(run.records.map(\.sample) == affine.samples.indices)
            for (position, record) in run.records.enumerated() {
                guard affine.isCorrect[position] else {
                    #expect(record.radius == nil && !record.isCertified && record.remark == "misclassified")
                    continue
                }
                let radius = record.radius ?? 0
                let distance = affine.distances[position]
                #expect(radius <= distance && radius > 0.989 * distance)
                #expect(record.isCertified == (distance > 0.15))
            }
        }
        let bracket = try #require(certificates.bracket)
        #expect(bracket.certified == bracket.attacked)
        #expect(bracket.gap.value == 0 && bracket.methods == ["ibp", "crown"])
        #expect(outcome.status(of: "certificate-holds") == .pass)
    }

    /// A certificate that reaches the requirement needs no strong attack and none of their checks.
    @Test func aProofIsEnoughForRobust() throws {
        let affine = try Case()
        var plan = try affine.plan(CertificationPlan(methods: [.crown]))
        plan.requiredRobustAccuracy = 0.2
        let proved = try affine.run(plan).assessment
        #expect(proved.verdict == .robust)
        #expect(proved.verdictReasons.contains { $0.contains("no attack within the ball") })
        plan.certificates = .none
        let attacked = try affine.run(plan).assessment
        #expect(attacked.verdict == .inconclusive && attacked.certificates == nil)
        plan.certificates = CertificationPlan(methods: [.crown])
        plan.requiredRobustAccuracy = 0.9
        #expect(try affine.run(plan).assessment.verdict == .vulnerable)
    }

    /// The layers of another classifier with larger margins make certificates that are not true of this one.
    @Test func anUnsoundCertificateFailsTheRun() throws {
        let affine = try Case()
        let other = try Case(scale: 9)
        var plan = try affine.plan(CertificationPlan(methods: [.ibp]))
        plan.requiredRobustAccuracy = 0.01
        let outcome = try affine.run(plan, graph: other.graph)
        let assessment = outcome.assessment
        let contradictions = try #require(assessment.certificates?.contradictions)
        #expect(!contradictions.isEmpty)
        #expect(outcome.status(of: "certificate-holds") == .fail)
        #expect(assessment.verdict == .inconclusive)
        let reason = try #require(assessment.verdictReasons.first)
        #expect(reason.contains("contradict each other"))
        for contradiction in contradictions {
            #expect(contradiction.distance <= contradiction.certifiedRadius)
        }
    }

    /// What is certified of a few samples is compared with attacks on the same ones.
    @Test func theBracketIsAboutTheSameSamples() throws {
        let affine = try Case()
        let plan = try affine.plan(CertificationPlan(methods: [.ibp, .crown], maximumSamples: 25))
        let outcome = try affine.run(plan)
        let bracket = try #require(outcome.assessment.certificates?.bracket)
        let positions = outcome.certificates[0].positions
        #expect(positions == outcome.certificates[1].positions)
        #expect(positions.count == 25 && positions == positions.sorted())
        #expect(positions != Array(0..<25), "drawn, not the first ones of data that may be in some order")
        let robust = positions.count { affine.distances[$0] > 0.15 && affine.isCorrect[$0] }
        #expect(bracket.certified == Proportion(successes: robust, trials: 25).estimate())
        #expect(bracket.attacked.samples == 25)
    }

    @Test func smoothingAndEstimatesStayOutOfBracketAndVerdict() throws {
        let affine = try Case(count: 12)
        var certificates = CertificationPlan(methods: [.smoothing, .clever])
        certificates.smoothing = .init(deviation: 0.25, draws: 500, errorProbability: 0.01)
        certificates.clever = .init(batches: 4, batchSize: 8)
        var plan = try affine.plan(certificates)
        plan.requiredRobustAccuracy = 0.01
        let outcome = try affine.run(plan)
        let found = try #require(outcome.assessment.certificates)
        #expect(found.bracket == nil)
        #expect(found.results.map(\.standing) == ["smoothed", "estimate"])
        #expect(found.results[0].norm == "l2" && found.results[0].certifiedAccuracy != nil)
        #expect(found.results[1].certifiedAccuracy == nil && found.results[1].medianRadius == nil)
        #expect(outcome.assessment.verdict != .robust)
        #expect(outcome.status(of: "certificate-holds") == .skipped)
        // Gradients of an affine model are the same everywhere, so the estimate is the distance.
        for (position, record) in outcome.certificates[1].records.enumerated()
        where affine.isCorrect[position] {
            let estimate = record.estimate ?? 0
            #expect(abs(estimate - min(affine.distances[position], 0.3)) < 1e-4)
            #expect(!record.isCertified && record.radius == nil)
        }
        // The smoothed classifier of an affine one is itself, and its radius never exceeds the distance.
        for (position, record) in outcome.certificates[0].records.enumerated() {
            guard let radius = record.radius else { continue }
            #expect(affine.isCorrect[position] && radius < 2.1 * affine.distances[position])
            #expect(!record.isCertified || radius > 2 * 0.15)
        }
    }

    @Test func whatDoesNotApplyIsLeftOutOrRefused() throws {
        let affine = try Case(count: 12)
        var plan = try affine.plan(CertificationPlan(methods: [.crown]))
        func assess(_ graph: ClassifierGraph?) throws -> AssessmentOutcome {
            try Assessor(plan: plan, clock: { 0 }).assess(
                affine.model,
                on: affine.samples,
                subject: .example,
                with: .init(graph: graph)
            )
        }
        #expect(throws: CertificateError.self) { try assess(nil) }
        plan.certificates.isAskedFor = false
        let outcome = try assess(nil)
        let note = try #require(outcome.assessment.certificates?.notes.first)
        #expect(note.contains("crown") && note.contains("layers"))
        #expect(outcome.certificates.isEmpty)
    }

    @Test func threadsChangeNoCertificate() throws {
        let affine = try Case(count: 30)
        let plan = try affine.plan(CertificationPlan(methods: [.ibp, .crown]))
        let runs = try [1, 3].map { threads in
            let model = GraphClassifier(
                affine.graph,
                backend: ReferenceBackend(),
                execution: Execution(threads: threads)
            )
            return try Assessor(plan: plan, clock: { 0 }).assess(
                model,
                on: affine.samples,
                subject: .example,
                with: .init(graph: affine.graph)
            ).certificates
        }
        #expect(runs[0] == runs[1])
    }
}
