import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

struct LogIndexTests {
    private static let types: [ClaimType] = [
        .scan, .assessment, .approval, ClaimType(rawValue: "urn:other:é"),
    ]
    private static let moments = [0, 1, 2, 86_400, 4_000_000_000].map { Timestamp(secondsSince1970: $0) }

    private static func digest(_ number: Int) -> ContentDigest { ContentDigest(of: Data("\(number)".utf8)) }

    /// An entry as `log show` lists it, signed by nobody; one in eight is no claim.
    private static func entry(_ random: inout SplitMix) -> Data {
        guard random.next() % 8 > 0 else { return Data("no claim \(random.next())".utf8) }
        let subjects = (0...(random.next() % 3)).map { place in
            #"{"name":"file \#(place)","digest":{"sha256":"\#(digest(Int(random.next() % 6)).hexadecimal)"}}"#
        }
        let type = types[Int(random.next() % UInt64(types.count))]
        let moment = moments[Int(random.next() % UInt64(moments.count))]
        let member = [ClaimType.approval: "decided"][type] ?? "finished"
        let predicate = random.next() % 5 == 0 ? "{}" : #"{"\#(member)":"\#(moment)"}"#
        let payload = """
            {"_type":"https://in-toto.io/Statement/v1","subject":[\(subjects.joined(separator: ","))],\
            "predicateType":"\(type.rawValue)","predicate":\(predicate)}
            """
        let encoded = Data(payload.utf8).base64EncodedString()
        return Data(
            """
            {"payloadType":"application/vnd.in-toto+json","payload":"\(encoded)",\
            "signatures":[{"keyid":"\(random.next() % 3)","sig":"AAAA"}]}
            """.utf8
        )
    }

    private static let queries: [EntryQuery] = {
        let subjects = [nil] + (0..<7).map { Optional(digest($0)) }
        return subjects.flatMap { subject in
            ([nil] + types.map(Optional.some)).flatMap { type in
                [nil, moments[1], moments[3]].flatMap { since in
                    [nil, moments[1], moments[4]].map { until in
                        EntryQuery(subject: subject, claimType: type, since: since, until: until)
                    }
                }
            }
        }
    }()

    private let log: TestLog
    private let path: String

    init() throws {
        log = try TestLog()
        path = log.path + "/index.sqlite"
    }

    private func append(_ count: Int, seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let appender = try log.open()
        try appender.append((0..<count).map { _ in Self.entry(&random) })
        appender.close()
    }

    private func reader() throws -> LogReader { try LogReader(log.path, trust: log.trust) }

    @Test(arguments: [1, 2, 3]) func answersAreThoseOfAFullScan(seed: UInt64) throws {
        let index = try LogIndex(creating: path, origin: log.origin)
        for count in [0, 180, 100] {
            try append(count, seed: seed + UInt64(count))
            let search = LogSearch(in: try reader())
            let all = try search.entries(EntryQuery())
            for place in stride(from: Int(seed), to: Self.queries.count, by: 7) {
                let query = Self.queries[place]
                let (found, expected) = (
                    try search.entries(query, by: index), all.filter { query.matches($0.card) }
                )
                #expect(found.map(\.card) == expected.map(\.card), "\(query)")
                #expect(found.map(\.entry) == expected.map(\.entry))
            }
        }
        // The cases are of use only if both answers occur.
        let all = LogSearch(in: try reader())
        #expect(try all.entries(EntryQuery(subject: Self.digest(1))).count > 5)
        #expect(try all.entries(EntryQuery(subject: Self.digest(6))).isEmpty)
        #expect(log.verify().findings.isEmpty)
    }

    @Test func aDamagedByteNeverMakesAWrongAnswer() throws {
        try append(120, seed: 5)
        try LogIndex(creating: path, origin: log.origin).update(from: reader())
        let bytes = try log.bytes("index.sqlite")
        let search = LogSearch(in: try reader())
        let queries = [
            EntryQuery(subject: Self.digest(2), claimType: .scan),
            EntryQuery(claimType: .approval, since: Self.moments[4]),
        ]
        let expected = try queries.map { try search.entries($0).map(\.entry) }
        var refused = 0
        for place in stride(from: 0, to: bytes.count, by: 397) {
            var damaged = bytes
            damaged[place] ^= 0x11
            try log.put(damaged, "index.sqlite")
            do {
                let index = try LogIndex(opening: path)
                for (query, entries) in zip(queries, expected) {
                    #expect(try search.entries(query, by: index).map(\.entry) == entries, "byte \(place)")
                }
            } catch is LogIndexError {
                refused += 1
            }
        }
        #expect(refused > 20)
    }

