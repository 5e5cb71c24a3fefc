import BulwarkEvidence
import BulwarkProvenance

/// A model card (Mitchell et al., "Model Cards for Model Reporting", FAT* 2019, section 4) of what somebody has
/// signed, in Markdown.
///
/// Nothing is in it without the number of the entry that states it. What nobody has stated is said to be not stated.
public enum ModelCard {
    /// Writes the card.
    ///
    /// - Parameter report: What it tells.
    /// - Returns: CommonMark with tables, ending in a line break.
    public static func render(_ report: ReleaseReport) -> String {
        let parts: [(String, [String])] = [
            ("Model details", details(report)),
            ("Intended use", intendedUse(report)),
            ("Factors", factors(report)),
            ("Metrics", metrics(report)),
            ("Evaluation data", data(report, .assessment)),
            ("Training data", data(report, .training) + hardeningData(report)),
            ("Quantitative analyses", analyses(report)),
            ("Ethical considerations", [notStated("Ethical considerations")]),
            ("Caveats and recommendations", caveats(report)),
            ("Evidence", evidence(report)),
        ]
        let name = MarkdownText.escape(report.model)
        let body = parts.map { title, lines in "## \(title)\n\n\(lines.joined(separator: "\n"))\n" }
        return "# Model card: \(name)\n\n\(introduction(report))\n\n" + body.joined(separator: "\n")
    }

    private static func introduction(_ report: ReleaseReport) -> String {
        """
        Made by bulwark \(report.version) for the moment \(report.evidence.now) from signed entries of the log \
        \(MarkdownText.escape(report.log.origin)). Numbers in brackets are entries; `receipts/` has each with its receipt.
        """
    }

    /// That nobody has said something.
    static func notStated(_ what: String) -> String { "\(what): not stated." }

    /// A line of a list with the entries it rests on.
    static func item(_ label: String, _ text: String, _ entries: [UInt64]) -> String {
        "- \(label): \(text)\(entries.isEmpty ? "" : " \(cite(entries))")"
    }

    /// Entries in brackets, as links to the files.
    static func cite(_ entries: [UInt64]) -> String {
        entries.map { "[[\($0)]](\(ReleaseReport.entryFile($0)))" }.joined(separator: " ")
    }

    private static func details(_ report: ReleaseReport) -> [String] {
        let facts = ModelCardFacts.Details(report)
        let runs = report.lineage.runs
        let trainings = runs.filter { $0.entry.claimType == .training }.map(\.entry.index)
        var lines = [
            item("File", MarkdownText.escape(report.model), []), "- SHA-256: `\(report.evidence.model)`",
        ]
        for run in runs {
            let kind = run.entry.claimType == .training ? "Trained" : "Hardened"
            lines.append(item(kind, run.entry.moment?.description ?? "", [run.entry.index]))
            if let original = run.original?.reference {
                let text = "\(MarkdownText.escape(original.name)), SHA-256 `\(original.sha256)`"
                lines.append(item("Made of the model", text, [run.entry.index]))
            }
            if case .hardening(let claim) = run.entry.content {
                let methods = claim.methods.map { MarkdownText.escape($0) }.joined(separator: ", ")
                lines.append(item("Methods", methods, [run.entry.index]))
            }
        }
        if runs.isEmpty { lines.append("- " + notStated("How it was made")) }
        lines.append(
            facts.architecture.map { item("Architecture", MarkdownText.escape($0), trainings) }
                ?? "- " + notStated("Architecture")
        )
        lines.append(
            facts.task.map { item("Task", $0, report.assessments.map(\.0.index)) } ?? "- " + notStated("Task")
        )
        let signatures = report.ownItems.filter { $0.entry.claimType == .modelSignature }
        let signed = signatures.map { entry in
            item(
                "Signed by",
                entry.entry.signers.map { MarkdownText.escape($0) }.joined(separator: ", "),
                [entry.entry.index]
            )
        }
        lines += signed.isEmpty ? ["- " + notStated("Who vouches for its files")] : signed
        return lines + ["- " + notStated("Version, licence and contact")]
    }

    private static func intendedUse(_ report: ReleaseReport) -> [String] {
        let approvals = ModelCardFacts.approvals(report).map { entry, claim in
            let role = MarkdownText.escape(claim.role)
            return item(
                "Approved for",
                "\(MarkdownText.escape(claim.scope)), in the role \(role)",
                [entry.index]
            )
        }
        return (approvals.isEmpty ? ["- " + notStated("Intended use")] : approvals)
            + ["- " + notStated("Intended users, and uses out of scope")]
    }

    private static func factors(_ report: ReleaseReport) -> [String] {
        let attackers = report.assessments.map { entry, claim in
            item("Attacker", MarkdownText.escape(ReleaseWording.threat(claim.threat)), [entry.index])
        }
        return attackers + ["- " + notStated("Groups, instruments and environments")]
    }

    private static func metrics(_ report: ReleaseReport) -> [String] {
        guard !report.assessments.isEmpty else { return [notStated("Metrics")] }
        return [
            "- Accuracy: the share of samples that are right without attack.",
            "- Robust accuracy: the share that stays right under an attack; in the worst case, under all of them.",
            "- Vulnerability score: from 0 to 10, lower is better.",
            "- Intervals cover 95 %. A number without interval and sample count is not in this card.",
        ]
    }
}
