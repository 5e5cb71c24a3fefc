import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

struct StoredContentTests {
    private static let long = Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
    private static let digest = ContentDigest(of: long)
    private static let file = "content/sha256/\(digest)"
    /// What the tree has of it, by the documentation of the format.
    private static let reference = Data(
        #"{"digest":{"sha256":"\#(digest)"},"mediaType":"application/octet-stream","size":70000}"#.utf8
    )

    /// A log with a long entry among short ones.
    private static func log() throws -> TestLog {
        let log = try TestLog(entries: 3)
        let appender = try log.open()
        try appender.append([Data("before".utf8), long, Data("after".utf8)])
        appender.close()
        return log
    }

    @Test func longEntriesAreReadAsTheyWereAppended() throws {
        let log = try Self.log()
        let reader = try LogReader(log.path, trust: log.trust)
        #expect(try reader.entry(at: 4) == Self.long)
        var entries: [Data] = []
        try reader.readEntries(3..<6) { entries.append($1) }
        #expect(entries == [Data("before".utf8), Self.long, Data("after".utf8)])
        #expect(log.verify().findings.isEmpty)
        #expect(try Data(log.bytes(Self.file)) == Self.long)
    }

    @Test func theTreeHasTheReference() throws {
        let log = try Self.log()
        let expected = MerkleHash.leaf(Self.reference)
        let hashes = try log.bytes("tile/0/000.p/6")
        #expect(Array(hashes[(4 * 32)..<(5 * 32)]) == expected.bytes)
    }

    @Test func receiptsHoldForTheContentAndForItsReference() throws {
        let log = try Self.log()
        let receipt = try LogReader(log.path, trust: log.trust).receipt(at: 4)
        try receipt.verify(entry: Self.long, trust: log.trust)
        try receipt.verify(entry: Self.reference, trust: log.trust)
        var other = Self.long
        other[69_999] ^= 1
        #expect(throws: NoteError.self) { try receipt.verify(entry: other, trust: log.trust) }
    }

    @Test func contentThatIsMissingChangedCutOrALinkIsFound() throws {
        let log = try Self.log()
        func expect(_ finding: LogFinding, _ what: String) throws {
            let found = log.verify()
            #expect(found.findings == [finding] && !found.isIntact, "\(what): \(found.findings)")
            let reader = try LogReader(log.path, trust: log.trust)
            #expect(throws: LogError.self, "\(what)") { try reader.entry(at: 4) }
            #expect(throws: LogError.self, "\(what)") { try reader.readEntries(0..<6) { _, _ in } }
            #expect(try reader.entry(at: 5) == Data("after".utf8))
        }
        var flipped = Array(Self.long)
        flipped[1] ^= 0x80
        try log.put(flipped, Self.file)
        try expect(.contentChanged(4, file: Self.file), "a flipped bit")
        try log.put(Array(Self.long.dropLast()), Self.file)
        try expect(.contentChanged(4, file: Self.file), "a cut")
        try log.put(Array(Self.long) + [0], Self.file)
        try expect(.contentChanged(4, file: Self.file), "a byte more")
        let path = "\(log.path)/\(Self.file)"
        try FileManager.default.removeItem(atPath: path)
        try expect(.missing(file: Self.file), "no file")
        try Self.long.write(to: URL(fileURLWithPath: "\(log.path)/elsewhere"))
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "../../elsewhere")
        let found = log.verify()
        #expect(!found.isIntact && found.findings.count == 1, "a link: \(found.findings)")
    }

    @Test func theSameContentTwiceIsOneFileAndTwoEntries() throws {
        let log = try Self.log()
        let appender = try log.open()
        try appender.append([Self.long])
        let reader = try LogReader(log.path, trust: log.trust)
        #expect(try reader.entry(at: 6) == Self.long)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(log.path)/content/sha256").count == 1)
        #expect(log.verify().findings.isEmpty)
    }

    /// Otherwise an entry could be appended that makes the whole log look damaged.
    @Test func whatLooksLikeAReferenceIsNotAppended() throws {
        let log = try TestLog(entries: 1)
        let appender = try log.open()
        #expect(throws: LogError.entryIsReference) { try appender.append([Self.reference]) }
        #expect(appender.size == 1)
    }

    /// Only one spelling is a reference; all others are entries like any.
    @Test(arguments: [
        ("70000", "65535"), ("70000", "070000"), ("70000", "7e4"), ("70000", "99999999999999999999999"),
        ("70000}", "70000} "), (":70000", ": 70000"), ("octet-stream", "json"), ("70000}", "70000"),
        ("70000}", ""), ("70000", "-70000"), ("70000", "16777217"),
    ])
    func otherSpellingsAreEntries(_ spelling: (from: String, to: String)) throws {
        let text = String(decoding: Self.reference, as: UTF8.self)
            .replacingOccurrences(of: spelling.from, with: spelling.to)
        let log = try TestLog(entries: 1)
        let appender = try log.open()
        try appender.append([Data(text.utf8), Data(text.uppercased().utf8)])
        #expect(try LogReader(log.path, trust: log.trust).entry(at: 1) == Data(text.utf8))
        #expect(log.verify().findings.isEmpty)
    }

    /// A process that dies between any two changes of the disk leaves a log that is whole.
    @Test func aKillAtAnyStepLeavesAWholeLog() throws {
        let log = try TestLog(entries: 254)
        let (path, trust) = (log.path, log.trust)
        let (steps, faults) = (Shared(0), Shared([String]()))
        let appender = try log.open { step throws(LogError) in
            steps.value.withLock { $0 += 1 }
            let shot = "\(path)-shot"
            defer { try? FileManager.default.removeItem(atPath: shot) }
            try? FileManager.default.copyItem(atPath: path, toPath: shot)
            if !LogVerification(shot, trust: trust).isIntact {
                faults.value.withLock { $0.append(step) }
            }
        }
        try appender.append([Self.long, Data("short".utf8), Self.long + Self.long])
        #expect(steps.value.withLock { $0 } > 10)
        #expect(faults.value.withLock { $0 }.isEmpty)
        #expect(try LogReader(path, trust: trust).entry(at: 256) == Self.long + Self.long)
    }
}
