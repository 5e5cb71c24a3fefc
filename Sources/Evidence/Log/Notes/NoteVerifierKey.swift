import BulwarkProvenance
import Foundation

/// A public key for notes, with its name (C2SP signed-note, "verifier keys").
public struct NoteVerifierKey: Hashable, Sendable {
    /// What a key signs, as the number that the standard gives it.
    public enum Algorithm: UInt8, Sendable {
        /// Ed25519 (RFC 8032) over the text of the note.
        case ed25519 = 0x01
        /// Ed25519 over the text with a time in front: what a witness signs (C2SP tlog-cosignature).
        case cosignature = 0x04
    }

    /// The name.
    public let name: NoteKeyName
    /// The number by which notes name the key.
    public let keyID: UInt32
    /// What it signs.
    public let algorithm: Algorithm
    /// The 32 bytes of the key (RFC 8032).
    public let publicKey: Data

    /// A key.
    ///
    /// - Throws: `NoteError.badKey` if it does not have 32 bytes.
    public init(name: NoteKeyName, algorithm: Algorithm, publicKey: Data) throws(NoteError) {
        guard publicKey.count == 32, (try? PublicKey(.ed25519, rawBytes: publicKey)) != nil else {
            throw .badKey("an Ed25519 key has 32 bytes")
        }
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        keyID = Self.keyID(name: name, algorithm: algorithm, publicKey: publicKey)
    }

    /// A key in text form: `name+number+base64`.
    ///
    /// - Throws: `NoteError.badKey`, also if the number is not that of the key.
    public init(_ text: String) throws(NoteError) {
        let fields = Array(text.utf8).split(separator: 0x2B, maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let name = String(validating: fields[0], as: UTF8.self),
            let stated = Self.number(fields[1]), let bytes = NoteLines.base64(fields[2]),
            let type = bytes.first
        else {
            throw .badKey("a key is a name, eight hexadecimal digits and base64, with plus signs between")
        }
        guard let algorithm = Algorithm(rawValue: type) else {
            throw .badKey("algorithm \(type) is not read; 1 (Ed25519) and 4 (its cosignatures) are")
        }
        try self.init(name: NoteKeyName(name), algorithm: algorithm, publicKey: Data(bytes.dropFirst()))
        guard keyID == stated else { throw .badKey("its number does not belong to its name and bytes") }
    }

    /// The first four bytes of the hash of name, algorithm and key, as C2SP signed-note computes them.
    public static func keyID(name: NoteKeyName, algorithm: Algorithm, publicKey: Data) -> UInt32 {
        let bytes = Array(name.description.utf8) + [0x0A, algorithm.rawValue] + publicKey
        return ContentDigest(of: bytes).bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The key in text form.
    public var text: String {
        let digits = String(keyID, radix: 16)
        let number = String(repeating: "0", count: 8 - digits.count) + digits
        return "\(name)+\(number)+\((Data([algorithm.rawValue]) + publicKey).base64EncodedString())"
    }

    /// What the signature says, if it is by this key.
    func verify(_ signature: Data, over text: Data) -> VerifiedSignature? {
        switch algorithm {
        case .ed25519:
            isValid(signature, over: text) ? VerifiedSignature(key: self, time: nil) : nil
        case .cosignature:
            Cosignature(signature).flatMap { cosignature in
                isValid(cosignature.signature, over: Cosignature.message(text, time: cosignature.time))
                    ? VerifiedSignature(key: self, time: cosignature.time) : nil
            }
        }
    }

    private func isValid(_ signature: Data, over bytes: Data) -> Bool {
        (try? PublicKey(.ed25519, rawBytes: publicKey))?.isValid(signature, for: bytes) ?? false
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
        let isHexadecimal = digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard digits.count == 8, isHexadecimal else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
