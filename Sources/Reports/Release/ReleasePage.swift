import BulwarkEvaluation
import BulwarkEvidence
import BulwarkProvenance

/// A release as one self-contained web page: what was decided, rule by rule, and the evidence under each.
///
/// The page asks for nothing from the network and runs no script. All that claims say is text by strangers: it is
/// escaped, because `Markup` cannot be made otherwise, and cleaned of characters that steer.
public enum ReleasePage {
    /// Draws the page.
    ///
    /// - Parameter report: What it tells.
    /// - Returns: An HTML document that is also well-formed XML.
    public static func render(_ report: ReleaseReport) -> String {
        let sections = [
            hierarchySection(report), missingSection(report), phaseSection(.security, report),
            phaseSection(.safety, report), phaseSection(.improvement, report), lineageSection(report),
            evidenceSection(report), checkSection(report),
        ]
        .compactMap(\.self)
        let name = ForeignText.line(report.model, maximumLength: 80)
        return HTMLReport.page(
            title: "\(word(report)) · \(name) · Bulwark release report",
            tone: report.decision?.verdict.tone ?? "inconclusive",
            generator: "bulwark \(report.version)",
            style: "\(HTMLReport.style)\(style)",
            main: "\(header(report))\n\(HTMLReport.contents(sections))",
            footer: """
                Written by bulwark \(report.version) for the moment \(report.evidence.now.description). Beside this \
                page: <code>bom.cdx.json</code> (CycloneDX 1.6), <code>model-card.md</code>, and in \
                <code>\(ReleaseReport.receiptFolder)/</code> each entry with its receipt.
                """
        )
        .source
    }

    /// The verdict as a heading.
    static func word(_ report: ReleaseReport) -> String {
        guard let verdict = report.decision?.verdict.rawValue else { return "Not judged" }
        return verdict.prefix(1).uppercased() + verdict.dropFirst()
    }

    /// A link to an entry of this page, or its number alone where the page has no such entry.
    static func link(_ index: UInt64, in report: ReleaseReport) -> Markup {
        guard let item = report.items.first(where: { $0.entry.index == index }) else {
            return "entry \(String(index))"
        }
        return """
            <a href="#entry-\(String(index))">entry \(String(index)) (\(ReleaseWording.name(of: item.entry)))</a>
            """
    }

    /// Several pieces of markup with a comma between them.
    static func list(_ parts: [Markup]) -> Markup {
        let separated = parts.enumerated().map { place, part -> Markup in
            place == 0 ? part : ", \(part)"
        }
        return "\(separated)"
    }
}
