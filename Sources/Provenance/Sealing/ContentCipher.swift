import Crypto
import Foundation

/// Encrypts content in pieces, so that none can be changed, moved, left out or added (age v1, payload; STREAM,
/// Hoang, Reyhanitabar, Rogaway and Vizár 2015).
struct ContentCipher {
    static let nonceByteCount = 16
    static let tagByteCount = 16
    /// How many bytes of content a piece has; the last one may have fewer.
    static let pieceByteCount = 64 << 10
    /// How many bytes a whole piece has when it is sealed.
    static let sealedByteCount = pieceByteCount + tagByteCount

    private let key: SymmetricKey
    /// How many pieces went through.
    private(set) var count: UInt64 = 0

    init(_ key: FileKey, nonce: Data) { self.key = key.contentKey(nonce: nonce) }

    /// The next piece, sealed.
    mutating func seal(_ piece: Data, isLast: Bool) throws -> Data {
        let box = try ChaChaPoly.seal(piece, using: key, nonce: nonce(isLast))
        count += 1
        return box.ciphertext + box.tag
    }

    /// The next piece, opened; nil if this is not what was sealed there.
    mutating func open(_ piece: Data, isLast: Bool) -> Data? {
        guard piece.count >= Self.tagByteCount, let nonce = try? nonce(isLast),
            let box = try? ChaChaPoly.SealedBox(
                nonce: nonce,
                ciphertext: piece.dropLast(Self.tagByteCount),
                tag: piece.suffix(Self.tagByteCount)
            ), let content = try? ChaChaPoly.open(box, using: key)
        else { return nil }
        count += 1
        return content
    }

    /// The number of the piece in 11 bytes, of which no file needs more than 8, and whether it is the last.
    private func nonce(_ isLast: Bool) throws -> ChaChaPoly.Nonce {
        let number = withUnsafeBytes(of: count.bigEndian) { Data($0) }
        return try ChaChaPoly.Nonce(data: Data(count: 3) + number + Data([isLast ? 1 : 0]))
    }
}
