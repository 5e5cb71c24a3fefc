import BulwarkProvenance
import Foundation

/// An Ed25519 key that signs notes under a name (C2SP signed-note).
public struct NoteKey: NoteSigner {
    /// The name and public half, by which others check what it signs.
    public let verifierKey: NoteVerifierKey
    private let key: PrivateKey

    /// A key with the name under which it signs; logs use their origin.
    ///
    /// - Throws: `NoteError.badKey` if the key is none for Ed25519.
    public init(
        _ key: PrivateKey,
        name: NoteKeyName,
        _ algorithm: NoteVerifierKey.Algorithm = .ed25519
    ) throws(NoteError) {
        verifierKey = try NoteVerifierKey(name: name, key.publicKey, algorithm)
        self.key = key
    }

    /// The name.
    public var name: NoteKeyName { verifierKey.name }

    /// The number by which notes name the key.
    public var keyID: UInt32 { verifierKey.keyID }

    /// The 64 bytes of RFC 8032.
    ///
    /// - Throws: What the library throws where it has no randomness.
    public func sign(_ bytes: Data) throws -> Data { try key.sign(bytes) }
}

extension NoteVerifierKey {
    /// The key that checks the notes of a key under a name.
    ///
    /// - Throws: `NoteError.badKey` if the key is none for Ed25519.
    public init(
        name: NoteKeyName,
        _ key: PublicKey,
        _ algorithm: Algorithm = .ed25519
    ) throws(NoteError) {
        guard key.algorithm == .ed25519 else {
            throw .badKey(
                "a log is signed with an Ed25519 key, and this one is for \(key.algorithm.rawValue)"
            )
        }
        try self.init(name: name, algorithm: algorithm, publicKey: key.rawBytes)
    }
}
