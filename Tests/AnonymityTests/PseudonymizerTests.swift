import BulwarkAnonymity
import BulwarkProvenance
import Foundation
import Testing

/// The pseudonyms that are spelled out are those of Python's hmac, hashlib and base64.
struct PseudonymizerTests {
    @Test func pseudonymsAreShortenedDigests() throws {
        let name = Pseudonymizer(column: "name", PseudonymRule(), try Support.digest())
        #expect(name.pseudonym(of: "Anna Müller") == "k5ullbvy7karfocvtz74e26ezm")
        let rule = PseudonymRule(domain: "person", bits: 256, encoding: .hexadecimal)
        let person = Pseudonymizer(column: "name", rule, try Support.digest())
        let expected = "a4be3fd6d875a9bdd043e8e39ce9e318d21e4c03d250d3b33d60ec46f87e6844"
        #expect(person.pseudonym(of: "Anna Müller") == expected)
    }

    @Test func aMissingValueStaysMissing() throws {
        #expect(Pseudonymizer(column: "a", PseudonymRule(), try Support.digest()).pseudonym(of: "").isEmpty)
    }

    @Test func columnsShareNoPseudonymsUnlessTheyShareADomain() throws {
        let digest = try Support.digest()
        let shared = PseudonymRule(domain: "a")
        let pseudonyms = [
            Pseudonymizer(column: "a", PseudonymRule(), digest),
            Pseudonymizer(column: "b", PseudonymRule(), digest),
            Pseudonymizer(column: "a", shared, digest),
            Pseudonymizer(column: "a", PseudonymRule(), try Support.digest(8)),
        ].map { $0.pseudonym(of: "anna") }
        #expect(Set(pseudonyms).count == 4)
        #expect(Pseudonymizer(column: "b", shared, digest).pseudonym(of: "anna") == pseudonyms[2])
    }

    /// What is found in a text is known by its kind; a column or domain could be called anything.
    @Test func textsShareNoPseudonymsWithColumns() throws {
        let digest = try Support.digest()
        let (own, shared) = (PseudonymRule(), PseudonymRule(domain: "person"))
        func found(_ column: String, _ rule: PseudonymRule) throws -> String {
            let rule = TextRule(kinds: [.email], treatment: .pseudonymize(rule))
            let text = try TextRedactor(column: column, rule, digest).redacted("a@example.com").text
            return String(text.dropFirst("<EMAIL:".count).dropLast())
        }
        let texts = [try found("contact", own), try found("contact", shared)]
        let columns = [
            Pseudonymizer(column: "contact email", own, digest),
            Pseudonymizer(column: "contact", own, digest),
            Pseudonymizer(column: "text email column contact", own, digest),
            Pseudonymizer(column: "x", PseudonymRule(domain: "person email"), digest),
            Pseudonymizer(column: "x", shared, digest),
        ].map { $0.pseudonym(of: "a@example.com") }
        #expect(Set(texts + columns).count == 7)
        // Texts of one domain are joined with each other.
        #expect(try found("remark", shared) == texts[1] && found("remark", own) != texts[0])
    }

    /// The info of HKDF as docs/formats/anonymization.md writes it down.
    @Test func theKeyOfAKindIsMadeOfItsName() throws {
        let info = "bulwark.anonymization/1 text email column contact"
        let expected = try Support.digest().derived(for: info).digest(of: Data("a@example.com".utf8)).prefix(
            16
        )
        let rule = PseudonymRule(encoding: .hexadecimal)
        let pseudonymizer = Pseudonymizer(column: "contact", .email, rule, try Support.digest())
        #expect(pseudonymizer.pseudonym(of: "a@example.com") == Hexadecimal.encode(expected))
    }
}
