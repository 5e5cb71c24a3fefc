import BulwarkProvenance
import Crypto
import Foundation
import Testing

struct KeyTests {
    private let message = Data("a message".utf8)

    @Test func aSignatureIsValidForItsMessageAlone() throws {
        for algorithm in SignatureAlgorithm.allCases {
            let key = PrivateKey(algorithm)
            let signature = try key.sign(message)
            #expect(key.publicKey.isValid(signature, for: message))
            #expect(!key.publicKey.isValid(signature, for: message + [0]))
            #expect(!key.publicKey.isValid(signature + [0], for: message))
            for place in signature.indices {
                var other = signature
                other[place] ^= 1
                #expect(!key.publicKey.isValid(other, for: message))
                #expect(!key.publicKey.isValid(signature[..<place], for: message))
            }
        }
    }

    @Test func keysAreReadAsTheyAreWritten() throws {
        for algorithm in SignatureAlgorithm.allCases {
            let key = PrivateKey(algorithm)
            #expect(try PrivateKey(pem: key.unprotectedPEM) { nil }.publicKey == key.publicKey)
            #expect(try PublicKey(pem: key.publicKey.pem) == key.publicKey)
        }
    }

    @Test func aPublicKeyHasOneSpelling() throws {
        for algorithm in SignatureAlgorithm.allCases {
            let key = PrivateKey(algorithm).publicKey
            let bytes = key.derRepresentation
            for place in bytes.indices {
                for bit in 0..<8 {
                    var other = bytes
                    other[place] ^= 1 << bit
                    #expect((try? PublicKey(derRepresentation: other)) != key)
                }
                #expect(throws: KeyError.self) { try PublicKey(derRepresentation: bytes[..<place]) }
            }
            // The same key with a length that is longer than it has to be, and with something behind it.
            let length: [UInt8] = bytes[1] < 0x80 ? [0x81, bytes[1]] : [0x82, 0, bytes[2]]
            let rest = bytes.dropFirst(bytes[1] < 0x80 ? 2 : 3)
            #expect(throws: KeyError.self) { try PublicKey(derRepresentation: [0x30] + length + rest) }
            #expect(throws: KeyError.self) { try PublicKey(derRepresentation: bytes + [0]) }
        }
        let key = P256.Signing.PrivateKey().publicKey
        let spelled = try Support.bytes("3059301306072a8648ce3d020106082a8648ce3d030107034200")
        #expect(try PublicKey(derRepresentation: spelled + key.x963Representation).algorithm == .ecdsaP256)
        let compressed = try Support.bytes("3039301306072a8648ce3d020106082a8648ce3d030107032200")
        #expect(throws: KeyError.self) {
            try PublicKey(derRepresentation: compressed + key.compressedRepresentation)
        }
    }

    @Test func keysMadeElsewhereAreRead() throws {
        for pair in ForeignKeys.pairs {
            let key = try PrivateKey(pem: pair.privateKey) { nil }
            #expect(key.algorithm == pair.algorithm)
            #expect(try key.publicKey == PublicKey(pem: pair.publicKey))
            #expect(try PrivateKey(pem: key.unprotectedPEM) { nil }.publicKey == key.publicKey)
        }
        #expect(throws: KeyError.self) { try opened(ForeignKeys.encryptedWithoutTag, with: "x") }
    }

    private func opened(_ pem: String, with passphrase: String = "correct horse") throws -> PublicKey {
        try PrivateKey(pem: pem) { () throws(KeyError) in try Passphrase(passphrase) }.publicKey
    }

    @Test func everyFlippedBitOfAnEncryptedKeyIsFound() throws {
        let pem = ForeignKeys.encrypted
        let edwards = try PublicKey(pem: ForeignKeys.pairs[3].publicKey)
        #expect(try opened(pem) == edwards)
        #expect(throws: KeyError.wrongPassphrase) { try opened(pem, with: "correct house") }
        let block = try #require(try PEM.blocks(pem).first)
        for place in block.content.indices {
            for bit in 0..<8 {
                var other = block.content
                other[place] ^= 1 << bit
                let changed = PEM(label: block.label, content: other).text
                #expect(throws: KeyError.self, "bit \(bit) of byte \(place)") { try opened(changed) }
            }
            let cut = PEM(label: block.label, content: block.content[..<place])
            #expect(throws: KeyError.self) { try opened(cut.text) }
        }
    }

    /// What whoever wrote a file asks of whoever opens it, in N, r and p of scrypt.
    @Test(
        arguments: [
            [0, 8, 1], [1, 8, 1], [3, 8, 1], [1 << 16, 1, 1], [16, 0, 1], [16, 8, 0], [1 << 18, 16, 1],
            [1 << 25, 1, 1], [1 << 24, 64, 1], [1 << 30, 1 << 30, 1], [16, 65, 1], [16, 8, 17],
            [16, 8, 1 << 30],
        ]
    )
    func whatCostsTooMuchIsNotTried(_ parameters: [Int]) throws {
        let block = try #require(try PEM.blocks(ForeignKeys.encrypted).first)
        let ours = try Support.bytes("020110020108020101")
        #expect(block.content.range(of: ours) != nil)
        let theirs = parameters.map { value -> Data in
            let bytes = withUnsafeBytes(of: UInt32(value).bigEndian) { Data($0) }.drop { $0 == 0 }
            let digits = (bytes.first ?? 0x80) >= 0x80 ? [0] + bytes : Data(bytes)
            return Data([2, UInt8(digits.count)]) + digits
        }.reduce(Data(), +)
        // The four structures around the parameters grow with them; the outermost has its length in two bytes.
        var content = block.content
        let growth = UInt8(theirs.count - ours.count)
        content[2] += growth
        for place in [4, 17, 19, 32] { content[place] += growth }
        let range = try #require(content.range(of: ours))
        content.replaceSubrange(range, with: theirs)
        do {
            _ = try opened(PEM(label: block.label, content: content).text)
            Issue.record("\(parameters) were tried")
        } catch KeyError.excessiveCost {
        } catch KeyError.malformed(let problem) {
            #expect(problem.contains("scrypt"), "\(problem)")
        }
    }

    @Test func anEncryptedKeyOpensWithItsPassphraseAlone() throws {
        let key = PrivateKey(.ecdsaP256)
        let pem = try key.pem(protectedBy: Passphrase("correct horse"))
        let open = { (text: String) in
            try PrivateKey(pem: pem) { () throws(KeyError) in try Passphrase(text) }.publicKey
        }
        #expect(try open("correct horse") == key.publicKey)
        #expect(throws: KeyError.wrongPassphrase) { try open("correct house") }
        #expect(throws: KeyError.emptyPassphrase) { try open("") }
        #expect(throws: KeyError.passphraseNeeded) { try PrivateKey(pem: pem) { nil } }
    }

    @Test func keysOfAnotherKindAreRefused() throws {
        let key = PrivateKey(.ed25519)
        #expect(throws: KeyError.unexpectedLabel(found: "PUBLIC KEY", expected: "PRIVATE KEY")) {
            try PrivateKey(pem: key.publicKey.pem) { nil }
        }
        #expect(throws: KeyError.unexpectedLabel(found: "PRIVATE KEY", expected: "PUBLIC KEY")) {
            try PublicKey(pem: key.unprotectedPEM)
        }
        #expect(throws: KeyError.self) { try PublicKey(pem: key.publicKey.pem + key.publicKey.pem) }
    }

    @Test func aKeyDoesNotShowItsSecret() {
        var shown = ""
        dump(PrivateKey(.ed25519), to: &shown)
        #expect(shown.count < 200)
        let pseudonyms = PseudonymKey()
        shown = "\(pseudonyms) \(String(reflecting: pseudonyms))"
        dump(pseudonyms, to: &shown)
        let secret = pseudonyms.text.split(separator: " ").last?.trimmingCharacters(in: .newlines) ?? ""
        #expect(secret.count == 64 && !shown.contains(secret) && shown.count < 200)
    }

    @Test func aKeyFileIsItsOwnersAlone() throws {
        try Support.withFolder([:]) { folder in
            let path = folder + "/key.pem"
            try KeyFile.writePrivate("text", to: path)
            #expect(try KeyFile.readPrivate(path) == "text")
            #expect(throws: KeyError.exists(path: path)) { try KeyFile.writePrivate("other", to: path) }
            for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o777] as [mode_t] {
                #expect(chmod(path, mode) == 0)
                #expect(throws: KeyError.exposed(path: path, mode: UInt16(mode))) {
                    try KeyFile.readPrivate(path)
                }
            }
            #expect(chmod(path, 0o400) == 0)
            #expect(try KeyFile.readPrivate(path) == "text")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["key.pem"])
        }
    }
}
