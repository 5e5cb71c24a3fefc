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
    /// When it says that it was stated.
    public let moment: Timestamp?

    /// Reads the card of an entry.
    public init(_ entry: Data, at index: UInt64) {
        (self.index, byteCount) = (index, entry.count)
        guard let envelope = try? Envelope(json: entry), let statement = try? envelope.unverifiedStatement()
        else {
            (claimType, subjects, moment) = (nil, [], nil)
            return
        }
        (claimType, subjects, moment) = (statement.claimType, statement.subjects, statement.statedMoment)
    }
}
