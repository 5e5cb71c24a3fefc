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
    let clock: () -> Double
    /// Whether to go on, what is kept, and who is told how far it is.
    let control: RunControl

    /// An assessor.
    ///
    /// - Parameters:
    ///   - plan: What is decided beforehand.
    ///   - clock: Seconds from some fixed moment.
    ///   - control: Whether to go on, what is kept, and who is told how far it is.
    public init(
        plan: AssessmentPlan,
        clock: @escaping () -> Double,
        control: RunControl = RunControl()
    ) {
        self.plan = plan
        self.clock = clock
        self.control = control
    }

    func progress(_ step: String, _ done: Int, _ total: Int) {
        control.progress(RunProgress(step: step, done: done, total: total))
    }

    /// The most samples that the model is asked about again, to see whether it answers the same.
    static let maximumRepeated = 64

    /// What is known of model, data and program, for the head of the report.
    public struct Subject: Sendable {
        /// The program.
        public var tool: Assessment.Tool
        /// The model.
        public var model: Assessment.Model
        /// The data.
        public var data: Assessment.Data
        /// The plan's constraints; nil if there are none.
        public var constraints: Assessment.Constraints?

        /// All parts.
        public init(
            tool: Assessment.Tool,
            model: Assessment.Model,
            data: Assessment.Data,
            constraints: Assessment.Constraints? = nil
        ) {
            self.tool = tool
            self.model = model
            self.data = data
            self.constraints = constraints
        }
    }

    /// Assesses a model that gives gradients.
    ///
    /// - Parameters:
    ///   - model: The classifier.
    ///   - samples: Labelled samples inside the threat's box.
    ///   - subject: What the report says of model, data and program.
    ///   - companions: What there is beside the model's answers.
    /// - Returns: The numbers, the records they are views of, and samples to show; what there is of them if
    ///   the run ends early.
    /// - Throws: `RunStop` if the run ends before the first attack, `CertificateError` if a certificate that
    ///   was asked for cannot be had, and what the model, the attacks, the detectors and the journal throw.
    public func assess(
        _ model: some ActivationAccess,
        on samples: AssessmentSamples,
        subject: Subject,
        with companions: Companions = Companions()
    ) throws -> AssessmentOutcome {
        let judged = model
        let model = StoppableClassifier(model, stop: control.stop)
        progress("predicting", 0, samples.count)
        let logits = try model.logits(for: samples.inputs)
        try control.journal?.begin(answers: logits)
        let runner = AttackRunner(
            model: model,
            samples: samples,
            cleanPredictions: logits.argmaxOfRows(),
            seed: plan.seed,
            clock: clock,
            control: control,
            judgedBy: judged
        )
        let shortcomings = CheckEvidence.GradientShortcomings(
            straightThrough: subject.model.straightThrough ?? [],
            stepped: subject.model.stepped ?? []
        )
        return try assess(
            runner,
            try OutputStudy(model, inputs: samples.inputs, logits: logits, limit: Self.maximumRepeated),
            subject,
            gradients: try gradientStudy(model, runner),
            terrain: try terrain(model, runner),
            activations: { try model.activations(for: $0) },
            shortcomings,
            companions
        )
    }

    /// Assesses a model that gives no gradients: a black box, or decision trees, which the adversary may know.
    ///
    /// Attacks that follow gradients cannot be part of the plan, and no check of gradients applies. With no
    /// strong attack of another kind in it the verdict cannot be *robust*.
    ///
    /// - Parameters:
    ///   - model: The classifier.
    ///   - obstacle: Why the model gives no gradients, in words.
    ///   - judge: The same model for those who judge, if it answers them when it answers attacks no more.
    ///   - samples: Labelled samples inside the threat's box.
    ///   - subject: What the report says of model, data and program.
    ///   - companions: What there is beside the model's answers.
    /// - Returns: The numbers, the records they are views of, and samples to show; what there is of them if
    ///   the run ends early.
    /// - Throws: `RunStop` if the run ends before the first attack, `CertificateError` if a certificate that
    ///   was asked for cannot be had, and what the model, the attacks, the detectors and the journal throw.
    public func assess(
        scoresOf model: some ScoreAccess,
        obstacle: String,
        judgedBy judge: (any LabelAccess)? = nil,
        on samples: AssessmentSamples,
        subject: Subject,
        with companions: Companions = Companions()
    ) throws -> AssessmentOutcome {
        let judged: any LabelAccess = judge ?? model
        let model = StoppableClassifier(model, stop: control.stop)
        progress("predicting", 0, samples.count)
        let logits = try model.logits(for: samples.inputs)
        try control.journal?.begin(answers: Tensor(labels: logits.argmaxOfRows()))
        let runner = AttackRunner(
            scoresOf: model,
            samples: samples,
            cleanPredictions: logits.argmaxOfRows(),
            seed: plan.seed,
            clock: clock,
            control: control,
            judgedBy: judged
        )
        let shortcomings = CheckEvidence.GradientShortcomings(obstacle: obstacle)
        return try assess(
            runner,
            try OutputStudy(model, inputs: samples.inputs, logits: logits, limit: Self.maximumRepeated),
            subject,
            gradients: nil,
            terrain: nil,
            activations: nil,
            shortcomings,
            companions
        )
    }

    /// Runs what the plan asks for, and puts the numbers together.
    ///
    /// - Throws: What the model, the attacks, the detectors and the journal throw.
    func assess(
        _ runner: AttackRunner<some LabelAccess>,
        _ outputs: OutputStudy,
        _ subject: Subject,
        gradients: GradientStudy?,
        terrain: LossTerrain?,
        activations: ((Tensor) throws -> Tensor?)?,
        _ shortcomings: CheckEvidence.GradientShortcomings,
        _ companions: Companions
    ) throws -> AssessmentOutcome {
        let (model, samples) = (runner.model, runner.samples)
        var runner = runner
        runner.maximumQueries = plan.maximumQueries
        runner.constraints = plan.constraints
        let certification = try Certification(plan, graph: companions.graph, model: model)
        let (runs, stop) = try runAttacks(runner)
        let probes = try Probes(plan: plan, runner: runner, runs: runs, stop: stop)
        let studies = try CompanionStudies(
            plan,
            runner,
            certification: certification,
            twin: companions.twin,
            attacks: runs.map(\.run),
            probes: probes
        )
        // An attack that was not tried on every sample proves nothing by what it left.
        let whole = runs.filter { $0.run.remaining.isEmpty }
        let evidence = CheckEvidence(
            threat: plan.threat,
            classCount: model.classCount,
            sampleCount: samples.count,
            runs: whole,
            curve: probes.curve.map { ($0.epsilon, $0.broken) },
            unbounded: probes.unbounded,
            lifted: probes.lifted,
            unboundedNoise: probes.unboundedNoise,
            doubled: probes.doubled,
            gradients: gradients,
            outputs: outputs,
            shortcomings: shortcomings,
            terrain: terrain,
            trainedAgainst: plan.trainedAgainst,
            reportedSurvivors: whole.count == runs.count ? Self.survivors(runner, runs).count : nil,
            isConstrained: plan.constraints != nil,
            certificates: studies.comparison,
            twin: studies.twin
        )
        let anomaly = try anomalyStudy(activations, samples, runs.map(\.run), after: studies.stop)
        return try outcome(runner, runs, probes, evidence, studies, anomaly, subject)
    }

    /// Runs the plan's attacks in order, until all are done or the run is to end.
    private func runAttacks(
        _ runner: AttackRunner<some LabelAccess>
    ) throws -> (runs: [(planned: PlannedAttack, run: AttackRun)], stop: RunStop?) {
        // What is left to those attacks of the suite that are spared what others have broken.
        var survivors = runner.correct
        var runs: [(planned: PlannedAttack, run: AttackRun)] = []
        for (index, planned) in plan.attacks.enumerated() {
            let run = try runner.runUntilStopped(
                try planned.make(threat: plan.threat, classCount: runner.model.classCount),
                label: planned.row.name,
                on: planned.attacksSurvivors ? survivors : runner.correct,
                place: RunProgress.Place(number: index + 1, count: plan.attacks.count)
            )
            if run.stop == nil || !run.attacked.isEmpty { runs.append((planned, run)) }
            if let stop = run.stop { return (runs, stop) }
            if planned.attacksSurvivors { survivors.removeAll { run.isBroken($0) } }
        }
        return (runs, nil)
    }

    /// What detectors would have seen; nothing, with a note, if the run has ended or ends meanwhile.
    private func anomalyStudy(
        _ activations: ((Tensor) throws -> Tensor?)?,
        _ samples: AssessmentSamples,
        _ runs: [AttackRun],
        after stop: RunStop?
    ) throws -> AnomalyStudy {
        if let stop { return AnomalyStudy(leftOutBy: stop) }
        do {
            return try AnomalyStudy(activations: activations, samples, runs, progress: progress)
        } catch let stop as RunStop {
            return AnomalyStudy(leftOutBy: stop)
        }
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
    static func survivors(
        _ runner: AttackRunner<some LabelAccess>,
        _ runs: [(planned: PlannedAttack, run: AttackRun)]
    ) -> [Int] {
        runner.correct.filter { position in !runs.contains { $0.run.isBroken(position) } }
    }
}
