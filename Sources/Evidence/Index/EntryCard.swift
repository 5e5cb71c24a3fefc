import BulwarkProvenance
import Foundation

/// What can be searched for in an entry: what it says of itself, whoever signed it.
public struct EntryCard: Hashable, Sendable {
    /// The number of the entry.
    public let index: UInt64
    /// How many bytes it has.
    public let byteCount: Int
    /// What kind of claim it is; nil if it is no signed statement.
    public let claimType: ClaimType?
    /// What it is about.
    public let subjects: [Subject]
    /// The content it tells of: its subjects, and the files that a signature of a model or a manifest of data lists.
    public let digests: Set<ContentDigest>
    /// When it says that it was stated.
    public let moment: Timestamp?

    /// Reads the card of an entry.
    public init(_ entry: Data, at index: UInt64) {
        (self.index, byteCount) = (index, entry.count)
        guard let envelope = try? Envelope(json: entry), let statement = try? envelope.unverifiedStatement()
        else {
            (claimType, subjects, digests, moment) = (nil, [], [], nil)
            return
        }
        (claimType, subjects, moment) = (statement.claimType, statement.subjects, statement.statedMoment)
        digests = Set(statement.subjects.compactMap(\.sha256)).union(Self.listed(in: envelope, statement))
    }

    /// The files that an entry lists, beside what it names as its subject: that is a digest over all of them.
    private static func listed(in envelope: Envelope, _ statement: Statement) -> [ContentDigest] {
        switch statement.claimType {
        case .modelSignature: (try? envelope.unverifiedModelManifest())?.files.map(\.digest) ?? []
        case .dataset:
            (try? Claim<DatasetPredicate>(statement))?.predicate.manifest.files.map(\.sha256) ?? []
        default: []
        }
    }
}
