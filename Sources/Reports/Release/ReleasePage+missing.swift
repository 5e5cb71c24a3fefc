import BulwarkEvidence
import BulwarkProvenance

/// What is not there, as visibly as what is.
extension ReleasePage {
    /// The most entries that were not believed that are listed; the others are counted.
    private static let maximumRefusals = 40

    static func missingSection(_ report: ReleaseReport) -> HTMLReport.Section {
        let parts = [missingRules(report), unusedRules(report), missingClaims(report), refusals(report)]
        return HTMLReport.Section(
            id: "missing",
            title: "What is missing",
            introduction:
                "Rules without evidence, claims that nobody has made, and entries that were not believed.",
            body: "\(parts)"
        )
    }

    private static func missingRules(_ report: ReleaseReport) -> Markup {
        guard let decision = report.decision else { return .empty }
        let missing = decision.results.filter { $0.isEvaluated && $0.finding.isMissing }
        let items = missing.map { result -> Markup in
            let waived: Markup = result.waiver == nil ? "" : " (waived)"
            return """
                <li class="fail">\(HTMLReport.sign(.fail, word: "missing"))<div><p><b>\
                <a href="#rule-\(result.rule.name)">\(result.rule.name)</a></b>\(waived) \
                <span class="id">\(result.rule.phase.title)</span></p><p>\(reason(result.finding))</p></div></li>

                """
        }
        let none: Markup = "<p class=\"text\">Every rule that was looked at rests on evidence.</p>"
        return "<h3>Rules without evidence</h3>\(items.isEmpty ? none : "<ul class=\"checks\">\(items)</ul>")"
    }

    /// Why, without the words that the heading says already.
    private static func reason(_ finding: GateFinding) -> String {
        let prefix = "no evidence: "
        let reason = finding.reason
        return ForeignText.line(reason.hasPrefix(prefix) ? String(reason.dropFirst(prefix.count)) : reason)
    }

    private static func unusedRules(_ report: ReleaseReport) -> Markup {
        guard let decision = report.decision, !decision.unusedRules.isEmpty else { return .empty }
        let items = decision.unusedRules.map { rule -> Markup in
            "<li><b>\(rule.name)</b> (\(rule.phase.title)): \(rule.summary)</li>\n"
        }
        return "<h3>Rules that this policy does not ask for</h3><ul class=\"notes\">\(items)</ul>"
    }

    /// The kinds of claims that could be about a model.
    private static let kinds: [(type: ClaimType, meaning: Markup)] = [
        (.dataset, "where its data come from"), (.training, "how it was trained"),
        (.hardening, "how it was made harder to attack"), (.modelSignature, "who vouches for its files"),
        (.scan, "what is in its files"), (.assessment, "how it holds up under attack"),
        (.approval, "who agrees to its release"), (.deployment, "where it is in use"),
        (.incident, "what went wrong with it"),
    ]

    private static func missingClaims(_ report: ReleaseReport) -> Markup {
        let stated = Set(report.ownItems.map(\.entry.claimType))
        let items = kinds.filter { !stated.contains($0.type) }.map { kind -> Markup in
            "<li><b>\(ReleaseWording.name(of: kind.type))</b>: nobody says \(kind.meaning)</li>\n"
        }
        let none: Markup = "<p class=\"text\">There is a claim of every kind.</p>"
        return
            "<h3>Claims that nobody has made</h3>\(items.isEmpty ? none : "<ul class=\"notes\">\(items)</ul>")"
    }

    private static func refusals(_ report: ReleaseReport) -> Markup {
        let refused = report.evidence.refused
        guard !refused.isEmpty else {
            return
                "<h3>Entries that were not believed</h3><p class=\"text\">None: all entries of the log were.</p>"
        }
        let items = refused.prefix(maximumRefusals).map { refusal -> Markup in
            "<li><b>entry \(String(refusal.index))</b>: \(ForeignText.line(refusal.reason))</li>\n"
        }
        let more: Markup? =
            refused.count > maximumRefusals
            ? "<li>and \(NumberText.grouped(refused.count - maximumRefusals)) more</li>" : nil
        return "<h3>Entries that were not believed</h3><ul class=\"notes\">\(items)\(more)</ul>"
    }
}
