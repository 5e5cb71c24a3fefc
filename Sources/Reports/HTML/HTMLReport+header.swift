import BulwarkEvaluation

/// The top of the page: what was assessed, the verdict with its reasons, and the four figures to take away.
extension HTMLReport {
    static func header(_ assessment: Assessment) -> Markup {
        let threat = assessment.threat
        let reasons = assessment.verdictReasons.map { reason -> Markup in "<li>\(reason)</li>" }
        return """
            <header>
            <p class="kicker">Robustness assessment</p>
            <h1>\(Wording.name(of: assessment.model))</h1>
            <p class="about">\(NumberText.grouped(assessment.data.samples)) samples of \
            \(Wording.fileName(assessment.data.path)), attacked by the suite <b>\(assessment.suite)</b> within \
            \(Wording.norm(threat.norm)) ≤ \(NumberText.distance(threat.epsilon)), \(threat.knowledge), \
            \(threat.goal).</p>
            <div class="verdict">
            \(icon(assessment.verdict))
            <div><p class="word">\(assessment.verdict.word)\(partial(assessment))</p>
            <p class="meaning">\(meaning(assessment))</p>
            <ul>\(reasons)</ul></div>
            </div>
            \(figures(assessment))
            </header>
            """
    }

    /// A mark on the verdict of a run that ended early.
    private static func partial(_ assessment: Assessment) -> Markup? {
        assessment.partial.map { partial -> Markup in
            " <span class=\"tag\">partial run: \(partial.summary)</span>"
        }
    }

    private static func meaning(_ assessment: Assessment) -> Markup {
        let required = NumberText.percent(assessment.requiredRobustAccuracy)
        return switch assessment.verdict {
        case .robust: "The model keeps the required robust accuracy of \(required) under this threat."
        case .vulnerable:
            "The model falls below the required robust accuracy of \(required) under this threat."
        case .inconclusive:
            "Whether the model keeps the required robust accuracy of \(required) could not be shown either way."
        }
    }

    private static func icon(_ verdict: Assessment.Verdict) -> Markup {
        let status: Assessment.SanityCheck.Status =
            switch verdict {
            case .robust: .pass
            case .vulnerable: .fail
            case .inconclusive: .warn
            }
        return shield(status, title: "\(verdict.word)")
    }

    /// A shield with a tick, a cross or a question mark: the verdict does not rest on its colour.
    static func shield(_ status: Assessment.SanityCheck.Status, title: Markup) -> Markup {
        let sign: Markup =
            switch status {
            case .pass: "M15 25l6.5 6.5L34 18.5"
            case .fail: "M17 17l14 14M31 17L17 31"
            case .warn, .skipped: "M18.5 19.5a5.5 5.5 0 1 1 8 4.9c-1.7 0.9-2.5 2-2.5 4.1M24 34.2v0.3"
            }
        return """
            <svg class="icon" viewBox="0 0 48 52" role="img" fill="none" stroke="currentColor" stroke-width="3" \
            stroke-linecap="round" stroke-linejoin="round"><title>\(title)</title>\
            <path d="M24 3L43 9.5V25c0 12-8 20-19 24C13 45 5 37 5 25V9.5z"/><path d="\(sign)" stroke-width="4"/></svg>
            """
    }

    private static func figures(_ assessment: Assessment) -> Markup {
        let required = assessment.requiredRobustAccuracy
        let vulnerability = assessment.vulnerability
        let score: Markup = """
            <div><dt>Vulnerability score</dt>
            <dd class="big">\(NumberText.fixed(vulnerability.score, decimals: 1))<span class="of"> of 10</span></dd>
            <dd>between \(NumberText.fixed(vulnerability.lower, decimals: 1)) and \
            \(NumberText.fixed(vulnerability.upper, decimals: 1)); \(Wording.severity(vulnerability.score))</dd>
            <dd>\(scoreBar(vulnerability))</dd></div>
            """
        return """
            <dl class="figures">
            \(figure("Clean accuracy", assessment.cleanAccuracy, reference: nil))
            \(figure("Worst-case robust accuracy", assessment.worstCase.robustAccuracy, reference: required))
            \(figure("Accuracy drop", assessment.accuracyDrop, reference: nil))
            \(score)
            </dl>
            <p class="key">Bars run from 0 to 100 % (the score’s from 0 to 10). A dot is the measured value, the bar \
            around it the 95 % confidence interval<span class="limit">, the line across it the required robust \
            accuracy of \(NumberText.percent(required))</span>.</p>
            """
    }

    private static func figure(_ name: Markup, _ estimate: Estimate, reference: Double?) -> Markup {
        let bar = IntervalBar(estimate, reference: reference.map { .requirement($0) }, name: name.source)
        let interval: Markup =
            estimate.value == nil
            ? "nothing was measured"
            : "\(NumberText.percentInterval(estimate)) of \(NumberText.grouped(estimate.samples)) samples"
        return """
            <div><dt>\(name)</dt>
            <dd class="big">\(NumberText.percent(estimate.value))</dd>
            <dd>\(interval)</dd>
            <dd>\(bar.markup)</dd></div>
            """
    }

    /// The score's interval on a track from 0 to 10.
    static func scoreBar(_ vulnerability: Assessment.Vulnerability) -> Markup {
        let (lower, upper) = (vulnerability.lower / 10, vulnerability.upper / 10)
        guard lower.isFinite, upper.isFinite, lower <= upper else { return .empty }
        let headline = min(max(vulnerability.score / 10, lower), upper)
        let estimate =
            headline.isFinite
            ? Estimate(value: headline, lower: lower, upper: upper, samples: max(vulnerability.trials, 1))
            : .undefined()
        return IntervalBar(estimate, name: "Vulnerability score on a track from 0 to 10").markup
    }
}
