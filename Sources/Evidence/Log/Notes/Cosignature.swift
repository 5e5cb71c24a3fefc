import Foundation

/// What a witness adds to a checkpoint: a time, and a signature over both (C2SP tlog-cosignature, Ed25519).
///
/// It states that at this time no larger tree of this log was known to the witness, and that the tree grew
/// out of all that it had seen before.
struct Cosignature: Hashable, Sendable {
    /// The latest time that the format has room for.
    static let maximumTime = UInt64(Int64.max)

    /// Seconds since 1970.
    let time: UInt64
    /// The 64 bytes of RFC 8032.
    let signature: Data

    /// The parts of a signature in a note; nil if it cannot be one.
    init?(_ bytes: Data) {
        guard bytes.count == 8 + 64 else { return nil }
        time = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        signature = bytes.suffix(64)
        guard time <= Self.maximumTime else { return nil }
    }

    /// What a witness signs for the text of a checkpoint.
    static func message(_ checkpoint: Data, time: UInt64) -> Data {
        Data("cosignature/v1\ntime \(time)\n".utf8) + checkpoint
    }

    /// A witness's signature line for the text of a checkpoint.
    ///
    /// - Throws: `NoteError.signerFailed`.
    static func line(
        _ checkpoint: Data,
        time: UInt64,
        by signer: any NoteSigner
    ) throws(NoteError) -> NoteSignature {
        guard time <= maximumTime else { throw .signerFailed("the time \(time) is beyond the format") }
        let signature = try signer.plainSignature(over: message(checkpoint, time: time))
        let stamp = Data(withUnsafeBytes(of: time.bigEndian, Array.init))
        return NoteSignature(name: signer.name, keyID: signer.keyID, signature: stamp + signature)
    }
}
