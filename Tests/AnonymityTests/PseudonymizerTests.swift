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
}
