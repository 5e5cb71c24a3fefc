import BulwarkProvenance
import Foundation
import Testing

struct EnvelopeTests {
    private let key = PrivateKey(.ed25519)
    private let other = PrivateKey(.ecdsaP256)

    private func envelope() throws -> Envelope { try claim().signed(by: [key]) }

    private func claim() throws -> Claim<RevocationPredicate> {
        try Claim(
            about: [Subject(name: "a key", sha256: key.publicKey.fingerprint)],
            RevocationPredicate(
                target: .key,
                reason: "lost",
                from: Support.time("2026-01-01T00:00:00Z"),
                replacement: nil
            )
        )
    }

    private func json(_ edit: (inout String) -> Void) throws -> Data {
        var text = String(decoding: try envelope().json, as: UTF8.self)
        edit(&text)
        return Data(text.utf8)
    }

    /// DSSE 1.0, protocol: the example there.
    @Test func whatIsSignedIsKindAndContentBehindTheirLengths() {
        let encoded = Envelope.preAuthenticationEncoding(
            payloadType: "http://example.com/HelloWorld",
            payload: Data("hello world".utf8)
        )
        #expect(encoded == Data("DSSEv1 29 http://example.com/HelloWorld 11 hello world".utf8))
    }

    @Test func aSignedClaimIsVerified() throws {
        let read = try Envelope(json: try envelope().json)
        let verified = try read.verified(as: Claim<RevocationPredicate>.self, by: key.publicKey)
        #expect(try verified.content == claim())
        #expect(verified.signers.map(\.name) == [nil])
        #expect(throws: VerificationError.notSigned(by: other.publicKey.fingerprint)) {
            try read.verified(as: Claim<RevocationPredicate>.self, by: other.publicKey)
        }
    }

    @Test func aFlippedBitIsFound() throws {
        let json = try envelope().json
        var random = Support.Random(state: 1)
        for place in json.indices {
            var changed = json
            changed[place] ^= 1 << UInt8(random.next(below: 8))
            guard let read = try? Envelope(json: changed) else { continue }
            // The name of the key is a hint, and not signed.
            guard read.signatures.map(\.keyID) == [key.publicKey.fingerprint.hexadecimal] else { continue }
            #expect(throws: VerificationError.self) {
                try read.verified(as: Claim<RevocationPredicate>.self, by: key.publicKey)
            }
        }
    }

    @Test func whatNobodySignedHasNoPlaceInIt() throws {
        let edits: [(inout String) -> Void] = [
            { $0 = $0.replacing("{\"payload\"", with: "{\"more\":1,\"payload\"") },
            { $0 = $0.replacing("{\"payload\"", with: "{\"payloadType\":\"x\",\"payload\"") },
            { $0 = $0.replacing("{\"keyid\"", with: "{\"more\":1,\"keyid\"") },
            { $0 = $0.replacing("\"sig\":\"", with: "\"sig\":\" ") },
            { $0 = $0.replacing("\"payload\":\"", with: "\"payload\":\"\\n") },
            { $0 = $0.replacing("\"payload\":\"", with: "\"payload\":\"-") },
            { $0 = $0 + "{}" },
        ]
        for edit in edits {
            let changed = try json(edit)
            #expect(throws: EnvelopeError.self) { try Envelope(json: changed) }
        }
    }

    @Test func sizesAreBounded() throws {
        let payload = "\"payload\":\"AAAA\",\"payloadType\":\"t\""
        let none = Data("{\(payload),\"signatures\":[]}".utf8)
        #expect(throws: EnvelopeError.noSignatures) { try Envelope(json: none) }
        let one = "{\"sig\":\"AAAA\"}"
        let many = Array(repeating: one, count: 65).joined(separator: ",")
        #expect(throws: EnvelopeError.tooManySignatures(found: 65)) {
            try Envelope(json: Data("{\(payload),\"signatures\":[\(many)]}".utf8))
        }
        let long = String(repeating: "A", count: 1_028)
        #expect(throws: EnvelopeError.tooLong(member: "signature")) {
            try Envelope(json: Data("{\(payload),\"signatures\":[{\"sig\":\"\(long)\"}]}".utf8))
        }
        #expect(throws: EnvelopeError.self) {
            try Envelope(json: Data(count: 100), limits: JSONLimits(maximumBytes: 99))
        }
        let empty = Data("{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[\(one)]}".utf8)
        #expect(throws: EnvelopeError.emptyPayload) { try Envelope(json: empty) }
    }

    @Test func anotherKindOfPayloadIsRefused() throws {
        let signed = try Envelope(payloadType: "text/plain", payload: Data("x".utf8), signedBy: [key])
        #expect(throws: VerificationError.self) { try signed.verified(as: Statement.self, by: key.publicKey) }
        #expect(throws: VerificationError.self) {
            try envelope().verified(as: Claim<ScanPredicate>.self, by: key.publicKey)
        }
    }
}
