import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Runs an assessment from samples to verdict.
///
/// Reads no clock, opens no file: both are passed in.
public struct Assessor {
    /// What is decided beforehand.
    public let plan: AssessmentPlan
    /// Seconds from some fixed moment, for the durations in the report.
    private let clock: () -> Double
    /// Told what is being done, and how much of it: step, done, total.
    private let progress: (String, Int, Int) -> Void

    /// An assessor.
    ///
    /// - Parameters:
    ///   - plan: What is decided beforehand.
    ///   - clock: Seconds from some fixed moment.
    ///   - progress: Called with a step's name, how many samples are done, and of how many.
    public init(
        plan: AssessmentPlan,
        clock: @escaping () -> Double,
        progress: @escaping (String, Int, Int) -> Void = { _, _, _ in }
    ) {
        self.plan = plan
        self.clock = clock
        self.progress = progress
    }

    /// What is known of model, data and program, for the head of the report.
    public struct Subject: Sendable {
        /// The program.
        public var tool: Assessment.Tool
        /// The model.
        public var model: Assessment.Model
        /// The data.
        public var data: Assessment.Data

        /// All parts.
        public init(tool: Assessment.Tool, model: Assessment.Model, data: Assessment.Data) {
            self.tool = tool
            self.model = model
            self.data = data
        }
    }

    /// Assesses a model that gives gradients.
    ///
    /// - Parameters:
    ///   - model: The classifier.
    ///   - samples: Labelled samples inside the threat's box.
    ///   - subject: What the report says of model, data and program.
    /// - Returns: The numbers, the records they are views of, and samples to show.
    /// - Throws: What the model, the attacks and the detectors throw.
    public func assess(
        _ model: some ActivationAccess,
        on samples: AssessmentSamples,
        subject: Subject
    ) throws -> AssessmentOutcome {
        progress("predicting", 0, samples.count)
        let logits = try model.logits(for: samples.inputs)
        let runner = AttackRunner(
            model: model,
            samples: samples,
            cleanPredictions: logits.argmaxOfRows(),
            seed: plan.seed,
            clock: clock,
            progress: progress
        )
        let shortcomings = CheckEvidence.GradientShortcomings(
            straightThrough: subject.model.straightThrough ?? [],
            stepped: subject.model.stepped ?? []
        )
        return try assess(
            runner,
            logits,
            subject,
            gradients: try gradientStudy(model, runner),
            terrain: try terrain(model, runner),
            activations: { try model.activations(for: $0) },
            shortcomings
        )
    }

    /// Assesses a model of which only the scores are within reach, with a plan for a black box.
    ///
    /// Attacks that follow gradients cannot be part of the plan, and no check of gradients applies. With no
    /// strong attack of another kind in it the verdict cannot be *robust*.
    ///
    /// - Parameters:
    ///   - model: The classifier.
    ///   - obstacle: Why the model gives no gradients, in words.
    ///   - samples: Labelled samples inside the threat's box.
    ///   - subject: What the report says of model, data and program.
    /// - Returns: The numbers, the records they are views of, and samples to show.
    /// - Throws: What the model, the attacks and the detectors throw.
    public func assess(
        scoresOf model: some ScoreAccess,
        obstacle: String,
        on samples: AssessmentSamples,
        subject: Subject
    ) throws -> AssessmentOutcome {
        precondition(plan.threat.knowledge == .blackBox, "scores alone are what a black box shows")
        progress("predicting", 0, samples.count)
        let logits = try model.logits(for: samples.inputs)
        let runner = AttackRunner(
            scoresOf: model,
            samples: samples,
            cleanPredictions: logits.argmaxOfRows(),
            seed: plan.seed,
            clock: clock,
            progress: progress
        )
        let shortcomings = CheckEvidence.GradientShortcomings(obstacle: obstacle)
        return try assess(
            runner,
            logits,
            subject,
            gradients: nil,
            terrain: nil,
            activations: nil,
            shortcomings
        )
    }

