import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension Assessor {
    /// Assesses a model of which only the labels are within reach, with a plan for a black box.
    ///
    /// Attacks that need scores or gradients cannot be part of the plan, and no check of either applies. The
    /// verdict *robust* asks for a strong attack on labels and holds against adversaries who see labels only,
    /// which its reasons say.
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
        labelsOf model: some LabelAccess,
        obstacle: String,
        judgedBy judge: (any LabelAccess)? = nil,
        on samples: AssessmentSamples,
        subject: Subject,
        with companions: Companions = Companions()
    ) throws -> AssessmentOutcome {
        precondition(plan.threat.knowledge != .whiteBox, "labels alone are what a black box shows")
        let judged: any LabelAccess = judge ?? model
        let model = StoppableClassifier(model, stop: control.stop)
        progress("predicting", 0, samples.count)
        let labels = try model.labels(for: samples.inputs)
        try control.journal?.begin(answers: Tensor(labels: labels))
        let runner = AttackRunner(
            labelsOf: model,
            samples: samples,
            cleanPredictions: labels,
            seed: plan.seed,
            clock: clock,
            control: control,
            judgedBy: judged
        )
        return try assess(
            runner,
            try OutputStudy(model, inputs: samples.inputs, labels: labels, limit: Self.maximumRepeated),
            subject,
            gradients: nil,
            terrain: nil,
            activations: nil,
            CheckEvidence.GradientShortcomings(obstacle: obstacle),
            companions
        )
    }
}
