import Foundation

/// What a log says of itself at one moment: how many entries it has, and their root (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
    /// Which log.
    public let origin: LogOrigin
    /// How many entries it has.
    public let size: UInt64
    /// The root of the tree of all entries.
    public let root: MerkleHash
    /// Lines behind these, which the standard advises against; they are kept and signed, and mean nothing
    /// here.
    public let extensionLines: [Data]

    /// A checkpoint.
    public init(origin: LogOrigin, size: UInt64, root: MerkleHash) {
        self.origin = origin
        self.size = size
        self.root = root
        extensionLines = []
    }

    /// The checkpoint in the text of a note.
    ///
    /// - Throws: `NoteError.malformed`.
    public init(_ text: Data) throws(NoteError) {
        var lines = NoteLines(text)
        guard let origin = String(validating: try lines.next("the origin"), as: UTF8.self) else {
            throw lines.malformed("not UTF-8")
        }
        self.origin = try LogOrigin(origin)
        size = try lines.number(after: nil, "the number of entries")
        guard let bytes = NoteLines.base64(try lines.next("the root")), let root = MerkleHash(bytes) else {
            throw lines.malformed("the root is not 32 bytes in base64")
        }
        guard size > 0 || root == .empty else { throw lines.malformed("not the root of an empty tree") }
        self.root = root
        var extensionLines: [Data] = []
        while !lines.remainder.isEmpty {
            let line = try lines.next("the end of the line")
            guard !line.isEmpty else { throw lines.malformed("an empty line") }
            extensionLines.append(Data(line))
        }
        self.extensionLines = extensionLines
    }

    /// The text that is signed.
    public var text: Data {
        var text = Data("\(origin)\n\(size)\n\(root.base64)\n".utf8)
        for line in extensionLines { text.append(line + [0x0A]) }
        return text
    }
}