    @Test func whatIsCutOrNoIndexIsRefusedAndCanBeMadeAgain() throws {
        try append(100, seed: 6)
        try LogIndex(creating: path, origin: log.origin).update(from: reader())
        let bytes = try log.bytes("index.sqlite")
        for length in [1, 99, 100, 512, 4096, 8192, bytes.count - 1] {
            try log.put(Array(bytes.prefix(length)), "index.sqlite")
            #expect(throws: LogIndexError.self, "\(length) bytes") {
                try LogIndex(opening: path).update(from: reader())
            }
        }
        try log.put(Array("no database at all".utf8), "index.sqlite")
        #expect(throws: LogIndexError.self) { try LogIndex(opening: path) }
        #expect(try LogIndex(creating: path, origin: log.origin).update(from: reader()) == 100)
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: LogIndexError.missing(path)) { try LogIndex(opening: path) }
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
        #expect(throws: LogIndexError.unavailable(path, reason: "is not a plain file")) {
            try LogIndex(opening: path)
        }
    }

    @Test func theIndexOfALaterVersionIsRefused() throws {
        _ = try LogIndex(creating: path, origin: log.origin)
        var bytes = try log.bytes("index.sqlite")
        // The user version is four bytes at offset 60 (SQLite, Database File Format, Section 1.3).
        bytes[63] = 3
        try log.put(bytes, "index.sqlite")
        #expect(throws: LogIndexError.newer(path, version: 3)) { try LogIndex(opening: path) }
    }

    /// A journal that somebody left names a second file, which SQLite deletes once it has played the journal
    /// back (SQLite, Database File Format, section 3, and "Atomic Commit in SQLite", section 5).
    private func journal(naming file: String, over database: [UInt8]) -> [UInt8] {
        func bytes(_ number: Int) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        }
        let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
        let (sector, pageSize) = (512, Int(database[16]) << 8 | Int(database[17]))
        let header = magic + [1, 0, database.count / pageSize, sector, pageSize].flatMap(bytes)
        let page = Array(database[0..<pageSize])
        let sum = stride(from: pageSize - 200, to: 0, by: -200).reduce(0) { $0 + Int(page[$1]) }
        let name = Array(file.utf8)
        let named =
            bytes(0x4000_0000 / pageSize + 1) + name + bytes(name.count)
            + bytes(name.reduce(0) { $0 + Int($1) }) + magic
        return header + [UInt8](repeating: 0, count: sector - header.count) + bytes(1) + page + bytes(sum)
            + named
    }

    @Test func whatLiesBesideAnIndexDeletesNothing() throws {
        try append(20, seed: 9)
        try LogIndex(creating: path, origin: log.origin).update(from: reader())
        let index = try log.bytes("index.sqlite")
        try log.put(Array("kept".utf8), "other file")
        for ending in ["-journal", "-wal", "-shm"] {
            try log.put(journal(naming: "\(log.path)/other file", over: index), "index.sqlite\(ending)")
            #expect(throws: LogIndexError.unavailable(path, reason: "index.sqlite\(ending) lies beside it")) {
                try LogIndex(opening: path)
            }
            #expect(try log.bytes("other file") == Array("kept".utf8))
            // Nor does making it again, which takes the journal away.
            #expect(try LogIndex(creating: path, origin: log.origin).update(from: reader()) == 20)
            #expect(try log.bytes("other file") == Array("kept".utf8))
        }
        _ = try LogIndex(opening: path)
    }

    @Test func whatStandsInThePlaceOfAnIndexIsKnownByItsBeginning() throws {
        #expect(try LogIndex.occupant(of: path) == .nothing)
        try log.put([], "index.sqlite")
        #expect(try LogIndex.occupant(of: path) == .nothing)
        _ = try LogIndex(creating: path, origin: log.origin)
        #expect(try LogIndex.occupant(of: path) == .index)
        var bytes = try log.bytes("index.sqlite")
        bytes[70] ^= 1
        try log.put(bytes, "index.sqlite")
        #expect(try LogIndex.occupant(of: path) == .otherDatabase)
        try log.put(Array(bytes.prefix(99)), "index.sqlite")
        #expect(try LogIndex.occupant(of: path) == .foreign)
        #expect(try LogIndex.occupant(of: log.path + "/checkpoint") == .foreign)
        #expect(try LogIndex.occupant(of: log.path) == .foreign)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "checkpoint")
        #expect(try LogIndex.occupant(of: path) == .foreign)
    }

    @Test func anotherLogAForkAndAnOlderStateAreRefused() throws {
        try append(20, seed: 7)
        let index = try LogIndex(creating: path, origin: log.origin)
        try index.update(from: reader())
        let fork = try TestLog(entries: 20)
        let forked = try LogReader(fork.path, trust: fork.trust)
        #expect(throws: LogIndexError.forked(path, size: 20)) { try index.update(from: forked) }
        let short = try TestLog(entries: 7)
        let older = try LogReader(short.path, trust: short.trust)
        #expect(throws: LogIndexError.ahead(path, size: 20, log: 7)) { try index.update(from: older) }
        let other = try LogIndex(creating: path + "2", origin: LogOrigin("example.com/other"))
        #expect(throws: LogIndexError.otherLog(path + "2", origin: "example.com/other")) {
            try other.update(from: reader())
        }
    }

    @Test func anIndexThatSomebodyWritesIsNotWaitedFor() throws {
        try append(20, seed: 8)
        let index = try LogIndex(creating: path, origin: log.origin)
        let held = try LogIndex(opening: path)
        try held.whileLocked {
            #expect(throws: LogIndexError.self) { try index.update(from: reader()) }
        }
        #expect(try index.update(from: reader()) == 20)
    }
}
