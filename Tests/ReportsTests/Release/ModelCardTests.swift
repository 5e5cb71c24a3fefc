import BulwarkReports
import Foundation
import Testing

struct ModelCardTests {
    private static let sections = [
        "Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data",
        "Quantitative analyses", "Ethical considerations", "Caveats and recommendations", "Evidence",
    ]

    private func lines(_ report: ReleaseReport) -> [Substring] {
        ModelCard.render(report).split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test func theCardHasTheSectionsOfThePaper() throws {
        for report in try [ReleaseFixture().report(), ReleaseFixture(isComplete: false).report(nil)] {
            let headings = lines(report).filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }
            #expect(headings == Self.sections)
        }
    }

    @Test func everyNumberHasItsIntervalItsSamplesAndItsEntry() throws {
        let rows = lines(try ReleaseFixture(assessments: 2).report()).filter {
            $0.hasPrefix("| Accuracy") || $0.hasPrefix("| Robust") || $0.hasPrefix("| Vulnerability")
        }
        #expect(rows.count == 8)
        for row in rows {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(cells.count == 5 && cells.allSatisfy { !$0.isEmpty })
            #expect(cells[2].contains(" to ") && cells[4].contains("](receipts/"))
        }
        #expect(rows.contains { $0.contains("60.0\u{A0}% | 55.0\u{A0}% to 65.0\u{A0}% | 1,000 | [[5]]") })
    }

    @Test func whatNobodyHasStatedIsSaidToBeNotStated() throws {
        let text = ModelCard.render(try ReleaseFixture(isComplete: false).report())
        for part in [
            "How it was made: not stated.", "Intended use: not stated.", "Metrics: not stated.",
            "Quantitative analyses: not stated.", "Data of training: not stated.",
            "Ethical considerations: not stated.",
        ] { #expect(text.contains(part), "\(part)") }
        #expect(!text.contains("%"))
    }

    /// GitHub's Markdown looks for addresses of mail after it has taken escapes away.
    @Test func addressesOfMailAreNoLinks() throws {
        let card = ModelCard.render(try ReleaseFixture(text: "anna@evil.com xmpp:anna@evil.com/x").report())
        #expect(card.contains("anna\\@&#8203;evil.com xmpp:anna\\@&#8203;evil.com/x"))
        #expect(!card.contains("@e") && !card.contains("@\\"))
    }

    /// Whoever has approved a model can reject it later, and the other way round.
    @Test func theLastWordOfARoleAndItsSignersCounts() throws {
        var fixture = try ReleaseFixture()
        #expect(ModelCard.render(try fixture.report()).contains("Approved for: plain"))
        try fixture.add(fixture.approval(.waived, scope: "robust-accuracy"))
        #expect(ModelCard.render(try fixture.report()).contains("Approved for: plain"))
        try fixture.add(fixture.approval(.rejected, scope: "now", role: "privacy"))
        #expect(ModelCard.render(try fixture.report()).contains("Approved for: plain"))
        try fixture.add(fixture.approval(.rejected, scope: "now"))
        let rejected = ModelCard.render(try fixture.report())
        #expect(rejected.contains("Intended use: not stated.") && !rejected.contains("Approved for"))
        #expect(rejected.contains("Rejected in the role security: plain (entry 10)"))
        try fixture.add(fixture.approval(.approved, scope: "after all"))
        let approved = ModelCard.render(try fixture.report())
        #expect(approved.contains("Approved for: after all"))
        #expect(!approved.contains("role security: plain") && approved.contains("role privacy: plain"))
    }

    @Test func hostileTextIsNoMarkup() throws {
        let text = "# h\n- x\n<b>|a|b|[l](http://e.com)![i](x)`c`*e*www.e.com\u{202E}"
        let card = ModelCard.render(try ReleaseFixture(text: text).report())
        let plain = ModelCard.render(try ReleaseFixture().report())
        // As many lines as without, and as many headings: nothing begins a block.
        #expect(card.split(separator: "\n").count == plain.split(separator: "\n").count)
        #expect(!card.contains("\u{202E}") && !card.contains("<b>"))
        #expect(
            card.contains(
                "\\<b\\>\\|a\\|b\\|\\[l\\](http\\://e.com)\\!\\[i\\](x)\\`c\\`\\*e\\*www\\.e.com\u{FFFD}"
            )
        )
    }
}
