import Crypto
import Foundation

/// A SHA-256 digest in the making, of content that comes in pieces.
public struct RunningDigest: Sendable {
    private var hash = SHA256()

    /// The digest of nothing yet.
    public init() {}

    /// Adds the next piece.
    public mutating func update(_ piece: some DataProtocol) { hash.update(data: piece) }

    /// Adds the next piece.
    mutating func update(_ piece: UnsafeRawBufferPointer) { hash.update(bufferPointer: piece) }

    /// The digest of all pieces.
    public func digest() -> ContentDigest {
        guard let digest = ContentDigest(bytes: hash.finalize()) else {
            preconditionFailure("SHA-256 gives 32 bytes")
        }
        return digest
    }
}
