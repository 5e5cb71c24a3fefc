import BulwarkEvaluation

/// Whether the numbers can be trusted.
extension HTMLReport {
    static func sanitySection(_ assessment: Assessment) -> Section? {
        guard !assessment.sanityChecks.isEmpty else { return nil }
        let items = assessment.sanityChecks.map { check -> Markup in
            """
            <li class="\(check.status.style)">\(sign(check.status))\
            <div><p><b>\(check.meaning)</b> <code class="id">\(check.id)</code></p><p>\(check.evidence)</p></div></li>

            """
        }
        return Section(
            id: "sanity",
            title: "Can the numbers be trusted?",
            introduction: """
                An attack that finds nothing has shown only that this attack found nothing. These checks look for the \
                usual ways in which a robustness number comes out too high. \(summary(assessment.sanityChecks))
                """,
            body: "<ul class=\"checks\">\(items)</ul>\(gradients(assessment.inputGradients))"
        )
    }

    private static func summary(_ checks: [Assessment.SanityCheck]) -> Markup {
        let statuses: [Assessment.SanityCheck.Status] = [.pass, .warn, .fail, .skipped]
        let counts = statuses.compactMap { status -> String? in
            let count = checks.count { $0.status == status }
            return count == 0 ? nil : "\(count) \(status.word)"
        }
        return "\(counts.joined(separator: ", "))."
    }

    /// A sign in a circle, with the status in words beside it.
    static func sign(_ status: Assessment.SanityCheck.Status, word: String? = nil) -> Markup {
        """
        <span class="status"><svg viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" \
        stroke-width="2" stroke-linecap="round" stroke-linejoin="round">\
        <circle cx="10" cy="10" r="8.6" stroke-width="1.5"/><path d="\(signPath(status))"/></svg>\
        \(word ?? status.word)</span>
        """
    }

    /// A tick, an exclamation mark, a cross or a dash in a square of 20 units.
    static func signPath(_ status: Assessment.SanityCheck.Status) -> Markup {
        switch status {
        case .pass: "M6 10.3l2.8 2.8L14 7.4"
        case .warn: "M10 5.5v5.4M10 14.1v0.2"
        case .fail: "M6.8 6.8l6.4 6.4M13.2 6.8l-6.4 6.4"
        case .skipped: "M6.5 10h7"
        }
    }

    private static func gradients(_ gradients: Assessment.InputGradients) -> Markup? {
        guard let median = gradients.medianL2, gradients.samples > 0 else { return nil }
        let spread: Markup? =
            gradients.quantiles.count == 2
            ? """
             (90 % of them between \(NumberText.distance(gradients.quantiles[0])) and \
            \(NumberText.distance(gradients.quantiles[1])))
            """
            : nil
        return """
            <p class="key">Input gradients of the \(gradients.loss) on \(NumberText.grouped(gradients.samples)) clean \
            samples: median Euclidean norm \(NumberText.distance(median))\(spread); zero everywhere for \
            \(NumberText.grouped(gradients.zero)), not finite for \(NumberText.grouped(gradients.nonFinite)).</p>
            """
    }
}

extension Assessment.SanityCheck.Status {
    /// The status in a word.
    var word: String {
        switch self {
        case .pass: "passed"
        case .warn: "warning"
        case .fail: "failed"
        case .skipped: "skipped"
        }
    }

    /// The class that gives it its colour.
    var style: Markup {
        switch self {
        case .pass: "pass"
        case .warn: "warn"
        case .fail: "fail"
        case .skipped: "skipped"
        }
    }
}
