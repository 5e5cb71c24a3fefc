import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import Foundation

extension LogCommand {
    /// `bulwark log index`.
    struct Index: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "index",
            abstract: "Make or update the index by which log show finds entries.",
            discussion: """
                The index is no part of the log and can be deleted at any time. Every answer of it is checked \
                against the entry itself; what it leaves out is not noticed, so the gate reads the log instead. \
                A file that is no index is never replaced, unless it lies where the log's index is expected.
                """
        )

        @Argument(help: "The log.")
        var log: String

        @Option(help: "The file of the index. (default: \(LogIndex.defaultName) in the log's folder)")
        var index: String?

        @Flag(help: "Make it anew, in place of any other.")
        var rebuild = false

        @OptionGroup var options: LogTrustOptions

        func run() throws {
            let trust = try options.trust(log)
            let path = index ?? "\(log)/\(LogIndex.defaultName)"
            let reader = try judging(log) { try LogReader(log, trust: trust) }
            let count = try judging(path) {
                let index = try open(path, reader.checkpoint.checkpoint.origin)
                return try index.update(from: reader)
            }
            try StandardOutput.write("\(path): \(count) new entries, \(reader.size) in all")
        }

        /// What is damaged is made again; what is of another log is not touched unless somebody says so.
        private func open(_ path: String, _ origin: LogOrigin) throws -> LogIndex {
            let occupant = try LogIndex.occupant(of: path)
            try requireReplaceable(occupant, path)
            guard !rebuild else { return try LogIndex(creating: path, origin: origin) }
            do {
                guard occupant != .nothing else { throw LogIndexError.missing(path) }
                return try LogIndex(opening: path)
            } catch LogIndexError.missing {
                return try LogIndex(creating: path, origin: origin)
            } catch LogIndexError.damaged(_, let reason) {
                StandardError.write("bulwark: \(path): is made anew (\(reason))\n")
                return try LogIndex(creating: path, origin: origin)
            }
        }

        /// Making an index removes what was in its place, which a wrong `--index` must not do to other files.
        private func requireReplaceable(_ occupant: LogIndex.Occupant, _ path: String) throws {
            let isReplaceable =
                switch occupant {
                case .nothing, .index: true
                case .otherDatabase: rebuild || index == nil
                case .foreign: index == nil
                }
            guard isReplaceable else {
                throw CommandFailure(
                    .cannotWrite,
                    "\(path): is no index, and is not replaced by one",
                    hint: "name another file with --index"
                )
            }
        }
    }
}

/// Options that say which entries of a log are meant.
struct EntryQueryOptions: ParsableArguments {
    @Option(help: "Only entries about this: a SHA-256 digest, or a file that has it.")
    var subject: String?

    @Option(help: "Only claims of this type, as in assessment.")
    var type: String?

    @Option(help: "Only entries that state this moment or a later one, as in 2026-01-31T23:59:59Z.")
    var since: String?

    @Option(help: "Only entries that state this moment or an earlier one.")
    var until: String?

    /// What is looked for.
    ///
    /// - Throws: `CommandFailure`.
    func query() throws -> EntryQuery {
        EntryQuery(
            subject: try subject.map {
                try ContentDigest(hexadecimal: $0) ?? ContentReference(file: $0).sha256
            },
            claimType: try type.map { name in
                guard let type = ClaimType(named: name) else {
                    throw CommandFailure(.usage, "--type \(name.printable): there is no such claim")
                }
                return type
            },
            since: try Timestamp.typed(since, "--since"),
            until: try Timestamp.typed(until, "--until")
        )
    }
}

extension LogSearch {
    /// The entries that a query is about: by the index if there is one that can be used, else by reading all.
    ///
    /// - Parameters:
    ///   - query: What is looked for.
    ///   - path: The file of the index; nil if none is to be asked.
    /// - Returns: The entries, in the order of the log.
    /// - Throws: `LogError`.
    func entries(_ query: EntryQuery, indexedIn path: String?) throws -> [Found] {
        guard let path, !query.isEverything else { return try entries(query) }
        do {
            return try entries(query, by: LogIndex(opening: path))
        } catch LogIndexError.missing {
            return try entries(query)
        } catch let error as LogIndexError {
            StandardError.write("bulwark: every entry is read, because the index is of no use: \(error)\n")
            return try entries(query)
        }
    }
}
