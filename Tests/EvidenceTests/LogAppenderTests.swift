import BulwarkEvidence
import Foundation
import Synchronization
import Testing

struct LogAppenderTests {
    @Test func tilesHaveTheNamesOfTheStandard() throws {
        let log = try TestLog(entries: 70_000)
        let names = ["tile/0/272", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
        for name in names + ["tile/entries/272", "tile/entries/273.p/112"] {
            #expect(FileManager.default.fileExists(atPath: "\(log.path)/\(name)"), "\(name)")
        }
        #expect(log.verify().findings.isEmpty)
    }

    @Test func thereIsOneWriterAtATime() throws {
        let log = try TestLog()
        let appender = try log.open()
        #expect(throws: LogError.locked(log.path)) { try log.open() }
        appender.close()
        try log.open().close()
        #expect(throws: LogError.closed) { try appender.append([Data()]) }
    }

    @Test func entriesAreBounded() throws {
        let log = try TestLog()
        let appender = try log.open()
        let maximum = LogAppender.maximumEntryBytes
        #expect(throws: LogError.entryTooLong(bytes: maximum + 1, maximum: maximum)) {
            try appender.append([Data(count: maximum + 1)])
        }
        try appender.append([Data(count: 65_535), Data(), Data(count: maximum)])
        #expect(log.verify().findings.isEmpty)
    }

    /// What a process leaves that is killed is the folder as it is between two changes of the disk.
    @Test func aKillAtAnyStepLosesNothing() throws {
        let log = try TestLog(entries: 250)
        let (path, shot) = (log.path, log.path + "-shot")
        defer { try? FileManager.default.removeItem(atPath: shot) }
        let (acknowledged, faults) = (Shared(UInt64(250)), Shared([String]()))
        let (origin, signer, trust) = (log.origin, log.signer, log.trust)
        let appender = try log.open { step throws(LogError) in
            try? FileManager.default.removeItem(atPath: shot)
            try? FileManager.default.copyItem(atPath: path, toPath: shot)
            let killed = LogVerification(shot, trust: trust)
            let size = killed.checkpoint?.checkpoint.size ?? 0
            var isSound = killed.isIntact && size >= acknowledged.value.withLock { $0 }
            let again = try LogAppender(shot, origin: origin, signer: signer, key: signer.key)
            try again.append([Data("after".utf8)])
            again.close()
            isSound = isSound && LogVerification(shot, trust: trust).findings.isEmpty
            if !isSound { faults.value.withLock { $0.append(step) } }
        }
        for count in [1, 1, 5, 300, 1] {
            let appended = try appender.append((0..<count).map { Data("new \($0)".utf8) })
            acknowledged.value.withLock { $0 = appended.indices.upperBound }
        }
        #expect(faults.value.withLock { $0 }.isEmpty)
    }

    @Test func aDiskThatFailsAtAnyStepLosesNothing() throws {
        for step in 0... {
            let log = try TestLog(entries: 20)
            let left = Shared(step)
            let appender = try log.open { name throws(LogError) in
                let fails = left.value.withLock { left in
                    left -= 1
                    return left == -1
                }
                if fails { throw .cannotWrite(name, reason: "no space left on device") }
            }
            let isDone = (try? appender.append((0..<270).map(TestLog.entry))) != nil
            appender.close()
            #expect(log.verify().isIntact, "step \(step): \(log.verify().findings)")
            let again = try log.open()
            try again.append([Data("after".utf8)])
            #expect(log.verify().findings.isEmpty, "step \(step): \(log.verify().findings)")
            if isDone, left.value.withLock({ $0 >= 0 }) { return }
        }
    }

    @Test func whoeverComesTogetherSharesACheckpoint() async throws {
        let log = try TestLog()
        let group = GroupCommit(try log.open())
        let indices = try await withThrowingTaskGroup(of: UInt64.self) { tasks in
            for index in 0..<200 {
                tasks.addTask { try await group.append(TestLog.entry(index)).index }
            }
            return try await tasks.reduce(into: Set<UInt64>()) { $0.insert($1) }
        }
        #expect(indices == Set(0..<200))
        let verification = log.verify()
        #expect(verification.findings.isEmpty)
        #expect(verification.historySize < 100)
    }

    @Test func whatSomebodyElseHasWrittenIsNotOverwritten() throws {
        let log = try TestLog(entries: 3)
        let appender = try log.open()
        try log.put(try log.history()[1], "checkpoint")
        #expect(throws: LogError.changedUnderneath) { try appender.append([Data()]) }
    }
}
