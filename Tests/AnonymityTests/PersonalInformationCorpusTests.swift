import BulwarkAnonymity
import Foundation
import Testing

/// How much is found of what was put in, in sentences that are made up here.
///
/// The sentences are simpler than what people write; the rates say that the detectors work together, not how they
/// would do on anybody's texts.
struct PersonalInformationCorpusTests {
    private static let frames = [
        "Please note %.", "(%)", "caller left %, will ring back", "Ref: %; closed", "%", "Zahlung an % erhalten",
        "changed from % yesterday",
    ]
    /// What looks alike and is none of it.
    private static let distractors = [
        "order 4711-0815", "version 10.4.2", "at 12:34:56", "invoice 2024/00123", "ISBN 978-3-16-148410-0",
        "total 1.234.567,89", "2024-05-17", "room B-204", "42 of 100", "std::string", "user@localhost",
        "item 9876543210", "batch 123456789", "code AB12CD34", "https://example.com/a/b?c=1", "10 000 000",
        "serial 4111111111111112", "mod 97-10", "0041", "#123456",
    ]

    @Test func nearlyAllIsFoundAndNearlyNothingElse() {
        var draws = Draws(2024)
        let usual = DetectorTests.rows.filter { PersonalInformation.usual.contains($0.kind) }
        let inspection = TextInspection(PersonalInformation.usual)
        var (truePositives, falsePositives, falseNegatives) = (0, 0, 0)
        for _ in 0..<1500 {
            let frame = Self.frames[Int.random(in: 0..<Self.frames.count, using: &draws)]
            let row = usual[Int.random(in: 0..<usual.count, using: &draws)]
            let isPersonal = Bool.random(using: &draws)
            let choices = isPersonal ? row.found : Self.distractors + [Self.digits(&draws)]
            let value = choices[Int.random(in: 0..<choices.count, using: &draws)]
            let kinds = inspection.matches(in: FoldedText(frame.replacing("%", with: value))).map(\.kind)
            guard isPersonal else {
                falsePositives += kinds.count
                continue
            }
            if kinds.contains(row.kind) { truePositives += 1 } else { falseNegatives += 1 }
            falsePositives += kinds.count { $0 != row.kind }
        }
        let precision = Double(truePositives) / Double(truePositives + falsePositives)
        let recall = Double(truePositives) / Double(truePositives + falseNegatives)
        #expect(truePositives + falseNegatives > 700)
        #expect(precision > 0.98, "\(precision)")
        #expect(recall > 0.98, "\(recall)")
    }

    /// A number of 5 to 16 digits.
    private static func digits(_ draws: inout Draws) -> String {
        (0..<Int.random(in: 5...16, using: &draws)).map { _ in "\(Int.random(in: 0...9, using: &draws))" }
            .joined()
    }
}
