import BulwarkReports
import Testing

struct AssessmentSummaryTests {
    @Test func noLineIsWiderThanAHundredCharacters() throws {
        var outcome = try Fixtures.digits()
        outcome.assessment.model.path = String(repeating: "deep/", count: 60) + "model.onnx"
        outcome.assessment.attacks[0].name = String(repeating: "long", count: 40)
        outcome.assessment.verdictReasons.append(String(repeating: "x", count: 250))
        let text = AssessmentSummary.text(outcome)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(text.contains("…  94.3 %"))
        #expect(text.split(separator: "\n").joined().contains("model.onnx"))
    }

    @Test func itHoldsWhatAReaderNeeds() throws {
        let text = AssessmentSummary.text(try Fixtures.digits())
        for part in [
            "Verdict: vulnerable", "97.4 % [96.2, 98.3]", "3.8 % [2.7, 5.2]", "required 50.0 %",
            "7.1 [7.0, 7.1]",
            "fgsm *", "weak preset", "hop-skip-jump", "3 min 7 s", "Sanity checks: 3 of 6 passed",
            "failed: gradients-exist", "0.02  94.2 % [91.8, 96.1]",
        ] {
            #expect(text.contains(part))
        }
    }

    @Test func whatWasNotMeasuredIsUndefined() throws {
        let lines = AssessmentSummary.text(try Fixtures.hostile()).split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("worst-case robust accuracy") && $0.contains("undefined") })
        #expect(!lines.contains { $0.contains(" 0.0 %") })
    }

    @Test func namesCannotSteerTheTerminal() throws {
        var outcome = try Fixtures.digits()
        outcome.assessment.model.path = "a\u{1B}[2J\u{202E}\r\nb\u{7}"
        outcome.assessment.attacks[0].name = "x\u{1B}]0;title\u{7}\ny"
        let text = AssessmentSummary.text(outcome)
        let controls = text.unicodeScalars.filter { $0.properties.generalCategory == .control && $0 != "\n" }
        #expect(controls.isEmpty)
        #expect(!text.unicodeScalars.contains("\u{202E}"))
        #expect(text.hasPrefix("bulwark 0.1.0 on a�[2J�"))
    }
}

struct TerminalTableTests {
    @Test func numbersLeanToTheRight() {
        let table = TerminalTable(
            columns: [.init("name"), .init("n", isNumeric: true), .init("")],
            rows: [["a", "1"], ["bcdefg", "100", "x"]]
        )
        #expect(table.render() == "name      n\na         1\nbcdefg  100  x\n")
    }

    @Test func theFirstColumnGivesWay() {
        let table = TerminalTable(
            columns: [.init("name"), .init("n")],
            rows: [["abcdefghijklmnop", "12345"]]
        )
        #expect(table.render(maximumWidth: 17) == "name        n\nabcdefghi…  12345\n")
        #expect(table.render(maximumWidth: 1).contains("abcdefg…"))
    }

    @Test func aTableWithoutColumnsIsEmpty() {
        #expect(TerminalTable(columns: [], rows: []).render() == "\n")
    }
}
