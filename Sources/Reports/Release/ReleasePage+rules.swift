import BulwarkEvaluation
import BulwarkEvidence

/// The rules of a phase, each with its number, interval, sample count, limit and entries.
extension ReleasePage {
    static func phaseSection(_ phase: GatePhase, _ report: ReleaseReport) -> HTMLReport.Section? {
        guard let decision = report.decision else { return nil }
        let results = decision.results.filter { $0.rule.phase == phase }
        let rows = results.map { row($0, report) }
        let none: Markup = "<p class=\"text\">The policy has no rules of this kind.</p>"
        return HTMLReport.Section(
            id: "\(phase.rawValue)",
            title: "\(phase.title): \(HierarchyChart.word(phase, in: decision))",
            introduction: introduction(phase),
            body: rows.isEmpty
                ? none
                : table("Rules of \(phase.title)", rows)
        )
    }

    /// A table whose rows become blocks on narrow screens; the roles keep it a table for those who listen.
    private static func table(_ name: Markup, _ rows: [Markup]) -> Markup {
        let columns: [Markup] = [
            "Rule", "Outcome", "Measured", "95 % interval", "Samples", "Asked for", "Rests on",
        ]
        let head = columns.map { column -> Markup in
            "<th scope=\"col\" role=\"columnheader\">\(column)</th>"
        }
        return """
            <table class="rules" role="table" aria-label="\(name)">
            <thead role="rowgroup"><tr role="row">\(head)</tr></thead>
            <tbody role="rowgroup">
            \(rows)</tbody></table>
            """
    }

    static func introduction(_ phase: GatePhase) -> Markup {
        switch phase {
        case .security:
            "Whether somebody could make the model, its data or its pipeline do what they must not."
        case .safety:
            "Whether the model does harm that nobody meant; looked at only where all of security has passed."
        case .improvement: "Whether it is time to look again. These rules do not decide."
        }
    }

    private static func row(_ result: GateDecision.Result, _ report: ReleaseReport) -> Markup {
        let (finding, requirement) = (result.finding, result.rule.requirement)
        let status = HierarchyChart.status(result)
        let unit = requirement.limit?.unit ?? .plain
        let number = finding.number
        let entries = finding.entries + (result.waiver.map { [$0] } ?? [])
        let waived: Markup? = result.waiver.map { waiver -> Markup in
            "Waived by \(link(waiver, in: report)), although: "
        }
        return """
            <tr id="rule-\(result.rule.name)" class="\(status.style)" role="row">
            <th scope="row" role="rowheader">\(result.rule.name)<small>\(result.rule.summary)</small>\
            <span class="why">\(waived)\(ForeignText.line(finding.reason))</span></th>
            \(cell("Outcome", HTMLReport.sign(status, word: HierarchyChart.word(result))))
            \(cell("Measured", measured(finding, requirement.limit)))
            \(cell("95 % interval", number?.interval.map { "\(ReleaseWording.interval($0, unit))" }))
            \(cell("Samples", number?.samples.map { "\(NumberText.grouped($0))" }))
            \(cell("Asked for", asked(requirement)))
            \(cell("Rests on", entries.isEmpty ? "nothing" : "\(entries.map { line(link($0, in: report)) })"))
            </tr>

            """
    }

    /// A cell that brings its header along to where the screen is too narrow for a row; one that does not apply is
    /// left out there.
    private static func cell(_ label: Markup, _ content: Markup?) -> Markup {
        guard let content else { return "<td role=\"cell\" class=\"idle\">–</td>" }
        return "<td role=\"cell\" data-label=\"\(label)\"><div>\(content)</div></td>"
    }

    private static func line(_ content: Markup) -> Markup { "<div>\(content)</div>" }

    private static func measured(_ finding: GateFinding, _ limit: GateRequirement.Limit?) -> Markup? {
        guard let limit else { return nil }
        guard let number = finding.number else { return finding.isMissing ? "nothing" : nil }
        return """
            \(ReleaseWording.number(number.value, limit.unit)) <small>\(limit.quantity)</small>\(bar(number, limit))
            """
    }

    /// A share with its interval and limit as a drawing; other units have none.
    private static func bar(_ number: GateNumber, _ limit: GateRequirement.Limit) -> Markup? {
        guard limit.unit == .share || limit.unit == .points, let interval = number.interval,
            let samples = number.samples
        else { return nil }
        let whole = limit.unit == .points ? 10.0 : 1.0
        let estimate = Estimate(
            value: number.value / whole,
            lower: interval.lowerBound / whole,
            upper: interval.upperBound / whole,
            samples: samples
        )
        return IntervalBar(estimate, reference: .requirement(limit.value / whole), name: limit.quantity)
            .markup
    }

    private static func asked(_ requirement: GateRequirement) -> Markup {
        let limit = requirement.limit.map { limit -> Markup in "<b>\(ReleaseWording.limit(limit))</b>" }
        let conditions = requirement.conditions.map { condition -> Markup in
            "<small>\(ForeignText.line(condition))</small>"
        }
        return limit == nil && conditions.isEmpty ? "that it is so" : "\(limit)\(conditions)"
    }
}
