import Foundation

/// Looks for entries of a log.
public struct LogSearch: Sendable {
    /// An entry that was found.
    public typealias Found = (card: EntryCard, entry: Data)

    private let log: LogReader

    /// A search in a log.
    public init(in log: LogReader) { self.log = log }

    /// The entries that a query is about, found by reading all of them.
    ///
    /// - Throws: `LogError`.
    public func entries(_ query: EntryQuery) throws -> [Found] {
        var found: [Found] = []
        try log.readEntries(0..<log.size) { index, entry in
            let card = EntryCard(entry, at: index)
            if query.matches(card) { found.append((card, entry)) }
        }
        return found
    }

    /// The entries that a query is about, found by an index, which is brought up to date first.
    ///
    /// Each is read from the log, shown to be in it, and compared with the query.
    ///
    /// - Throws: `LogIndexError` if the index cannot be used or names an entry wrongly; `LogError`.
    public func entries(_ query: EntryQuery, by index: LogIndex) throws -> [Found] {
        try index.update(from: log)
        return try index.candidates(query).map { number in
            let entry = try log.entry(at: number)
            let card = EntryCard(entry, at: number)
            guard query.matches(card) else {
                throw LogIndexError.damaged(index.path, reason: "names entry \(number) wrongly")
            }
            return (card, entry)
        }
    }
}
