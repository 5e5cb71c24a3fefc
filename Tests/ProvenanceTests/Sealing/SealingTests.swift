import BulwarkProvenance
import Foundation
import Testing

struct SealingTests {
    private let identity = SealingIdentity()

    private func sealed(_ content: Data) throws -> Data {
        try SealedFile.seal(content, Sealer(for: [identity.recipient]))
    }

    private func opened(_ bytes: Data) throws -> Data {
        try SealedFile.open(bytes, Opener(with: [identity]))
    }

    @Test(arguments: [0, 1, 15, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 300_000])
    func whatIsSealedIsOpened(_ count: Int) throws {
        let content = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
        let bytes = try sealed(content)
        #expect(try opened(bytes) == content)
        // Header, nonce, and a tag for each piece; an empty file has one, too.
        let pieces = max(1, (count + 65_535) / 65_536)
        #expect(bytes.count == 168 + 16 + count + 16 * pieces)
    }

    @Test func everyRecipientOpensAndNobodyElse() throws {
        let others = (0..<5).map { _ in SealingIdentity() }
        let bytes = try SealedFile.seal(Data("x".utf8), Sealer(for: others.map(\.recipient)))
        for other in others {
            #expect(try SealedFile.open(bytes, Opener(with: [identity, other])) == Data("x".utf8))
        }
        #expect(throws: SealingError.noMatch) { try opened(bytes) }
        #expect(throws: SealingError.identityNeeded) {
            try SealedFile.open(bytes, Opener(with: Passphrase("x")))
        }
    }

    @Test func aRecipientCountsOnceAndThereAreNotTooMany() throws {
        let twice = try SealedFile.seal(Data(), Sealer(for: [identity.recipient, identity.recipient]))
        #expect(try twice.count == sealed(Data()).count)
        #expect(throws: SealingError.recipientCount(0)) { try Sealer(for: []) }
        let many = (0..<257).map { _ in SealingIdentity().recipient }
        #expect(throws: SealingError.recipientCount(257)) { try Sealer(for: many) }
        let all = try SealedFile.seal(Data("x".utf8), Sealer(for: Array(many.dropLast())))
        #expect(throws: SealingError.noMatch) { try opened(all) }
    }

    @Test func aPassphraseOpensItsFileAlone() throws {
        let bytes = try SealedFile.seal(Data("x".utf8), Sealer(with: Passphrase("right"), workFactor: 10))
        #expect(try SealedFile.open(bytes, Opener(with: Passphrase("right"))) == Data("x".utf8))
        #expect(throws: SealingError.wrongPassphrase) {
            try SealedFile.open(bytes, Opener(with: Passphrase("wrong")))
        }
        #expect(throws: SealingError.passphraseNeeded) { try opened(bytes) }
        #expect(throws: SealingError.excessiveWorkFactor(19)) {
            try SealedFile.seal(Data(), Sealer(with: Passphrase("right"), workFactor: 19))
        }
    }

    @Test func noTwoFilesAreAlike() throws {
        #expect(try sealed(Data("x".utf8)) != sealed(Data("x".utf8)))
    }

    @Test func everyLengthThatIsCutOffIsRefused() throws {
        let bytes = try sealed(Data("a small file".utf8))
        for count in 0..<bytes.count {
            #expect(throws: SealingError.self) { try opened(bytes.prefix(count)) }
        }
    }

    @Test func everyFlippedByteIsRefused() throws {
        let bytes = try sealed(Data("a small file".utf8))
        for place in bytes.indices {
            for bit in [UInt8(1), 0x20, 0x80] {
                var changed = bytes
                changed[place] ^= bit
                #expect(throws: SealingError.self, "byte \(place)") { try opened(changed) }
            }
        }
    }

    @Test func everyByteMoreIsRefused() throws {
        let bytes = try sealed(Data("a small file".utf8))
        for more in [1, 15, 16, 17, 100_000] {
            #expect(throws: SealingError.self) { try opened(bytes + Data(count: more)) }
        }
    }

    @Test func whatHappenedToThePiecesIsSaid() throws {
        let content = Data(repeating: 1, count: 65_536) + Data(repeating: 2, count: 65_536) + Data([3])
        let bytes = try sealed(content)
        let (header, piece) = (168 + 16, 65_536 + 16)
        let pieces = [0, 1].map { bytes[header + $0 * piece..<header + ($0 + 1) * piece] }
        let last = bytes[(header + 2 * piece)...]
        let head = bytes[..<header]
        #expect(throws: SealingError.contentChanged(piece: 0)) {
            try opened(head + pieces[1] + pieces[0] + last)
        }
        #expect(throws: SealingError.contentChanged(piece: 1)) { try opened(head + pieces[0] + last) }
        #expect(throws: SealingError.truncated(pieces: 2)) { try opened(head + pieces[0] + pieces[1]) }
        #expect(throws: SealingError.truncated(pieces: 1)) { try opened(head + pieces[0]) }
        #expect(throws: SealingError.contentChanged(piece: 2)) {
            try opened(head + pieces[0] + pieces[1] + pieces[1] + last)
        }
        let whole = try sealed(Data(content.prefix(65_536)))
        #expect(throws: SealingError.trailingBytes(pieces: 1)) { try opened(whole + [0]) }
    }

    @Test func headersThatAreTooLongAreRefused() throws {
        let line = "-> grease " + String(repeating: "a", count: 1_000) + "\n\n"
        let long = Data(("age-encryption.org/v1\n" + String(repeating: line, count: 70)).utf8)
        #expect(throws: SealingError.headerTooLong) { try opened(long) }
        let many = Data(("age-encryption.org/v1\n" + String(repeating: "-> a\n\n", count: 300)).utf8)
        #expect(throws: SealingError.headerTooLong) { try opened(many) }
        #expect(throws: SealingError.notSealed) { try opened(Data(repeating: 65, count: 1 << 20)) }
        #expect(throws: SealingError.notSealed) { try opened(Data(count: 1 << 20)) }
        #expect(throws: SealingError.armored) {
            try opened(Data("-----BEGIN AGE ENCRYPTED FILE-----\n".utf8))
        }
        let version = Data("age-encryption.org/v2\n".utf8)
        #expect(throws: SealingError.unknownVersion("v2")) { try opened(version) }
    }

    @Test func nobodyIsARecipientWhomEverybodyCouldBe() throws {
        // Points of small order: with every share they make the same secret (RFC 7748, section 6.1).
        for point in [Data(count: 32), Data([1]) + Data(count: 31)] {
            let text = Bech32.encode(point, prefix: "age")
            let problem = "everybody could open what is sealed for it"
            #expect(throws: SealingError.malformedRecipient(problem: problem)) { try SealingRecipient(text) }
        }
    }

    @Test func aLetterThatIsOnlyEqualToAnotherIsNone() throws {
        let kelvin = "\u{212A}"
        let text = identity.secretText
        #expect(SealingIdentity(text) != nil)
        #expect(SealingIdentity(text.replacing("K", with: kelvin)) == nil)
        #expect(Bech32.decode(text.replacing("AGE-SECRET-KEY", with: "AGE-SECRET-\(kelvin)EY")) == nil)
    }

    @Test func anIdentityDoesNotShowItsSecret() {
        var shown = ""
        dump(identity, to: &shown)
        #expect(!(shown + "\(identity)" + identity.debugDescription).contains("SECRET"))
        #expect(SealingIdentity(identity.secretText)?.recipient == identity.recipient)
    }
}
