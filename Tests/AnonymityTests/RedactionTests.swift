import BulwarkAnonymity
import BulwarkProvenance
import Foundation
import Testing

struct RedactionTests {
    @Test func whatIsFoundIsReplacedAndTheRestStays() throws {
        let redactor = try TextRedactor(column: "note", TextRule(), nil)
        let (text, found) = redactor.redacted("Größe: ruf +49 30 901820 an oder anna@example.com 🙂.")
        #expect(text == "Größe: ruf <PHONE_NUMBER> an oder <EMAIL> 🙂.")
        #expect(found == [.phoneNumber, .email])
        #expect(redactor.redacted("nothing here: 12345").text == "nothing here: 12345")
    }

    @Test func reportingChangesNothing() throws {
        let redactor = try TextRedactor(column: "note", TextRule(treatment: .report), nil)
        let (text, found) = redactor.redacted("anna@example.com")
        #expect(text == "anna@example.com" && found == [.email])
    }

    @Test func theSameNumberHasTheSamePseudonymHoweverItIsWritten() throws {
        let rule = TextRule(treatment: .pseudonymize(PseudonymRule()))
        let redactor = try TextRedactor(column: "note", rule, Support.digest())
        let spaced = redactor.redacted("DE89 3704 0044 0532 0130 00").text
        #expect(spaced.hasPrefix("<IBAN:") && spaced.count == "<IBAN:>".count + 26)
        #expect(spaced == redactor.redacted("de89370400440532013000").text)
        #expect(
            redactor.redacted("Anna@Example.com").text == redactor.redacted("anna@example.com").text
        )
        // Without their points these would be one number.
        #expect(redactor.redacted("11.1.1.1").text != redactor.redacted("1.11.1.1").text)
        #expect(redactor.redacted("ä@example.com").text != redactor.redacted("ö@example.com").text)
    }

    @Test func pseudonymsNeedAKey() {
        let rule = TextRule(treatment: .pseudonymize(PseudonymRule()))
        #expect(throws: AnonymityError.keyNeeded(column: "note")) {
            try TextRedactor(column: "note", rule, nil)
        }
    }

    /// Each of these makes a scanner that tries again from every place take time in the square of the length.
    @Test(arguments: [
        "@", "a", "a@", "a.", "1", "1 ", "+1", "1:", "::", "a://b:", "DE89 ", "1-", "é", "a:b@",
        "://a", "may ", "17 may ", "a:1.", "\u{FE0F}",
    ])
    func hostileTextsAreReadToTheEnd(_ piece: String) throws {
        let redactor = try TextRedactor(column: "note", TextRule(minimumCertainty: .possible), nil)
        let text = String(repeating: piece, count: 20_000) + " anna@example.com"
        #expect(redactor.redacted(text).text.hasSuffix("<EMAIL>"))
    }
}
