import Crypto
import Foundation

/// Somebody for whom files are sealed: an X25519 public key, written `age1…` (age v1, the X25519 recipient type).
public struct SealingRecipient: Sendable {
    private static let prefix = "age"

    let key: Curve25519.KeyAgreement.PublicKey

    init(_ key: Curve25519.KeyAgreement.PublicKey) { self.key = key }

    /// Reads a recipient.
    ///
    /// - Throws: `SealingError.malformedRecipient` if it is none, or of a type that is not used here.
    public init(_ text: String) throws(SealingError) {
        guard let (prefix, bytes) = Bech32.decode(text) else {
            throw .malformedRecipient(problem: "it is mistyped or not in Bech32")
        }
        guard prefix == Self.prefix else {
            throw .malformedRecipient(problem: "it is of the type '\(prefix.printable)'")
        }
        guard bytes.count == 32, let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes)
        else { throw .malformedRecipient(problem: "it holds \(bytes.count) bytes, not 32") }
        guard X25519Stanza.agreed(Curve25519.KeyAgreement.PrivateKey(), key) != nil else {
            throw .malformedRecipient(problem: "everybody could open what is sealed for it")
        }
        self.key = key
    }

    /// The recipients in a text: one a line, between empty lines and comments that begin with `#`.
    ///
    /// - Throws: `SealingError` if a line is something else, or there is none.
    public static func list(_ text: String) throws(SealingError) -> [SealingRecipient] {
        var recipients: [SealingRecipient] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard recipients.count < SealedHeader.maximumStanzas else {
                throw .recipientCount(recipients.count + 1)
            }
            recipients.append(try SealingRecipient(line))
        }
        guard !recipients.isEmpty else { throw .recipientCount(0) }
        return recipients
    }

    /// The recipient as it is passed around: `age1…`.
    public var text: String { Bech32.encode(key.rawRepresentation, prefix: Self.prefix) }
}

extension SealingRecipient: Hashable, CustomStringConvertible {
    /// Recipients are equal if their bytes are.
    public static func == (left: SealingRecipient, right: SealingRecipient) -> Bool {
        left.key.rawRepresentation == right.key.rawRepresentation
    }

    /// By the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(key.rawRepresentation) }

    /// The recipient as it is passed around.
    public var description: String { text }
}
