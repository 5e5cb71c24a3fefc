import BulwarkEvidence
import Foundation
import Synchronization
import Testing

/// Disks that refuse, and what they have after the power was cut.
struct LogFaultTests {
    enum Fault: CaseIterable { case once, forGood }

    /// Lets every change of the disk happen but one, or but all from one on.
    private final class Disk: Sendable {
        private let left: Mutex<Int>
        private let fault: Fault
        let watch: @Sendable (String) -> Void

        init(_ fault: Fault, at step: Int, watch: @escaping @Sendable (String) -> Void = { _ in }) {
            left = Mutex(step)
            (self.fault, self.watch) = (fault, watch)
        }

        /// Whether the fault has not come yet.
        var isWhole: Bool { left.withLock { $0 >= 0 } }

        func step(_ name: String) throws(LogError) {
            let fails = left.withLock { left in
                left -= 1
                return left == -1 || left < 0 && fault == .forGood
            }
            if fails { throw .cannotWrite(name, reason: "no space left on device") }
            watch(name)
        }
    }

    @Test(arguments: Fault.allCases)
    func whatIsRefusedIsRefusedWholeAndTheLogGoesOn(fault: Fault) throws {
        for step in 0... {
            let log = try TestLog(entries: 250)
            let disk = Disk(fault, at: step)
            let appender = try log.open { name throws(LogError) in try disk.step(name) }
            var acknowledged: UInt64 = 250
            for round in 0..<3 {
                let size = appender.size
                do {
                    acknowledged = try appender.append((0..<7).map(TestLog.entry)).indices.upperBound
                } catch .unsure, .closed {
                    // Whether they are in it shows when the log is opened again.
                } catch {
                    #expect(appender.size == size, "step \(step), round \(round): \(error)")
                }
            }
            appender.close()
            let left = log.verify()
            #expect(left.isIntact, "step \(step): \(left.findings)")
            let again = try log.open()
            #expect(again.size >= acknowledged && (again.size - 250).isMultiple(of: 7), "step \(step)")
            try again.append([Data("after".utf8)])
            #expect(log.verify().findings.isEmpty, "step \(step): \(log.verify().findings)")
            if disk.isWhole { return }
        }
    }

    @Test func aLogThatCannotBeCleanedUpIsNotOpenedAndLosesNothing() throws {
        for step in 0... {
            let log = try TestLog(entries: 3)
            let appender = try log.open { name throws(LogError) in
                if name == "name checkpoint" || name.hasPrefix("remove") {
                    throw .cannotWrite(name, reason: "input/output error")
                }
            }
            #expect(throws: LogError.self) { try appender.append((0..<300).map(TestLog.entry)) }
            appender.close()
            let disk = Disk(.once, at: step)
            do throws(LogError) {
                try log.open { name throws(LogError) in try disk.step(name) }.close()
            } catch {
                #expect(log.verify().isIntact, "step \(step): \(log.verify().findings)")
            }
            try log.open().close()
            #expect(log.verify().findings.isEmpty, "step \(step): \(log.verify().findings)")
            if disk.isWhole { return }
        }
    }

    /// A disk may keep of what it was not told to keep nothing at all: every new name, and every removal.
    @Test func aPowerCutAfterAFaultLosesNothing() throws {
        for step in 0... {
            let log = try TestLog()
            let memory = try DiskMemory(log.path)
            let disk = Disk(.once, at: step) { memory.take($0) }
            var appender = try log.open { name throws(LogError) in try disk.step(name) }
            var acknowledged: UInt64 = 0
            for count in [3, 254, 1] {
                let entries = (0..<count).map(TestLog.entry)
                do {
                    acknowledged = try appender.append(entries).indices.upperBound
                } catch .unsure, .closed {
                    appender.close()
                    appender = try log.open { name throws(LogError) in try disk.step(name) }
                } catch {}
                try memory.cut()
                let after = LogVerification(memory.shot, trust: log.trust)
                #expect(after.isIntact, "step \(step): \(after.findings)")
                let again = try log.open(at: memory.shot)
                #expect(again.size >= acknowledged, "step \(step): \(again.size) of \(acknowledged)")
                try again.append([Data("after".utf8)])
                again.close()
                let findings = LogVerification(memory.shot, trust: log.trust).findings
                #expect(findings.isEmpty, "step \(step): \(findings)")
            }
            if disk.isWhole { return }
        }
    }
}

/// What of a folder is on the disk for certain: the names in a folder as they were when it was synchronized
/// last.
private final class DiskMemory: Sendable {
    private enum Node { case folder, file(Data) }

    private struct State {
        var folders: [String: [String: Node]] = [:]
        /// What was begun when the hook was called, and is done when it is called again.
        var pending: String?
    }

    /// The folder as it is after the power was cut.
    let shot: String
    private let path: String
    private let state = Mutex(State())

    /// All that is there now is on the disk.
    init(_ path: String) throws {
        (self.path, shot) = (path, path + "-shot")
        state.withLock { $0.folders[""] = names(in: "") }
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            state.withLock { $0.folders[name] = names(in: name) }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: shot) }

    /// Takes in that something is about to happen.
    func take(_ step: String) {
        state.withLock { state in
            finish(&state)
            state.pending = step
        }
    }

    /// Writes the folder as the disk has it.
    func cut() throws {
        let folders = state.withLock { state in
            finish(&state)
            return state.folders
        }
        try? FileManager.default.removeItem(atPath: shot)
        try write("", folders)
    }

    private func finish(_ state: inout State) {
        defer { state.pending = nil }
        guard let pending = state.pending else { return }
        if pending.hasPrefix("synchronize ") {
            let folder = String(pending.dropFirst("synchronize ".count))
            state.folders[folder] = names(in: folder)
        } else if pending.hasPrefix("append to ") {
            // The bytes are synchronized, the name is not.
            let name = String(pending.dropFirst("append to ".count))
            if state.folders[""]?[name] != nil { state.folders[""]?[name] = names(in: "")[name] }
        }
    }

    private func names(in folder: String) -> [String: Node] {
        let place = "\(path)/\(folder)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.reduce(into: [:]) { nodes, name in
            let data = try? Data(contentsOf: URL(fileURLWithPath: "\(place)/\(name)"))
            nodes[name] = data.map { .file($0) } ?? .folder
        }
    }

    private func write(_ folder: String, _ folders: [String: [String: Node]]) throws {
        let place = folder.isEmpty ? shot : "\(shot)/\(folder)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for (name, node) in folders[folder] ?? [:] {
            switch node {
            case .folder: try write(folder.isEmpty ? name : "\(folder)/\(name)", folders)
            case .file(let data): try data.write(to: URL(fileURLWithPath: "\(place)/\(name)"))
            }
        }
    }
}
