import BulwarkEvidence
import Foundation
import Testing

struct SignedNoteTests {
    private static let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

    @Test func theKeyOfTheStandardIsRead() throws {
        #expect(try NoteVerifierKey(Self.text).text == Self.text)
    }

    @Test(arguments: [
        "", "a+b", "++", "x+530d903a+AQ==",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo +530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ])
    func otherKeysAreRefused(text: String) {
        #expect(throws: NoteError.self) { try NoteVerifierKey(text) }
    }

    @Test(arguments: [
        "", "\n", "a\n", "a\n\n", "a\n\n\u{2014} b\n", "a\r\n\n\u{2014} b AAAAAAA=\n",
        "a\n\n\u{2014} b AAAAAAB=\n", "a\n\n\u{2014} b+c AAAAAAA=\n", "a\n\n\u{2014} b AAAAAAA=",
        "a\n\n- b AAAAAAA=\n", "a\n\n\u{2014}  AAAAAAA=\n",
    ])
    func whatIsNoNoteIsRefused(text: String) {
        #expect(throws: NoteError.self) { try SignedNote(Data(text.utf8)) }
    }

    @Test(arguments: ["05", "-1", "+5", "", "18446744073709551616"])
    func badSizesAreRefused(size: String) {
        let text = "o\n\(size)\n\(MerkleHash.empty.base64)\n"
        #expect(throws: NoteError.self) { try Checkpoint(Data(text.utf8)) }
    }

    @Test func namesAreBytes() throws {
        #expect(try NoteKeyName("e\u{301}") != NoteKeyName("\u{e9}"))
    }

    @Test func everyFlippedBitOfACheckpointIsFound() throws {
        let log = try TestLog(entries: 3)
        let data = Data(try log.bytes("checkpoint"))
        _ = try log.trust.verify(data)
        for place in data.indices {
            for bit in 0..<8 {
                var flipped = data
                flipped[place] ^= 1 << UInt8(bit)
                #expect(throws: NoteError.self) { try log.trust.verify(flipped) }
            }
            #expect(throws: NoteError.self) { try log.trust.verify(data.prefix(place)) }
        }
    }

    @Test func aForeignKeyAndAForeignLogAreRefused() throws {
        let log = try TestLog(entries: 1)
        let data = Data(try log.bytes("checkpoint"))
        let stranger = try TestSigner("example.com/log", 8)
        #expect(throws: NoteError.notSigned) {
            try CheckpointTrust(origin: log.origin, logKeys: [stranger.key]).verify(data)
        }
        let other = try LogOrigin("example.com/other")
        #expect(throws: NoteError.wrongOrigin(found: "example.com/log", expected: "example.com/other")) {
            try CheckpointTrust(origin: other, logKeys: [log.signer.key]).verify(data)
        }
    }
}
