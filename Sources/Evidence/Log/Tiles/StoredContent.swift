import BulwarkProvenance
import Foundation

/// Content too long for an entry: it lies in a file of its own, and the entry names its digest and length.
///
/// A bundle states the length of an entry in two bytes (C2SP tlog-tiles), and a signed manifest of some hundreds of
/// files is longer than that. The tree commits to the digest, and so to the content. Whatever fits into an entry
/// stands in it itself, so that there is one way to keep any content.
struct StoredContent: Hashable, Sendable {
    /// The most bytes that are kept for one entry: as many as an envelope may have.
    static let maximumBytes = JSONLimits().maximumBytes

    /// The digest of the content.
    let digest: ContentDigest
    /// How many bytes it has.
    let byteCount: Int

    /// What stands for this content; nil if it fits into an entry itself.
    init?(of content: Data) {
        guard content.count > EntryBundle.maximumEntryBytes else { return nil }
        self.init(digest: ContentDigest(of: content), byteCount: content.count)
    }

    /// The content that an entry names; nil if it names none, in the one way in which it is named.
    init?(entry: some Collection<UInt8>) {
        let start = Array(Self.start.utf8)
        guard entry.starts(with: start) else { return nil }
        let rest = entry.dropFirst(start.count)
        let number = rest.dropFirst(2 * ContentDigest.byteCount + Self.middle.utf8.count).dropLast()
        guard
            let digest = ContentDigest(
                hexadecimal: String(decoding: rest.prefix(2 * ContentDigest.byteCount), as: UTF8.self)
            ), let byteCount = NoteLines.decimal(Array(number)[...]).flatMap({ Int(exactly: $0) }),
            byteCount > EntryBundle.maximumEntryBytes, byteCount <= Self.maximumBytes
        else { return nil }
        self.init(digest: digest, byteCount: byteCount)
        guard self.entry.elementsEqual(entry) else { return nil }
    }

    private init(digest: ContentDigest, byteCount: Int) {
        (self.digest, self.byteCount) = (digest, byteCount)
    }

    // The descriptor of the content in canonical JSON (OCI Image Specification 1.1, content descriptors, with
    // the digest spelled as in in-toto's resource descriptors).
    private static let start = #"{"digest":{"sha256":""#
    private static let middle = #""},"mediaType":"application/octet-stream","size":"#

    /// What stands in the tree.
    var entry: Data { Data("\(Self.start)\(digest)\(Self.middle)\(byteCount)}".utf8) }

    /// The name of the file below the folder of the log.
    var file: String { "content/sha256/\(digest)" }

    /// Reads the content.
    ///
    /// - Throws: `LogError`, also if it is not there or another.
    func read(from folder: LogFolder) throws(LogError) -> Data {
        guard let bytes = try folder.read(file, maximumBytes: Self.maximumBytes) else { throw .missing(file) }
        guard bytes.count == byteCount, ContentDigest(of: bytes) == digest else {
            throw .damaged("\(file) is not what an entry names")
        }
        return Data(bytes)
    }
}