    private func assess(
        _ runner: AttackRunner<some ScoreAccess>,
        _ logits: Tensor,
        _ subject: Subject,
        gradients: GradientStudy?,
        terrain: LossTerrain?,
        activations: ((Tensor) throws -> Tensor?)?,
        _ shortcomings: CheckEvidence.GradientShortcomings
    ) throws -> AssessmentOutcome {
        let (model, samples) = (runner.model, runner.samples)
        // What is left to those attacks of the suite that are spared what others have broken.
        var survivors = runner.correct
        let runs = try plan.attacks.map { planned -> (planned: PlannedAttack, run: AttackRun) in
            let attack = try planned.make(threat: plan.threat, classCount: model.classCount)
            let positions = planned.attacksSurvivors ? survivors : runner.correct
            let run = try runner.run(attack, label: planned.row.name, on: positions)
            if planned.attacksSurvivors { survivors.removeAll { run.isBroken($0) } }
            return (planned, run)
        }
        let probes = try Probes(plan: plan, runner: runner, runs: runs)
        let evidence = CheckEvidence(
            threat: plan.threat,
            classCount: model.classCount,
            sampleCount: samples.count,
            runs: runs,
            curve: probes.curve.map { ($0.epsilon, $0.broken) },
            unbounded: probes.unbounded,
            unboundedNoise: probes.unboundedNoise,
            doubled: probes.doubled,
            gradients: gradients,
            outputs: try OutputStudy(model, inputs: samples.inputs, logits: logits, limit: 64),
            shortcomings: shortcomings,
            terrain: terrain,
            trainedAgainst: plan.trainedAgainst,
            reportedSurvivors: Self.survivors(runner, runs).count
        )
        let anomaly = try AnomalyStudy(
            activations: activations,
            samples,
            runs.map(\.run),
            progress: progress
        )
        return try outcome(runner, runs, probes, evidence, anomaly, subject)
    }

    private func gradientStudy(
        _ model: some GradientAccess,
        _ runner: AttackRunner<some GradientAccess>
    ) throws
        -> GradientStudy?
    {
        guard plan.threat.knowledge == .whiteBox else { return nil }
        let correct = runner.correct
        progress("checking gradients", 0, min(correct.count, plan.maximumProbes))
        return try GradientStudy(
            model,
            inputs: runner.samples.inputs.gatheringRows(correct),
            aims: correct.map { .anythingBut(runner.samples.labels[$0]) },
            bounds: plan.threat.bounds,
            seed: plan.seed,
            limit: plan.maximumProbes
        )
    }

    /// What the adversary looks at first.
    private func terrain(
        _ model: some GradientAccess,
        _ runner: AttackRunner<some GradientAccess>
    ) throws -> LossTerrain? {
        guard plan.threat.knowledge == .whiteBox else { return nil }
        let probed = Array(runner.correct.prefix(LossTerrain.maximumSamples))
        progress("looking at the loss", 0, probed.count)
        let batch = Batch(
            inputs: runner.samples.inputs.gatheringRows(probed),
            aims: probed.map { runner.aim($0, plan.threat.goal) },
            samples: probed.map { runner.samples.indices[$0] }
        )
        return try LossTerrain(model, batch, plan.threat, seed: plan.seed)
    }

    /// The positions of the samples that no attack broke, of those classified correctly.
    private static func survivors(
        _ runner: AttackRunner<some ScoreAccess>,
        _ runs: [(planned: PlannedAttack, run: AttackRun)]
    ) -> [Int] {
        runner.correct.filter { position in !runs.contains { $0.run.isBroken(position) } }
    }

