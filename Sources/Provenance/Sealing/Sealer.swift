import Crypto
import Foundation

/// Seals content in the format age v1: only who is named can read it, and every change is noticed.
///
/// It says nothing about who sealed the content: for that it has to be signed.
public struct Sealer: Sendable {
    private let lock: Lock

    private enum Lock {
        case recipients([SealingRecipient])
        case passphrase(Passphrase, workFactor: Int)
    }

    /// Seals for recipients; one that is named twice counts once.
    ///
    /// - Throws: `SealingError.recipientCount` if there are none, or more than a header has room for.
    public init(for recipients: [SealingRecipient]) throws(SealingError) {
        var distinct: [SealingRecipient] = []
        for recipient in recipients where !distinct.contains(recipient) { distinct.append(recipient) }
        guard (1...SealedHeader.maximumStanzas).contains(distinct.count) else {
            throw .recipientCount(distinct.count)
        }
        lock = .recipients(distinct)
    }

    /// Seals with a passphrase.
    ///
    /// - Parameters:
    ///   - passphrase: The passphrase.
    ///   - workFactor: The binary logarithm of the rounds of scrypt; 17 takes 128 MiB.
    public init(with passphrase: Passphrase, workFactor: Int = 17) {
        lock = .passphrase(passphrase, workFactor: workFactor)
    }

    /// Seals what a source has.
    ///
    /// - Returns: How many bytes of content there were.
    /// - Throws: `SealingError`, and what the source and the sink throw.
    @discardableResult
    package func seal(_ source: some ByteSource, to sink: inout some ByteSink) throws -> UInt64 {
        let key = FileKey()
        let stanzas =
            switch lock {
            case .recipients(let recipients): try recipients.map { try X25519Stanza(key, for: $0).stanza }
            case .passphrase(let passphrase, let workFactor):
                [try PassphraseStanza(key, with: passphrase, workFactor: workFactor).stanza]
            }
        try sink.write(SealedHeader(stanzas, key: key).bytes)
        let nonce = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
        try sink.write(nonce)

        var source = source
        var cipher = ContentCipher(key, nonce: nonce)
        var total: UInt64 = 0
        var piece = try source.read(ContentCipher.pieceByteCount)
        while true {
            // Whether a piece is the last one shows behind it: a last piece is empty only if there is no other.
            let next =
                piece.count < ContentCipher.pieceByteCount
                ? Data() : try source.read(ContentCipher.pieceByteCount)
            try sink.write(cipher.seal(piece, isLast: next.isEmpty))
            total += UInt64(piece.count)
            if next.isEmpty { return total }
            piece = next
        }
    }
}
