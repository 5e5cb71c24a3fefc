import BulwarkEvaluation
import BulwarkEvidence

/// The top of the page: which model, what was decided and why, and the figures to take away.
extension ReleasePage {
    static func header(_ report: ReleaseReport) -> Markup {
        let reasons = reasons(report).map { reason -> Markup in "<li>\(reason)</li>" }
        let status = report.decision?.verdict.status ?? .skipped
        let word = word(report)
        return """
            <header>
            <p class="kicker">Release report</p>
            <h1>\(ForeignText.line(report.model))</h1>
            <p class="about"><code>sha256 \(report.evidence.model.hexadecimal)</code><br />Judged at \
            \(report.evidence.now.description) by what the log <b>\(ForeignText.line(report.log.origin))</b> holds in \
            its first \(entries(report.log.size)).</p>
            <div class="verdict">
            \(HTMLReport.shield(status, title: "\(word)"))
            <div><p class="word">\(word)</p>
            <p class="meaning">\(meaning(report))</p>
            <ul>\(reasons)</ul></div>
            </div>
            \(figures(report))
            </header>
            """
    }

    static func entries(_ count: UInt64) -> String {
        "\(NumberText.grouped(Int(clamping: count))) \(count == 1 ? "entry" : "entries")"
    }

    private static func meaning(_ report: ReleaseReport) -> Markup {
        switch report.decision?.verdict {
        case .pass: "The evidence suffices for a release under this policy."
        case .fail:
            "The gate is shut: the policy asks for something that does not hold, or that nobody has shown."
        case .inconclusive: "The gate is shut: the evidence does not settle what the policy asks for."
        case nil:
            "No policy was applied. This page shows what the log holds about the model, and decides nothing."
        }
    }

    /// The rules that make the verdict what it is.
    private static func reasons(_ report: ReleaseReport) -> [Markup] {
        guard let decision = report.decision else { return [] }
        let deciding = decision.results.filter { $0.rule.phase != .improvement && $0.isEvaluated }
        let waived = deciding.filter { $0.waiver != nil }.map { result -> Markup in
            "\(name(result)) was waived, although \(ForeignText.line(result.finding.reason))"
        }
        let worst = deciding.filter { $0.outcome == decision.verdict && decision.verdict != .pass }
        let found = worst.map { result -> Markup in
            "\(name(result)): \(ForeignText.line(result.finding.reason))"
        }
        let skipped = decision.results.filter { $0.rule.phase == .safety && !$0.isEvaluated }
        let unseen: [Markup] =
            skipped.isEmpty ? [] : ["Safety was not looked at, because security has not passed."]
        let all: [Markup] =
            decision.verdict == .pass
            ? ["All rules of security and safety hold, by the entries named below."] : []
        return all + found + unseen + waived
    }

    private static func name(_ result: GateDecision.Result) -> Markup {
        "<a href=\"#rule-\(result.rule.name)\">\(result.rule.name)</a>"
    }

    private static func figures(_ report: ReleaseReport) -> Markup {
        let phases = report.decision.map { decision in
            GatePhase.allCases.map { phase -> Markup in
                let results = decision.results.filter { $0.rule.phase == phase }
                let passed = results.count { $0.isEvaluated && $0.outcome == .pass }
                let missing = results.count { $0.finding.isMissing && $0.isEvaluated }
                let waived = results.count { $0.waiver != nil }
                let remark =
                    (missing == 0 ? "" : "; \(missing) without evidence")
                    + (waived == 0 ? "" : "; \(waived) waived")
                return """
                    <div><dt>\(phase.title)</dt>
                    <dd class="big">\(passed)<span class="of"> of \(results.count) rules pass</span></dd>
                    <dd>\(HierarchyChart.word(phase, in: decision))\(remark)</dd></div>

                    """
            }
        }
        let refused = report.evidence.refused.count
        return """
            <dl class="figures">
            \(phases ?? [])<div><dt>Evidence</dt>
            <dd class="big">\(report.ownItems.count)<span class="of"> of \(entries(report.log.size))</span></dd>
            <dd>tell of this model\(refused == 0 ? "" : "; \(refused) of the log not believed")</dd></div>
            </dl>
            """
    }
}
