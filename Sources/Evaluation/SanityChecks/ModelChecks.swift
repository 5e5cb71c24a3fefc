/// Checks on the model: properties that make attacks on it misleading.
///
/// Croce and Hein's published code warns of several of these; Carlini et al., arXiv 1902.06705, section 3.
enum ModelChecks {
    static let rows: [SanityCheckRule] = [
        SanityCheckRule(
            id: "gradients-are-nonzero",
            meaning:
                "The loss has a gradient at every sample; where it is zero an attack has nothing to follow.",
            judge: gradientsAreNonzero
        ),
        SanityCheckRule(
            id: "gradients-are-finite",
            meaning: "No gradient holds a NaN or an infinity.",
            judge: gradientsAreFinite
        ),
        SanityCheckRule(
            id: "gradients-match-finite-differences",
            meaning: "Gradients agree with what small changes of the input really do to the outputs.",
            judge: gradientsMatchFiniteDifferences
        ),
        SanityCheckRule(
            id: "outputs-are-logits",
            meaning: "Attacks see scores, not probabilities, whose gradients vanish where the model is sure.",
            judge: outputsAreLogits
        ),
        SanityCheckRule(
            id: "model-is-deterministic",
            meaning: "The same sample gets the same outputs every time.",
            judge: modelIsDeterministic
        ),
        SanityCheckRule(
            id: "samples-are-independent",
            meaning: "A sample's outputs do not depend on the other samples of its batch.",
            judge: samplesAreIndependent
        ),
    ]

    @Sendable private static func gradientsAreNonzero(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let study = evidence.gradients, !study.marginNorms.isEmpty else {
            return (.skipped, evidence.withoutGradients)
        }
        let count = study.marginNorms.count
        if study.zero > 0 {
            return (
                .fail, "the gradient of the logit difference is zero at \(study.zero) of \(count) samples"
            )
        }
        if study.saturated > 0 {
            // Score attacks follow the margin, too, but not its gradient.
            let usesMargin = evidence.runs.contains {
                $0.planned.row.kind == .gradient && ![nil, .crossEntropy].contains($0.planned.row.loss)
            }
            return (
                usesMargin ? .pass : .warn,
                "the gradient of the cross-entropy is zero at \(study.saturated) of \(count) samples, that of the logit "
                    + "difference at none; an attack on the latter is \(usesMargin ? "" : "not ")part of the run"
            )
        }
        return (.pass, "the gradient is nonzero at all \(count) samples looked at")
    }

    @Sendable private static func gradientsAreFinite(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let study = evidence.gradients, !study.marginNorms.isEmpty else {
            return (.skipped, evidence.withoutGradients)
        }
        let text =
            "\(study.nonFinite) of \(study.marginNorms.count) samples have a gradient that is not finite"
        return (study.nonFinite == 0 ? .pass : .fail, text)
    }

    @Sendable private static func gradientsMatchFiniteDifferences(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let study = evidence.gradients, let cosine = study.finiteDifferenceCosine else {
            return (
                .skipped, evidence.shortcomings.obstacle.map(notApplicable) ?? "no derivative could be taken"
            )
        }
        let rounded = (cosine * 10_000).rounded() / 10_000
        let text =
            "cosine \(rounded) over \(study.derivativeCount) directional derivatives of the logit difference"
        let passed = evidence.shortcomings.straightThrough.joined(separator: ", ")
        let reason = passed.isEmpty ? "" : "; gradients pass \(passed) as straight-through estimates"
        return (cosine >= 0.9 ? .pass : .fail, text + reason)
    }

    @Sendable private static func outputsAreLogits(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        if evidence.outputs.hasNonFinite { return (.fail, "some outputs are NaN or infinite") }
        guard let areProbabilities = evidence.outputs.areProbabilities else {
            return (.skipped, "not applicable: the model shows labels and no scores")
        }
        return areProbabilities
            ? (.fail, "all outputs lie between 0 and 1 and sum to 1")
            : (.pass, "the outputs are not probabilities")
    }

    @Sendable private static func modelIsDeterministic(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let text =
            "\(evidence.outputs.changedOnRepeat) of \(evidence.outputs.repeated) samples got other outputs when asked again"
        return (evidence.outputs.changedOnRepeat == 0 ? .pass : .fail, text)
    }

    @Sendable private static func samplesAreIndependent(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard evidence.outputs.changedOnRepeat == 0 else {
            return (.skipped, "not applicable: the outputs change in the same company, too")
        }
        let text =
            "\(evidence.outputs.changedByCompany) of \(evidence.outputs.repeated) samples got other outputs in other company"
        return (evidence.outputs.changedByCompany == 0 ? .pass : .fail, text)
    }
}

extension CheckEvidence {
    /// Why a check of gradients has nothing to look at.
    fileprivate var withoutGradients: String {
        shortcomings.obstacle.map(notApplicable)
            ?? "no gradients with this knowledge, or no sample is classified correctly"
    }
}

/// A check of gradients of a model that has none.
private func notApplicable(_ obstacle: String) -> String { "not applicable: \(obstacle)" }
