import Foundation

/// A private key that signs notes, wherever it is kept.
///
/// It makes plain signatures; texts around what is signed, like those of witnesses, are added by who calls
/// it.
public protocol NoteSigner: Sendable {
    /// The name of the key.
    var name: NoteKeyName { get }
    /// The number of the key: see `NoteVerifierKey.keyID(name:algorithm:publicKey:)`.
    var keyID: UInt32 { get }
    /// The signature over the bytes: for Ed25519 the 64 bytes of RFC 8032.
    ///
    /// - Throws: If the key cannot be used.
    func sign(_ bytes: Data) throws -> Data
}

extension NoteSigner {
    /// The signature line for a text.
    ///
    /// - Throws: `NoteError.signerFailed`.
    func noteSignature(for text: Data) throws(NoteError) -> NoteSignature {
        NoteSignature(name: name, keyID: keyID, signature: try plainSignature(over: text))
    }

    /// The signature, with a typed error.
    ///
    /// - Throws: `NoteError.signerFailed`.
    func plainSignature(over bytes: Data) throws(NoteError) -> Data {
        do {
            return try sign(bytes)
        } catch {
            throw .signerFailed("\(error)")
        }
    }
}
