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
