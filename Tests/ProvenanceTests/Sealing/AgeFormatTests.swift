import BulwarkProvenance
import Crypto
import Foundation
import Testing

/// What other programs write is read, and what they must refuse is refused.
struct AgeFormatTests {
    private func bytes(_ base64: String) throws -> Data {
        try #require(Base64.decode(base64.filter { !$0.isWhitespace }))
    }

    @Test func filesOfAgeAreOpened() throws {
        let (identity, other) = try (
            #require(SealingIdentity(AgeVectors.identity)),
            #require(SealingIdentity(AgeVectors.otherIdentity))
        )
        #expect(identity.recipient.text == AgeVectors.recipient)
        let opener = Opener(with: [identity])
        #expect(try SealedFile.open(bytes(AgeVectors.sealed), opener) == AgeVectors.content)
        #expect(try SealedFile.open(bytes(AgeVectors.sealedForTwo), opener) == AgeVectors.content)
        #expect(
            try SealedFile.open(bytes(AgeVectors.sealedForTwo), Opener(with: [other])) == AgeVectors.content
        )
        #expect(try SealedFile.open(bytes(AgeVectors.sealedEmpty), opener).isEmpty)
        #expect(throws: SealingError.noMatch) {
            try SealedFile.open(bytes(AgeVectors.sealed), Opener(with: [other]))
        }
    }

    @Test func whatAgeSealsWithAPassphraseIsOpened() throws {
        let opener = try Opener(with: Passphrase(AgeVectors.passphrase))
        #expect(try SealedFile.open(bytes(AgeVectors.sealedWithPassphrase), opener) == AgeVectors.content)
        let text = try SealedFile.open(bytes(AgeVectors.identityFile), opener)
        let identities = try IdentityFile.identities(String(decoding: text, as: UTF8.self))
        #expect(identities.map(\.recipient.text) == [AgeVectors.recipient])
    }

    @Test func everyCaseOfTheFormatIsJudged() throws {
        let identity = try #require(
            SealingIdentity(Bech32.encode(AgeFile.identity, prefix: "age-secret-key-").uppercased())
        )
        let cases = try AgeCase.all()
        #expect(cases.count == 92)
        for known in cases {
            let opener =
                known.usesPassphrase
                ? try Opener(with: Passphrase(AgeFile.passphrase)) : Opener(with: [identity])
            #expect(try outcome(known.bytes, opener) == known.expected, "\(known.name)")
        }
    }

    private func outcome(_ bytes: Data, _ opener: Opener) throws -> AgeCase.Outcome {
        do {
            return .opened(try SealedFile.open(bytes, opener))
        } catch let error as SealingError {
            return switch error {
            case .noMatch, .wrongPassphrase, .identityNeeded, .passphraseNeeded: .noMatch
            case .headerChanged: .code
            case .endsEarly, .truncated, .trailingBytes, .contentChanged, .emptyLastPiece: .content
            default: .header
            }
        }
    }

    /// age-encryption.org/v1, sections on the X25519 recipient type.
    @Test func theStandardsIdentityHasItsRecipient() throws {
        let secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
        let public_ = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
        let identity = try #require(SealingIdentity(secret))
        #expect(identity.recipient.text == public_)
        #expect(identity.secretText == secret)
        #expect(SealingIdentity(secret.lowercased()) == nil)
        for place in secret.indices {
            var other = secret
            other.replaceSubrange(place...place, with: secret[place] == "Q" ? "P" : "Q")
            #expect(other == secret || SealingIdentity(other) == nil)
        }
        for wrong in [public_.uppercased(), public_ + "q", "", "age1", "age1pq1aaaa", " " + public_] {
            #expect(throws: SealingError.self) { try SealingRecipient(wrong) }
        }
    }

    /// BIP 173, test vectors; it has those that are longer refused, which age does not.
    @Test func bech32IsThatOfTheStandard() {
        let valid = [
            "A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
            "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
            "?1ezyfcl",
        ]
        let prefixes = valid.map { String($0[..<($0.lastIndex(of: "1") ?? $0.startIndex)]) }
        #expect(valid.map { Bech32.decode($0)?.prefix } == prefixes)
        for wrong in [
            "\u{20}1nwldj5", "\u{7f}1axkwrx", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3",
            "A1G7SGD8",
            "10a06t8", "1qzzfhee", "a12UEL5L",
        ] {
            #expect(Bech32.decode(wrong) == nil)
        }
        for count in 0..<70 {
            let bytes = Data((0..<count).map { UInt8($0 &* 37 & 0xFF) })
            #expect(Bech32.decode(Bech32.encode(bytes, prefix: "age"))?.bytes == bytes)
        }
    }
}
