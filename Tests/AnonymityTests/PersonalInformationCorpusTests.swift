import BulwarkAnonymity
import Foundation
import Testing

/// How much is found of what was put in, in sentences that are made up here.
///
/// The sentences are simpler than what people write; the rates say that the detectors work together, not how they
/// would do on anybody's texts.
struct PersonalInformationCorpusTests {
    private static let frames = [
        "Please note %.", "(%)", "caller left %, will ring back", "Ref: %; closed", "%",
        "Zahlung an % erhalten", "changed from % yesterday",
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
            let choices = isPersonal ? row.found : Self.distractors
            let isDrawn = !isPersonal && Bool.random(using: &draws)
            let value =
                isDrawn ? Self.digits(&draws) : choices[Int.random(in: 0..<choices.count, using: &draws)]
            let kinds = inspection.matches(in: FoldedText(frame.replacing("%", with: value))).map(\.kind)
            guard isPersonal else {
                falsePositives += kinds.count
                continue
            }
            if kinds.contains(row.kind) { truePositives += 1 } else { falseNegatives += 1 }
            falsePositives += kinds.count { $0 != row.kind }
        }
        // The numbers of docs/anonymization.md.
        #expect(truePositives == 766 && falseNegatives == 0 && falsePositives == 0)
    }

    /// Cards and accounts with check digits that are computed here, in the ways in which people space them.
    @Test func drawnNumbersAreFoundHoweverTheyAreSpaced() {
        var draws = Draws(7)
        let inspection = TextInspection(PersonalInformation.usual)
        for _ in 0..<300 {
            let card = [4] + (0..<14).map { _ in Int.random(in: 0...9, using: &draws) }
            let doubled = card.enumerated().map { place, digit in
                place.isMultiple(of: 2) ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit] : digit
            }
            let check = (10 - doubled.reduce(0, +) % 10) % 10
            let account = (0..<18).map { _ in Int.random(in: 0...9, using: &draws) }
            // D and E are 13 and 14, and two zeros stand for the check digits (ISO 13616, section 6).
            let remainder = (account + [1, 3, 1, 4, 0, 0]).reduce(0) { ($0 * 10 + $1) % 97 }
            let key = 98 - remainder
            let digits = account.map(String.init).joined()
            let drawn: [(PersonalInformation, String)] = [
                (.creditCard, (card + [check]).map(String.init).joined()),
                (.iban, "DE\(key < 10 ? "0" : "")\(key)\(digits)"),
            ]
            for (kind, number) in drawn {
                let separator = ["", " ", "-"][Int.random(in: 0..<3, using: &draws)]
                let spaced = stride(from: 0, to: number.count, by: 4).map { start in
                    number.dropFirst(start).prefix(4)
                }.joined(separator: separator)
                let kinds = inspection.matches(in: FoldedText("Paid with \(spaced), thanks")).map(\.kind)
                #expect(kinds == [kind], "\(spaced)")
            }
        }
    }

    /// A number of 5 to 16 digits.
    private static func digits(_ draws: inout Draws) -> String {
        (0..<Int.random(in: 5...16, using: &draws)).map { _ in "\(Int.random(in: 0...9, using: &draws))" }
            .joined()
    }
}