    private func outcome(
        _ runner: AttackRunner<some ScoreAccess>,
        _ runs: [(planned: PlannedAttack, run: AttackRun)],
        _ probes: Probes,
        _ evidence: CheckEvidence,
        _ anomaly: AnomalyStudy,
        _ subject: Subject
    ) throws -> AssessmentOutcome {
        let total = runner.samples.count
        let correct = runner.correct
        let survivors = Self.survivors(runner, runs)
        let broken = correct.count - survivors.count
        let worst = Proportion(successes: survivors.count, trials: total).estimate()
        let checks = SanityCheckTable.rows.map { $0.result(for: evidence) }
        let gates = AdequacyGates(evidence)
        let score = try VulnerabilityScore(
            severity: plan.severity,
            breaches: runs.isEmpty
                ? Proportion(successes: 0, trials: 0)
                : Proportion(successes: broken, trials: correct.count),
            budget: "\(plan.threat.norm.rawValue):\(plan.threat.epsilon)",
            knowledge: plan.threat.knowledge.forScore,
            gates: gates.report,
            seed: plan.seed,
            system: "sha256:\(subject.model.sha256)"
        )
        let (verdict, reasons) = VerdictRule(
            worstCase: worst,
            required: plan.requiredRobustAccuracy,
            checks: checks,
            attacks: plan.attacks,
            knowledge: plan.threat.knowledge,
            norm: plan.threat.norm,
            epsilon: plan.threat.epsilon
        ).decision
        let assessment = Assessment(
            tool: subject.tool,
            model: subject.model,
            data: subject.data,
            seed: plan.seed,
            threat: plan.threat.described,
            suite: plan.suite,
            cleanAccuracy: Proportion(successes: correct.count, trials: total).estimate(),
            attacks: runs.map { result($0.planned, $0.run, total: total) },
            worstCase: .init(robustAccuracy: worst),
            resilienceCurve: probes.resilienceCurve,
            accuracyDrop: Proportion(successes: broken, trials: total).estimate(),
            inputGradients: evidence.gradients.described,
            vulnerability: .init(score, isDefault: plan.severityIsDefault, gates: gates),
            anomaly: anomaly.results,
            anomalyNotes: anomaly.notes,
            sanityChecks: checks,
            verdict: verdict,
            verdictReasons: reasons,
            requiredRobustAccuracy: plan.requiredRobustAccuracy
        )
        return AssessmentOutcome(
            assessment: assessment,
            records: runs.map { ($0.run.name, $0.run.records) },
            exhibits: ExhibitChoice(samples: runner.samples, runs: runs, norm: plan.threat.norm).exhibits
        )
    }

    private func result(_ planned: PlannedAttack, _ run: AttackRun, total: Int) -> Assessment.AttackResult {
        let attacked = run.attacked.map { run.records[$0] }
        let broken = attacked.filter(\.isBroken)
        func cost(_ counts: [Int]) -> Assessment.AttackResult.Cost {
            .init(median: Quantiles.median(of: counts.map(Double.init)) ?? 0, total: counts.reduce(0, +))
        }
        return Assessment.AttackResult(
            name: run.name,
            preset: planned.preset.name,
            provenance: planned.preset.provenance.rawValue,
            isStrong: planned.preset.isStrong,
            kind: planned.row.kind.rawValue,
            attacksSurvivors: planned.attacksSurvivors,
            settings: planned.preset.summary,
            knowledge: planned.row.kind == .gradient ? "white-box" : "black-box",
            norm: plan.threat.norm.rawValue,
            epsilon: plan.threat.epsilon.asWritten,
            robustAccuracy: Proportion(successes: attacked.count - broken.count, trials: total).estimate(),
            successRate: run.success.estimate(),
            medianPerturbation: Quantiles.median(of: broken.map { $0.distances[plan.threat.norm] }),
            queries: cost(attacked.map(\.queries)),
            gradients: cost(attacked.map(\.gradients)),
            seconds: run.seconds,
            records: "attacks/\(run.name).csv"
        )
    }
}

extension ThreatModel {
    fileprivate var described: Assessment.Threat {
        Assessment.Threat(
            goal: goal.rawValue,
            norm: norm.rawValue,
            epsilon: epsilon.asWritten,
            knowledge: knowledge.rawValue,
            lowerBound: (bounds.lower.min() ?? 0).asWritten,
            upperBound: (bounds.upper.max() ?? 0).asWritten
        )
    }
}

extension Float {
    /// The double whose decimal form is this float's: 0.1 and not 0.10000000149.
    var asWritten: Double { Double(description) ?? Double(self) }
}

extension ThreatModel.Knowledge {
    fileprivate var forScore: VulnerabilityScore.Knowledge {
        switch self {
        case .whiteBox: .whiteBox
        case .grayBox: .grayBox
        case .blackBox: .blackBox
        }
    }
}

extension GradientStudy? {
    fileprivate var described: Assessment.InputGradients {
        let norms = (self?.crossEntropyNorms ?? []).filter(\.isFinite)
        let quantiles = Quantiles(norms)
        return Assessment.InputGradients(
            loss: Loss.crossEntropy.rawValue,
            medianL2: quantiles?.median,
            quantiles: quantiles.map { [$0.value(at: 0.05), $0.value(at: 0.95)] } ?? [],
            samples: self?.crossEntropyNorms.count ?? 0,
            zero: self?.saturated ?? 0,
            nonFinite: self?.nonFinite ?? 0
        )
    }
}
