import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

/// A process that writes to a log is killed again and again, and nothing that it has acknowledged is lost.
struct LogKillTests {
    private static let killsPerLog = 60

    /// A log, and all that was ever said about it.
    private struct Scene {
        let log: TestLog
        var acknowledged: [WriterProcess.Acknowledged] = []
        var kept: [(source: String, checkpoint: VerifiedCheckpoint)] = []

        /// Takes in what a writer has said, and looks whether the log bears it out.
        mutating func check(_ writer: WriterProcess, _ round: Int) throws {
            acknowledged += writer.acknowledged
            acknowledged.sort { $0.index < $1.index }
            let killed = log.verify(kept: kept)
            #expect(killed.isIntact, "kill \(round): \(killed.findings)")
            try log.open().close()
            let opened = log.verify(kept: kept)
            #expect(opened.findings.isEmpty, "kill \(round): \(opened.findings)")
            let reader = try LogReader(log.path, trust: log.trust)
            var digests: [ContentDigest] = []
            try reader.readEntries(0..<reader.size) { digests.append(ContentDigest(of: $1)) }
            for entry in acknowledged {
                let found = digests.indices.contains(Int(entry.index)) ? digests[Int(entry.index)] : nil
                #expect(found == entry.digest, "kill \(round): entry \(entry.index)")
            }
            #expect(Set(acknowledged.map(\.index)).count == acknowledged.count, "kill \(round)")
            // Every checkpoint that was ever seen has to be the beginning of those to come.
            if round.isMultiple(of: 10) { kept.append(("kill \(round)", reader.checkpoint)) }
        }
    }

    @Test(arguments: ["batches", "group"])
    func aKillAfterAnyAcknowledgementLosesNothing(manner: String) throws {
        var scene = Scene(log: try TestLog())
        var random = SplitMix(state: manner == "group" ? 11 : 12)
        for round in 0..<Self.killsPerLog {
            let writer = try WriterProcess(scene.log.path, manner, seed: random.next())
            writer.wait(for: Int(random.next() % 14))
            // The writer goes on meanwhile, by a different distance each time.
            for _ in 0..<(random.next() % 60) { _ = ContentDigest(of: Data(count: 1 << 12)) }
            writer.kill()
            try scene.check(writer, round)
        }
        #expect(scene.acknowledged.count > Self.killsPerLog)
    }

    @Test(arguments: ["batches", "group"])
    func aKillBeforeAnyChangeOfTheDiskLosesNothing(manner: String) throws {
        var scene = Scene(log: try TestLog(entries: 240))
        var random = SplitMix(state: manner == "group" ? 21 : 22)
        for round in 0..<Self.killsPerLog {
            let step = 1 + Int(random.next() % 90)
            let writer = try WriterProcess(scene.log.path, manner, seed: random.next(), step: step)
            writer.end()
            try scene.check(writer, round)
        }
        #expect(scene.acknowledged.count > Self.killsPerLog)
    }

    @Test func aSecondWriterIsRefusedUntilTheFirstIsGone() throws {
        let log = try TestLog()
        let first = try WriterProcess(log.path, "batches", seed: 1)
        first.wait(for: 3)
        #expect(throws: LogError.locked(log.path)) { try log.open() }
        let second = try WriterProcess(log.path, "batches", seed: 2)
        second.end()
        #expect(!second.hasOpened && second.acknowledged.isEmpty)
        first.kill()
        let appender = try log.open()
        let appended = try appender.append([Data("after".utf8)])
        #expect(appended.indices.lowerBound >= UInt64(first.acknowledged.count))
        #expect(log.verify().findings.isEmpty)
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
