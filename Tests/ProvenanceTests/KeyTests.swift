import BulwarkProvenance
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
            let bytes = PrivateKey(algorithm).publicKey.derRepresentation
            for place in bytes.indices {
                var other = bytes
                other[place] ^= 0x10
                let key = try? PublicKey(derRepresentation: other)
                #expect(key == nil || key?.derRepresentation == other)
                #expect(throws: KeyError.self) { try PublicKey(derRepresentation: bytes[..<place]) }
            }
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
