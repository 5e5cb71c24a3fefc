import BulwarkEvidence
import Foundation
import Testing

struct LogVerificationTests {
    @Test(arguments: [20, 300])
    func everyFlippedByteIsFound(size: Int) throws {
        let log = try TestLog(entries: size)
        #expect(log.verify().findings.isEmpty)
        let files = try #require(FileManager.default.enumerator(atPath: log.path)).compactMap {
            $0 as? String
        }
        for file in files.sorted() {
            guard let bytes = try? log.bytes(file), !bytes.isEmpty else { continue }
            for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 20)) {
                var flipped = bytes
                flipped[place] ^= 0x20
                try log.put(flipped, file)
                #expect(!log.verify().isIntact, "\(file), byte \(place)")
            }
            try log.put(bytes, file)
        }
        #expect(log.verify().findings.isEmpty)
    }

    @Test(arguments: [0, 1])
    func eachCorruptionOfEntriesIsNamed(tile: Int) throws {
        let log = try TestLog(entries: 300)
        let (file, first) = (["tile/entries/000", "tile/entries/001.p/44"][tile], UInt64(tile * 256))
        let count = tile == 0 ? 256 : 44
        let entries = (0..<count).map { Array(TestLog.entry($0 + Int(first))) }

        var changed = entries
        changed[2][0] ^= 1
        try log.put(entries: changed, file)
        #expect(log.verify().findings == [.entryChanged(first + 2)])

        changed = entries
        changed.swapAt(1, 3)
        try log.put(entries: changed, file)
        #expect(log.verify().findings == [.entriesReordered([first + 1, first + 3])])

        changed = entries
        changed.remove(at: 2)
        try log.put(entries: changed, file)
        #expect(log.verify().findings == [.entryDropped(first + 2)])

        try log.put(entries: entries.dropLast(), file)
        #expect(log.verify().findings == [.truncated(file: file, found: count - 1, expected: count)])

        try FileManager.default.removeItem(atPath: "\(log.path)/\(file)")
        #expect(log.verify().findings == [.missing(file: file)])
    }

    @Test(arguments: ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
    func eachCorruptionOfHashesIsNamed(file: String) throws {
        let log = try TestLog(entries: 300)
        let bytes = try log.bytes(file)
        var flipped = bytes
        flipped[5] ^= 1
        try log.put(flipped, file)
        #expect(log.verify().findings == [.hashChanged(file: file, position: 0)])
        try log.put(Array(bytes.dropLast()), file)
        let count = bytes.count / MerkleHash.byteCount
        #expect(log.verify().findings == [.truncated(file: file, found: count - 1, expected: count)])
    }

    @Test(arguments: [
        "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44",
    ])
    func eachMissingTileIsNamed(file: String) throws {
        let log = try TestLog(entries: 300)
        let bytes = try log.bytes(file)
        try FileManager.default.removeItem(atPath: "\(log.path)/\(file)")
        #expect(log.verify().findings.contains(.missing(file: file)))
        #expect(!log.verify().isIntact)
        try log.put(bytes, file)
        #expect(log.verify().findings.isEmpty)
    }

    @Test func whatChangesPlacesBetweenTilesIsNamed() throws {
        let log = try TestLog(entries: 600)
        let (first, second) = (try log.bytes("tile/entries/000"), try log.bytes("tile/entries/001"))
        try log.put(second, "tile/entries/000")
        try log.put(first, "tile/entries/001")
        let changed = log.verify()
        #expect(changed.findings.count == 512 && changed.findings.allSatisfy(\.isFault))
        #expect(changed.findings.contains(.entryChanged(0)) && changed.findings.contains(.entryChanged(511)))
        try log.put(first, "tile/entries/000")
        try log.put(second, "tile/entries/001")

        var entries = (512..<600).map { Array(TestLog.entry($0)) }
        entries.insert(Array("more".utf8), at: 3)
        try log.put(entries: entries, "tile/entries/002.p/88")
        #expect(log.verify().findings == [.entryInserted(file: "tile/entries/002.p/88", position: 3)])
    }

    @Test func bulkReadingRefusesWhatWasChanged() throws {
        let log = try TestLog(entries: 300)
        let reader = try LogReader(log.path, trust: log.trust)
        func read() throws -> [Data] {
            var entries: [Data] = []
            try reader.readEntries(3..<299) { index, entry in
                #expect(index == UInt64(entries.count + 3))
                entries.append(entry)
            }
            return entries
        }
        #expect(try read() == (3..<299).map(TestLog.entry))
        for (file, count) in [("tile/entries/000", 256), ("tile/entries/001.p/44", 44)] {
            let bytes = try log.bytes(file)
            for place in stride(from: 2, to: bytes.count, by: bytes.count / count) {
                var flipped = bytes
                flipped[place] ^= 1
                try log.put(flipped, file)
                #expect(throws: LogError.self, "\(file), byte \(place)") { try read() }
            }
            try log.put(bytes, file)
        }
    }

    @Test func aForkIsNamed() throws {
        let (log, fork) = (try TestLog(entries: 20), try TestLog(entries: 19))
        let appender = try fork.open()
        try appender.append([Data("another".utf8)])
        let other = try fork.trust.verify(Data(try fork.bytes("checkpoint")))
        let kept = [(source: "a receipt", checkpoint: other)]
        #expect(log.verify(kept: kept).findings == [.forked(size: 20, source: "a receipt")])
        try log.put(try fork.bytes("checkpoint"), "checkpoint")
        #expect(log.verify().findings.contains { $0.isFault })
    }

    @Test func anOlderStateIsNamed() throws {
        let log = try TestLog(entries: 20)
        let records = try log.history()
        let newest = try log.trust.verify(Data(try log.bytes("checkpoint")))
        try log.put(records[records.count - 4], "checkpoint")
        let isStale = { (finding: LogFinding) in if case .stale(17, 20, _) = finding { true } else { false } }
        #expect(log.verify().findings.contains(where: isStale))
        #expect(throws: LogError.stale(size: 17, newer: 20)) { try log.open() }

        // With the history put back as well, the tiles still show it.
        try log.put(records.dropLast(3).flatMap { $0 + [0x0A] }, "history")
        #expect(log.verify().findings.contains(where: isStale))

        // With everything put back, only those know who have kept a checkpoint.
        for width in 18...20 {
            for kind in ["0", "entries"] {
                try FileManager.default.removeItem(atPath: "\(log.path)/tile/\(kind)/000.p/\(width)")
            }
        }
        #expect(log.verify().isIntact)
        let kept = [(source: "a witness", checkpoint: newest)]
        #expect(log.verify(kept: kept).findings == [.stale(size: 17, newer: 20, source: "a witness")])
    }
}
