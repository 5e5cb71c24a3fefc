import BulwarkEvidence
import BulwarkProvenance

/// The entries, one block each, and how a stranger checks them.
extension ReleasePage {
    static func evidenceSection(_ report: ReleaseReport) -> HTMLReport.Section {
        let blocks = report.items.map { block($0, report) }
        let none: Markup = "<p class=\"text\">Nothing in the log is about this model.</p>"
        return HTMLReport.Section(
            id: "evidence",
            title: "Evidence",
            introduction: """
                Every entry of the log that tells of the model, its data and the models before it, and those about \
                other models that a rule compares it with. The words in them are those of whoever signed them.
                """,
            body: blocks.isEmpty ? none : "\(blocks)"
        )
    }

    private static func block(_ item: ReleaseReport.Item, _ report: ReleaseReport) -> Markup {
        let entry = item.entry
        let index = String(entry.index)
        let lapsed: Markup = ", whose keys have ended since; it counts only against the model"
        let remark: Markup = entry.isLapsed ? lapsed : ""
        let isOwn = report.ownItems.contains { $0.entry.index == entry.index }
        let other: Markup = isOwn ? "" : "<dt>Belongs to</dt><dd>another model; a rule rests on it</dd>\n"
        let subjects = entry.subjects.prefix(EntryField.maximumLines).map { subject -> Markup in
            line(EntryField.Line(text: ForeignText.line(subject.name), digest: subject.digest["sha256"]))
        }
        let more: Markup? =
            entry.subjects.count > subjects.count
            ? "and \(NumberText.grouped(entry.subjects.count - subjects.count)) more in the entry" : nil
        let signers = entry.signers.map { ForeignText.line($0) }.joined(separator: ", ")
        let fields = entry.fields.map { field -> Markup in
            "<dt>\(field.label)</dt><dd>\(field.lines.map { line($0) })</dd>\n"
        }
        let rules = report.decision.map { uses(of: entry.index, in: $0) }
        let used: Markup? = rules.map { rules -> Markup in
            "<dt>Used by</dt><dd>\(rules.isEmpty ? "no rule of the policy" : list(rules))</dd>\n"
        }
        return """
            <article id="entry-\(index)" aria-labelledby="title-\(index)">
            <h3 id="title-\(index)">Entry \(index): \(ReleaseWording.name(of: entry))</h3>
            <dl class="facts">
            \(other)<dt>Signed by</dt><dd>\(signers)\(remark)</dd>
            <dt>When</dt><dd>\(entry.moment?.description ?? "no moment is stated")</dd>
            <dt>About</dt><dd>\(subjects)\(more)</dd>
            \(used)\(fields)<dt>In this folder</dt><dd><a href="\(ReleaseReport.entryFile(entry.index))">the entry</a>, \
            <a href="\(ReleaseReport.receiptFile(entry.index))">its receipt</a>\
            <code class="block">payload sha256 \(entry.payloadDigest.hexadecimal)</code></dd>
            <dt>Check</dt><dd><code class="block">\(ForeignText.line(report.checkCommand(entry.index), maximumLength: 4_096))</code></dd>
            </dl>
            </article>

            """
    }

    private static func line(_ line: EntryField.Line) -> Markup {
        let digest = line.digest.map { digest -> Markup in "<code class=\"block\">sha256 \(digest)</code>" }
        return "<div>\(line.text)\(digest)</div>"
    }

    private static func uses(of index: UInt64, in decision: GateDecision) -> [Markup] {
        decision.results.filter { $0.finding.entries.contains(index) || $0.waiver == index }
            .map { result in "<a href=\"#rule-\(result.rule.name)\">\(result.rule.name)</a>" }
    }

    static func checkSection(_ report: ReleaseReport) -> HTMLReport.Section {
        let witnesses =
            report.log.witnesses.isEmpty
            ? "none are asked for" : report.log.witnesses.map { ForeignText.line($0) }.joined(separator: ", ")
        return HTMLReport.Section(
            id: "check",
            title: "How to check this page",
            introduction: """
                Nobody has to believe the page. A receipt, its entry and the public key of the log suffice to show that \
                the entry is in the log; the log itself and the network are not needed.
                """,
            body: """
                <p class="text">In the folder of this page, with the log’s public key from somebody you trust (not from \
                whoever gave you the page) in the file <code>\(ForeignText.line(report.log.keyFile))</code>, run the \
                command under an entry. Exit code 0 says that the log holds that entry; 77 says that it does not. The key \
                has to have the fingerprint below, which <code>bulwark key show</code> prints.</p>
                <dl class="facts">
                <dt>Log</dt><dd>\(ForeignText.line(report.log.origin)), \(entries(report.log.size))\
                <code class="block">root \(report.log.root)</code></dd>
                <dt>Key of the log</dt><dd><code class="block">sha256 \(report.log.key.hexadecimal)</code></dd>
                <dt>Witnesses</dt><dd>\(witnesses)</dd>
                </dl>
                """
        )
    }
}
