import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors

/// One model of one seed, and the samples that it is assessed on.
struct Examination {
    let subject: Subject
    let workshop: Workshop
    let test: DataSet
    let settings: Outcome.Settings
    private let target: Target
    private let samples: AssessmentSamples
    private let threat: ThreatModel

    /// Trains the model.
    init(_ subject: Subject, _ workshop: Workshop, test: DataSet, settings: Outcome.Settings) throws {
        self.subject = subject
        self.workshop = workshop
        self.test = test
        self.settings = settings
        target = try subject.make(workshop)
        var random = SeededRandom(seed: workshop.seed, stream: "samples")
        let order = random.permutation(of: test.sampleCount).prefix(settings.samples).sorted()
        samples = AssessmentSamples(
            inputs: test.inputs.gatheringRows(order),
            labels: order.map { test.labels[$0] },
            indices: order,
            reference: nil
        )
        threat = ThreatModel(
            goal: subject.goal,
            norm: workshop.threat.norm,
            epsilon: workshop.threat.epsilon,
            bounds: workshop.threat.bounds
        )
    }

    /// What the suites say, and what attacks outside of them do.
    func outcomes(_ suites: [AttackSuite]) throws -> [Outcome] {
        let (deployed, gradients) = try access()
        let plain = share(
            try robust(under: .crossEntropy, steps: 40, restarts: 1, following: gradients, judgedBy: deployed)
        )
        let followed: any GradientAccess =
            if let mean = target.mean { mean } else {
                target.stand.map { Substituted(model: deployed, stand: $0) } ?? gradients
            }
        let margin = try robust(
            under: .margin,
            steps: 50,
            restarts: 2,
            following: followed,
            judgedBy: target.mean ?? deployed
        )
        let adaptive = min(plain, share(margin))
        let clock = ContinuousClock()
        return try suites.map { suite in
            let start = clock.now
            let assessment = try assess(suite)
            return Outcome(
                settings: settings,
                subject: subject.name,
                group: subject.group,
                seed: workshop.seed,
                suite: suite.rawValue,
                cleanAccuracy: assessment.cleanAccuracy.value ?? 0,
                plainAccuracy: plain,
                adaptiveAccuracy: adaptive,
                worstCase: assessment.worstCase.robustAccuracy.value ?? 0,
                verdict: assessment.verdict,
                checks: assessment.sanityChecks.map {
                    Outcome.Check(id: $0.id, status: $0.status, evidence: $0.evidence)
                },
                attacks: Dictionary(
                    assessment.attacks.map { ($0.name, $0.robustAccuracy.value ?? 0) },
                    uniquingKeysWith: min
                ),
                seconds: (clock.now - start) / .seconds(1)
            )
        }
    }

    /// The model as it answers, and what a plain attack follows.
    private func access() throws -> (any ScoreAccess, any GradientAccess) {
        switch target.form {
        case .own(let model): return (model, model)
        case .graph(let graph):
            let model = try ClassifierGraph(graph)
            let access = ClassifierAccess(model, backend: workshop.backend, execution: workshop.execution)
            return switch access {
            case .gradients(let model): (model, model)
            case .scores(let model): (model, ZeroGradient(base: model))
            }
        }
    }

    /// For each sample whether the model is right about it without an attack and under one.
    private func robust(
        under loss: Loss,
        steps: Int,
        restarts: Int,
        following model: any GradientAccess,
        judgedBy deployed: any ScoreAccess
    ) throws -> [Bool] {
        let attack = try PGD(
            threat: threat,
            loss: loss,
            stepSize: AttackTable.stepSize(epsilon: threat.epsilon, steps: steps),
            steps: steps,
            restarts: restarts,
            randomStart: true
        )
        let clean = try deployed.labels(for: samples.inputs)
        let batch = Batch(
            inputs: samples.inputs,
            aims: samples.labels.map { label in
                threat.goal == .untargeted
                    ? .anythingBut(label) : .exactly((label + 1) % workshop.classCount, not: label)
            },
            samples: samples.indices
        )
        let random = RandomSource(seed: workshop.seed, stream: "examination")
        let found = try attack.perturb(batch, against: model, random: random)
        let attacked = try deployed.labels(for: found.candidates)
        return (0..<samples.count).map { position in
            clean[position] == samples.labels[position]
                && !batch.aims[position].isReached(by: attacked[position])
        }
    }

