import BulwarkEvaluation

/// An assessment of which everything is settled but what attacks will find.
struct PreparedAssessment {
    /// What is decided beforehand.
    let plan: AssessmentPlan
    /// What transfer attacks in it are made from.
    let transfer: TransferPreparation
    /// What is assessed, as it was named.
    let target: any AssessmentTarget
    /// The same with as much access as it gives.
    let model: OpenedTarget
    /// What there is beside its answers.
    let companions: Assessor.Companions
    /// What the report says of model, data and program.
    var subject: Assessor.Subject
    /// The samples.
    let samples: AssessmentSamples

    /// Runs the assessment to its end, or until it is to stop.
    ///
    /// - Parameter control: What the run asks and tells.
    /// - Returns: What was found, all of it or as far as the run went.
    /// - Throws: `CommandFailure`, and `RunStop` if the run ends before the first attack.
    func run(_ control: RunControl) throws -> AssessmentOutcome {
        let plan = try target.naming {
            try transfer.completing(self.plan, target: model.labelAccess, samples: samples, control: control)
        }
        let assessor = Assessor(plan: plan, clock: { ProgressDisplay.now }, control: control)
        var outcome = try target.naming {
            switch model.access {
            case .gradients(let classifier):
                try assessor.assess(classifier, on: samples, subject: subject, with: companions)
            case .scores(let classifier, let obstacle, let judge):
                try assessor.assess(
                    scoresOf: classifier,
                    obstacle: obstacle,
                    judgedBy: judge,
                    on: samples,
                    subject: subject,
                    with: companions
                )
            case .labels(let classifier, let obstacle, let judge):
                try assessor.assess(
                    labelsOf: classifier,
                    obstacle: obstacle,
                    judgedBy: judge,
                    on: samples,
                    subject: subject,
                    with: companions
                )
            }
        }
        outcome.assessment.model.endpoint = model.endpoint?()
        return outcome
    }
}
