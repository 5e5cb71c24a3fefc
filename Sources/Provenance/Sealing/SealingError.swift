/// Why something is not sealed, or a sealed file not opened.
public enum SealingError: Error, Hashable, Sendable {
    /// The file does not begin as a sealed one does.
    case notSealed
    /// The file is written in ASCII armor, which is not read here.
    case armored
    /// The file is of another version of the format.
    case unknownVersion(String)
    /// A line of the header is not as the format has it.
    case malformedHeader(line: Int, problem: String)
    /// The header has more bytes, or names more recipients, than any real one.
    case headerTooLong
    /// A passphrase opens the file and something else as well, so that it proves nothing about who made it.
    case passphraseBesideOthers
    /// Trying a passphrase would take more work or memory than allowed.
    case excessiveWorkFactor(Int)
    /// The sender's share makes a secret that everybody knows (RFC 7748, section 6.1).
    case worthlessShare
    /// None of the identities opens the file.
    case noMatch
    /// A passphrase opens the file, and none was given.
    case passphraseNeeded
    /// An identity opens the file, and a passphrase was given.
    case identityNeeded
    /// The passphrase is wrong, or the file was changed.
    case wrongPassphrase
    /// The header was changed.
    case headerChanged
    /// The file ends before its first piece of content.
    case endsEarly
    /// The content was cut off after this many whole pieces.
    case truncated(pieces: UInt64)
    /// Something follows the end of the content.
    case trailingBytes(pieces: UInt64)
    /// A piece of the content, counted from 0, was changed or is not in its place.
    case contentChanged(piece: UInt64)
    /// The last piece is empty though there are others.
    case emptyLastPiece
    /// There is nobody to seal for, or more recipients than allowed.
    case recipientCount(Int)
    /// A text is no recipient.
    case malformedRecipient(problem: String)
    /// A line of an identity file is no identity.
    case malformedIdentity(line: Int)
    /// An identity file holds no identity.
    case noIdentity
    /// A file cannot be read.
    case unreadable(path: String, reason: String)
    /// A file cannot be written.
    case cannotWrite(path: String, reason: String)
    /// What is read would be replaced by what is written.
    case sameFile(path: String)
    /// Whoever began it wants it to end.
    case interrupted
}

extension SealingError: CustomStringConvertible {
    /// The error in words, without anything of a key or of the content.
    public var description: String {
        switch self {
        case .notSealed: "this is no sealed file (age-encryption.org/v1)"
        case .armored: "the file is in ASCII armor; the binary form is read (age -d without -a writes it)"
        case .unknownVersion(let version): "the file is of version '\(version.printable)'; v1 is read"
        case .malformedHeader(let line, let problem): "the header is broken: line \(line): \(problem)"
        case .headerTooLong:
            "the header has more than \(SealedHeader.maximumBytes >> 10) KiB or "
                + "\(SealedHeader.maximumStanzas) recipients"
        case .passphraseBesideOthers:
            "a passphrase opens the file and so does something else, which is refused"
        case .excessiveWorkFactor(let factor):
            "trying a passphrase would take 2^\(factor) rounds; up to 2^\(PassphraseStanza.maximumWorkFactor) are done"
        case .worthlessShare: "the header holds a share that makes a secret known to everybody"
        case .noMatch: "none of the identities opens this file"
        case .passphraseNeeded: "the file was sealed with a passphrase"
        case .identityNeeded: "the file was sealed for recipients, not with a passphrase"
        case .wrongPassphrase: "the passphrase is wrong, or the file was changed"
        case .headerChanged: "the header was changed"
        case .endsEarly: "the file ends before its content"
        case .truncated(let pieces): "the content was cut off after \(pieces) pieces of 64 KiB"
        case .trailingBytes(let pieces): "something follows the end of the content (piece \(pieces))"
        case .contentChanged(let piece):
            "the content was changed, cut off, or is not in its place: piece \(piece) of 64 KiB"
        case .emptyLastPiece: "the last piece of the content is empty, which no sealer writes"
        case .recipientCount(let count):
            "there are \(count) recipients; 1 to \(SealedHeader.maximumStanzas) are allowed"
        case .malformedRecipient(let problem): "this is no recipient (age1…): \(problem)"
        case .malformedIdentity(let line): "line \(line) is no identity (AGE-SECRET-KEY-1…)"
        case .noIdentity: "there is no identity (AGE-SECRET-KEY-1…) in the file"
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .cannotWrite(let path, let reason): "\(path): cannot be written (\(reason))"
        case .sameFile(let path): "\(path): would be replaced by what is made of it"
        case .interrupted: "interrupted, nothing is written"
        }
    }
}
