import BulwarkEvidence
import BulwarkProvenance

/// The sections of the card that hold data and numbers.
extension ModelCard {
    static func data(_ report: ReleaseReport, _ use: ReleaseData.Use) -> [String] {
        let used = report.data.filter { $0.uses.contains(use) }
        guard !used.isEmpty else { return [notStated("Data of \(use.rawValue)")] }
        return used.flatMap { data -> [String] in
            let name = MarkdownText.escape(data.reference.name)
            let first =
                "- \(name), SHA-256 `\(data.reference.sha256)` \(cite(sources(of: data, use, report)))"
            guard let (entry, manifest) = data.manifest else {
                return [first, "  - " + notStated("Origin and licence")]
            }
            let facts = [
                ("Called", manifest.name), ("Source", manifest.source), ("Collected by", manifest.collector),
                ("Licence", manifest.licence), ("Collected", manifest.collected.description),
            ]
            let steps = manifest.transformations.map { ("Transformation", $0.name) }
            return [first]
                + (facts + steps).map { label, text in
                    let shown = text.isEmpty ? "not stated" : MarkdownText.escape(text)
                    return "  - \(label): \(shown) \(cite([entry]))"
                }
        }
    }

    /// The entries that say that data were used.
    private static func sources(
        of data: ReleaseData,
        _ use: ReleaseData.Use,
        _ report: ReleaseReport
    ) -> [UInt64] {
        if use == .assessment {
            return report.lineage.assessments.filter { $0.data.reference.sha256 == data.reference.sha256 }
                .map(\.entry.index)
        }
        return report.lineage.runs.filter { run in
            run.inputs.contains { $0.reference.sha256 == data.reference.sha256 }
        }
        .map(\.entry.index)
    }

    static func hardeningData(_ report: ReleaseReport) -> [String] {
        let isHardened = report.lineage.runs.contains { $0.entry.claimType == .hardening }
        return isHardened ? ["", "For hardening:", ""] + data(report, .hardening) : []
    }

    static func analyses(_ report: ReleaseReport) -> [String] {
        guard !report.assessments.isEmpty else { return [notStated("Quantitative analyses")] }
        let head = [
            "| Quantity | Value | 95 % interval | Samples | Entry |", "| --- | ---: | --- | ---: | --- |",
        ]
        let rows = report.assessments.flatMap { entry, claim -> [String] in
            let threat = MarkdownText.escape(ReleaseWording.threat(claim.threat))
            let attacks = claim.attacks.map { attack in
                let name = "\(EntryField.shortened(attack.name)) (\(EntryField.shortened(attack.preset)))"
                return row(
                    "Robust accuracy, \(MarkdownText.escape(name)), \(threat)",
                    attack.robustAccuracy,
                    entry
                )
            }
            let score = claim.vulnerability.map { row("Vulnerability score, \(threat)", $0, entry, .points) }
            return [
                row("Accuracy", claim.cleanAccuracy, entry),
                row("Robust accuracy, worst case, \(threat)", claim.worstCaseRobustAccuracy, entry),
            ] + attacks + (score.map { [$0] } ?? [])
        }
        return head + rows + ["", notStated("Numbers by group, and of groups combined")]
    }

    private static func row(
        _ quantity: String,
        _ estimate: ClaimedEstimate,
        _ entry: EvidenceEntry,
        _ unit: GateRequirement.Unit = .share
    ) -> String {
        let cells = [
            quantity, ReleaseWording.number(estimate.value, unit),
            ReleaseWording.interval(estimate.lower...max(estimate.lower, estimate.upper), unit),
            NumberText.grouped(estimate.samples), cite([entry.index]),
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    static func caveats(_ report: ReleaseReport) -> [String] {
        var lines = ModelCardFacts.limitations(report).map { "- \(MarkdownText.escape($0))" }
        if let decision = report.decision {
            lines.append("- The verdict of the gate is *\(decision.verdict.rawValue)*.")
            for result in decision.results where result.isEvaluated && result.outcome != .pass {
                let reason = MarkdownText.escape(result.finding.reason)
                lines.append(
                    "- \(result.rule.phase.title), \(result.rule.name), \(result.outcome.rawValue): \(reason) "
                        + cite(result.finding.entries)
                )
            }
            for result in decision.results where result.waiver != nil {
                lines.append(
                    "- The rule \(result.rule.name) was waived \(cite(result.waiver.map { [$0] } ?? []))."
                )
            }
            if decision.results.contains(where: { !$0.isEvaluated }) {
                lines.append("- Safety was not looked at, because security has not passed.")
            }
        } else {
            lines.append("- No policy was applied.")
        }
        if !report.assessments.isEmpty {
            lines.append(
                "- The numbers hold for the data, the attackers and the radii named, and for no others."
            )
        }
        return lines + ["- " + notStated("Recommendations")]
    }

    static func evidence(_ report: ReleaseReport) -> [String] {
        guard !report.items.isEmpty else { return ["Nothing in the log is about this model."] }
        let rows = report.items.map { item in
            let signers = item.entry.signers.map { MarkdownText.escape($0) }.joined(separator: ", ")
            let index = item.entry.index
            return "| \(cite([index])) | \(ReleaseWording.name(of: item.entry)) | \(signers) | "
                + "\(item.entry.moment?.description ?? "not stated") | "
                + "[receipt](\(ReleaseReport.receiptFile(index))) |"
        }
        return ["| Entry | Claim | Signed by | Stated for | Receipt |", "| --- | --- | --- | --- | --- |"]
            + rows
    }
}
