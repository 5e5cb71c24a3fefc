import BulwarkProvenance
import Foundation
import Testing

struct BytesTests {
    @Test func base64LeadsBackToItsBytes() {
        for count in 0..<70 {
            let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) })
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test func base64HasOneSpelling() {
        let wrong = [
            "A", "AA", "AAA", "AB==", "AA=A", "====", "=", "AAB=", "A===", "AAAA\n", "AA-_", " AAAA",
            "AAAA====",
            "AA==AAAA",
        ]
        for text in wrong { #expect(Base64.decode(text) == nil) }
    }

    @Test func hexadecimalIsLowercasePairs() {
        for text in ["0G", "AB", "a", "é"] { #expect(Hexadecimal.decode(text) == nil) }
        #expect(Hexadecimal.decode("00ff10") == Data([0, 255, 16]))
    }

    @Test func timesAreWrittenAndReadInUniversalTime() throws {
        let known: [(String, Int64)] = [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56Z", 951_827_696),
            ("9999-12-31T23:59:59Z", 253_402_300_799), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ]
        for (text, seconds) in known {
            #expect(Timestamp(text)?.secondsSince1970 == seconds)
            #expect(Timestamp(secondsSince1970: seconds).description == text)
        }
        for seconds in stride(from: Int64(-62_135_596_800), through: 253_402_300_799, by: 87_522_187) {
            let time = Timestamp(secondsSince1970: seconds)
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test func daysThatAreNotInTheCalendarAreRefused() {
        let wrong = [
            "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00+00:00", "0000-01-01T00:00:00Z", "2026-01-01T00:00:60Z", "",
        ]
        for text in wrong { #expect(Timestamp(text) == nil) }
    }

    @Test func pathsDoNotLeadOutOfTheirFolder() {
        let long = String(repeating: "a", count: 5_000)
        for text in ["", "/a", "a//b", "a/", ".", "..", "a/../b", "./a", "a\0b", long] {
            #expect(RelativePath(text) == nil)
        }
    }

    @Test func pathsAreComparedByPartsAndBytes() throws {
        #expect(try Support.path("tokenizer/vocab.txt") < Support.path("tokenizer.json"))
        #expect(try Support.path("\u{E9}") != Support.path("e\u{301}"))
        #expect(try Support.path("a/b").isInside(Support.path("a")))
        #expect(try !Support.path("ab").isInside(Support.path("a")))
    }

    /// The check of RFC 3720, appendix B.4, and of the digits 1 to 9.
    @Test func checksumsAreThoseOfTheStandard() {
        func check(_ bytes: [UInt8]) -> String {
            var check = CRC32C()
            bytes.withUnsafeBytes { check.update($0) }
            return check.hexadecimal
        }
        #expect(check([UInt8](repeating: 0, count: 32)) == "8a9136aa")
        #expect(check([UInt8](repeating: 255, count: 32)) == "62a8ab43")
        #expect(check(Array(0..<32)) == "46dd794e")
        #expect(check(Array("123456789".utf8)) == "e3069283")
        #expect(check([]) == "00000000")
    }
}

struct NameUUIDTests {
    /// From Python's `uuid.uuid5(uuid.NAMESPACE_URL, …)`.
    @Test(arguments: [
        ("http://www.example.com/", "fcde3c85-2270-590f-9e7c-ee003d65e0e2"),
        ("urn:bulwark:bom:sha256:00", "7ff20e7f-cd62-542d-b4a0-5537a55e2ca3"),
        ("é", "10e1d6de-dc68-53f0-883a-30ec870dd739"),
    ])
    func aNameHasOneIdentifier(name: String, text: String) {
        #expect(NameUUID(url: name).description == text)
    }
}
