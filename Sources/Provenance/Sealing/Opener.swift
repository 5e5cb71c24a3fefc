import Foundation

/// Opens what was sealed in the format age v1.
///
/// The content is handed on piece by piece, each after it was found to be unchanged. That nothing is missing at the
/// end is known only when all is done, so nobody may use what came before if an error follows.
public struct Opener: Sendable {
    private let lock: Lock

    private enum Lock {
        case identities([SealingIdentity])
        case passphrase(Passphrase)
    }

    /// Opens with identities, of which one has to be that of a recipient.
    public init(with identities: [SealingIdentity]) { lock = .identities(identities) }

    /// Opens with a passphrase.
    public init(with passphrase: Passphrase) { lock = .passphrase(passphrase) }

    /// Opens what a source has.
    ///
    /// - Returns: How many bytes of content there were.
    /// - Throws: `SealingError`, and what the source and the sink throw.
    @discardableResult
    package func open(_ source: some ByteSource, to sink: inout some ByteSink) throws -> UInt64 {
        var source = BufferedSource(source)
        let header = try SealedHeader(&source)
        let key = try key(header)
        guard key.isValid(header.code, of: header.authenticated) else { throw SealingError.headerChanged }
        let nonce = try source.read(ContentCipher.nonceByteCount)
        var piece = try source.read(ContentCipher.sealedByteCount)
        guard nonce.count == ContentCipher.nonceByteCount, piece.count >= ContentCipher.tagByteCount else {
            throw SealingError.endsEarly
        }
        var cipher = ContentCipher(key, nonce: nonce)
        var total: UInt64 = 0
        while true {
            let next =
                piece.count < ContentCipher.sealedByteCount
                ? Data() : try source.read(ContentCipher.sealedByteCount)
            let content = try Self.content(of: piece, isLast: next.isEmpty, &cipher)
            try sink.write(content)
            total += UInt64(content.count)
            if next.isEmpty { return total }
            piece = next
        }
    }

    private static func content(
        of piece: Data,
        isLast: Bool,
        _ cipher: inout ContentCipher
    ) throws(SealingError) -> Data {
        let number = cipher.count
        guard let content = cipher.open(piece, isLast: isLast) else {
            // What it would be in another place says what happened.
            if cipher.open(piece, isLast: !isLast) != nil {
                throw isLast ? .truncated(pieces: number + 1) : .trailingBytes(pieces: number + 1)
            }
            throw piece.count < ContentCipher.tagByteCount
                ? .truncated(pieces: number) : .contentChanged(piece: number)
        }
        guard !content.isEmpty || number == 0 else { throw .emptyLastPiece }
        return content
    }

    private func key(_ header: SealedHeader) throws(SealingError) -> FileKey {
        switch lock {
        case .passphrase(let passphrase):
            guard let stanza = header.passphrase.flatMap({ PassphraseStanza($0) }) else {
                throw .identityNeeded
            }
            return try stanza.key(passphrase)
        case .identities(let identities):
            guard header.passphrase == nil else { throw .passphraseNeeded }
            for stanza in header.stanzas where stanza.type == X25519Stanza.type {
                guard let stanza = X25519Stanza(stanza) else { continue }
                for identity in identities {
                    if let key = try stanza.key(identity) { return key }
                }
            }
            throw .noMatch
        }
    }
}
