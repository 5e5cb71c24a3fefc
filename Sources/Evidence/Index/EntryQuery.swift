import BulwarkProvenance

/// Which entries somebody looks for; what is nil does not matter.
public struct EntryQuery: Hashable, Sendable {
    /// What they are about, or list among files.
    public var subject: ContentDigest?
    /// What kind of claim they are.
    public var claimType: ClaimType?
    /// They say that they were stated then or later.
    public var since: Timestamp?
    /// They say that they were stated then or earlier.
    public var until: Timestamp?

    /// A query.
    public init(
        subject: ContentDigest? = nil,
        claimType: ClaimType? = nil,
        since: Timestamp? = nil,
        until: Timestamp? = nil
    ) {
        (self.subject, self.claimType, self.since, self.until) = (subject, claimType, since, until)
    }

    /// Whether every entry is looked for.
    public var isEverything: Bool { self == EntryQuery() }

    /// Whether an entry is one of those; one that states no moment is outside of every span.
    public func matches(_ card: EntryCard) -> Bool {
        if let subject, !card.digests.contains(subject) { return false }
        if let claimType {
            guard let found = card.claimType, ExactString(found.rawValue) == ExactString(claimType.rawValue)
            else { return false }
        }
        guard since != nil || until != nil else { return true }
        guard let moment = card.moment else { return false }
        return since.map { $0 <= moment } ?? true && until.map { moment <= $0 } ?? true
    }
}