    private func share(_ flags: [Bool]) -> Double {
        Double(flags.count { $0 }) / Double(max(flags.count, 1))
    }

    private func assess(_ suite: AttackSuite) throws -> Assessment {
        switch target.form {
        case .own(let model):
            return try assessor(suite, threat, model).assess(
                model,
                on: samples,
                subject: described(nil),
                with: try companions(nil)
            ).assessment
        case .graph(let graph):
            let model = try ClassifierGraph(graph)
            let access = ClassifierAccess(model, backend: workshop.backend, execution: workshop.execution)
            switch access {
            case .gradients(let model):
                return try assessor(suite, threat, model).assess(
                    model,
                    on: samples,
                    subject: described(model.model.graph),
                    with: try companions(model.model)
                ).assessment
            case .scores(let model):
                let blind = ThreatModel(
                    goal: threat.goal,
                    norm: threat.norm,
                    epsilon: threat.epsilon,
                    bounds: threat.bounds,
                    knowledge: .blackBox
                )
                return try assessor(suite, blind, model).assess(
                    scoresOf: model,
                    obstacle: model.obstacle,
                    on: samples,
                    subject: described(nil)
                ).assessment
            }
        }
    }

    private func assessor(
        _ suite: AttackSuite,
        _ threat: ThreatModel,
        _ model: some ScoreAccess
    ) throws -> Assessor {
        var plan = AssessmentPlan(
            threat: threat,
            suite: suite.rawValue,
            attacks: try suite.attacks(
                for: threat,
                classCount: model.classCount,
                transfers: try transfers(suite, threat, classCount: model.classCount)
            ),
            seed: workshop.seed
        )
        plan.certificates = CertificationPlan(
            methods: [.ibp, .crown],
            isAskedFor: false,
            maximumSamples: 50,
            operationBudget: suite == .standard ? 5e9 : 0
        )
        plan.requiredRobustAccuracy = settings.required
        return Assessor(plan: plan, clock: { 0 })
    }

    /// The suite's transfer attacks from networks that were trained on the labelled samples.
    private func transfers(
        _ suite: AttackSuite,
        _ threat: ThreatModel,
        classCount: Int
    ) throws -> [AttackTable.Row] {
        guard classCount == workshop.classCount else { return [] }
        return try suite.transfers(for: threat).filter { $0.augmentation == nil }.map { plan in
            plan.row(with: try workshop.surrogates(), isFaithful: true)
        }
    }

    private func companions(_ graph: ClassifierGraph?) throws -> Assessor.Companions {
        let twin = try subject.twin.map { try workshop.classifier($0(workshop)) }
        return Assessor.Companions(graph: graph, twin: twin)
    }

    /// What a report says of the model; with its graph, what gradients of that leave out.
    private func described(_ graph: Graph?) -> Assessor.Subject {
        func list(_ names: [String]?) -> [String]? { names?.isEmpty == false ? names : nil }
        return Assessor.Subject(
            tool: .init(name: "bulwark-calibration", version: "", command: [], backend: "", platform: ""),
            model: .init(
                path: subject.name,
                sha256: "",
                inputShape: workshop.inputShape.dimensions,
                classCount: workshop.classCount,
                parameterCount: 0,
                outputForm: "",
                notes: [],
                straightThrough: list(graph?.straightThroughOperators),
                stepped: list(graph?.steppedOperators)
            ),
            data: .init(
                path: settings.data,
                sha256: "",
                samples: samples.count,
                available: test.sampleCount,
                classNames: nil,
                featureNames: nil,
                reference: "",
                notes: []
            )
        )
    }
}
