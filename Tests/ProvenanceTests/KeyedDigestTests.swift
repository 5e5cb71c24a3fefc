import BulwarkProvenance
import Foundation
import Testing

/// The numbers are those of Python's hmac and hashlib.
struct KeyedDigestTests {
    private static let key = Array(UInt8(0)..<32)

    @Test func digestsAreThoseOfHMAC() throws {
        let digest = try #require(KeyedDigest(key: Self.key))
        let expected = "4e9c25eb0af234232907e7f35eae3f7009632f5a61f50849c2d3c7adcef93d86"
        #expect(try digest.digest(of: Data("anna".utf8)) == Support.bytes(expected))
        #expect(KeyedDigest(key: [1, 2, 3]) == nil)
    }

    @Test func purposesHaveKeysOfTheirOwn() throws {
        let digest = try #require(KeyedDigest(key: Self.key)).derived(for: "purpose")
        let expected = "858cb8fa892e085ebbd38b4b15a4f537cd85304553b92c554bca2e65622d6c52"
        #expect(try digest.digest(of: Data("anna".utf8)) == Support.bytes(expected))
    }

    @Test func aKeyOfPseudonymsIsReadAgain() throws {
        let key = PseudonymKey()
        let again = try PseudonymKey(text: key.text)
        #expect(again.digest.digest(of: Data([1])) == key.digest.digest(of: Data([1])))
        #expect(PseudonymKey().text != key.text)
        let short = String(key.text.dropLast(3))
        for text in ["", "x", short, key.text + "x", key.text.uppercased(), "\n" + key.text] {
            #expect(throws: KeyError.self) { try PseudonymKey(text: text) }
        }
    }
}
