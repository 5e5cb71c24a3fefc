import BulwarkIsolation
import Foundation
import Testing

@Suite(.enabled(if: Probes.canIsolate, Probes.excuse))
struct ConfinementTests {
    @Test(arguments: [
        "tcp", "udp", "tcp6", "unix", "netlink", "packet", "vsock", "kernel-cipher", "socketpair", "connect",
        "connect6", "connect-abstract", "bind", "sendto", "sendmsg", "urgent-byte", "io_uring",
    ])
    func nothingReachesANetwork(_ attempt: String) throws {
        let (outcomes, report) = try Probes.attempts([attempt])
        #expect(outcomes == [attempt: EPERM])
        #expect(report.deniedAttempts == 1)
        #expect(report.attempts.count == 1)
    }

    @Test func theRecordSaysWhereACallWantedToGo() throws {
        let attempts = [
            "connect", "connect", "connect6", "connect-abstract", "bind", "sendto", "sendmsg", "tcp6",
        ]
        let (_, report) = try Probes.attempts(attempts)
        #expect(
            report.attempts.map(\.description) == [
                "connect (192.0.2.1 port 80), 2 times", "connect (2001:db8::1 port 443)",
                "connect (AF_UNIX @bulwark\u{FFFD}[2K)", "bind (192.0.2.1 port 80)",
                "sendto (192.0.2.1 port 80)",
                "sendmsg (192.0.2.1 port 80)", "socket (AF_INET6)",
            ]
        )
    }

    @Test func anAddressThatCannotBeReadIsCountedAllTheSame() throws {
        let (outcomes, report) = try Probes.attempts(["connect-bad-address"])
        #expect(outcomes == ["connect-bad-address": EPERM])
        #expect(report.attempts == [DeniedAttempt(call: "connect", detail: "", count: 1)])
    }

    @Test func aDetailIsOneLine() throws {
        let (_, report) = try Probes.attempts(["write=/tmp/\nbulwark: Evidence: entry\t9"])
        #expect(
            report.attempts == [
                DeniedAttempt(
                    call: "openat",
                    detail: "/tmp/\u{FFFD}bulwark: Evidence: entry\u{FFFD}9",
                    count: 1
                )
            ]
        )
    }

    @Test func namesAreNotLookedUp() throws {
        let (outcomes, report) = try Probes.attempts(["lookup=example.com"])
        #expect(try #require(outcomes["lookup"]) > 0)
        #expect(report.attempts.contains { $0.call == "socket" })
    }

    @Test func onlyWhatWasNamedIsRead() throws {
        let folder = try Folder()
        let (named, other) = (try folder.file("named"), try folder.file("other"))
        let (outcomes, _) = try Probes.attempts(["read=\(named)"], readable: [named])
        #expect(outcomes == ["read": 0])
        for path in [other, folder.url.path, "/etc/passwd", "/proc/1/environ", "/proc/1/cmdline"] {
            let (outcomes, _) = try Probes.attempts(
                ["read=\(path)", "read-by-root-link=\(path)"],
                readable: [named]
            )
            #expect(outcomes == ["read": EACCES, "read-by-root-link": EACCES])
        }
        let (listing, _) = try Probes.attempts(["list=\(folder.url.path)"], readable: [named])
        #expect(listing == ["list": EACCES])
    }

    @Test func aFolderIsNotNamed() throws {
        let folder = try Folder()
        #expect(throws: IsolationError.folder(path: folder.url.path)) {
            try Probes.attempts(["thread"], readable: [folder.file("named"), folder.url.path])
        }
    }

    @Test(arguments: [
        "/proc/self/status", "/proc/self/maps", "/proc/self/task/SELF/stat", "/proc/SELF/statm",
        "/proc/meminfo", "/proc/sys/vm/overcommit_memory",
    ])
    func whatTheKernelSaysOfTheJobAndOfMemoryIsRead(_ path: String) throws {
        // Only the job knows its number.
        let name = path.contains("SELF") ? "read-by-number" : "read"
        let (outcomes, report) = try Probes.attempts(["\(name)=\(path)"])
        #expect(outcomes == [name: 0])
        #expect(report.deniedAttempts == 0)
    }

    @Test(arguments: [
        "/proc/self/net/tcp", "/proc/self/net/dev", "/proc/thread-self/net/tcp",
        "/proc/self/task/SELF/net/tcp", "/proc/SELF/net/unix", "/proc/net/tcp", "/proc/self/mountinfo",
        "/proc/self/task", "/proc/self/../1/status", "/proc/1/stat", "/sys/fs/cgroup", "/proc/self/mem",
    ])
    func whatElseTheKernelSaysIsNotRead(_ path: String) throws {
        let name = path.contains("SELF") ? "read-by-number" : "read"
        #expect(try Probes.attempts(["\(name)=\(path)"]).outcomes == [name: EACCES])
    }

    @Test func attributesAreNotTold() throws {
        let folder = try Folder()
        let path = try folder.file("other")
        let attempts = ["attribute", "attribute-of-link", "attributes", "attributes-of-link"]
        let (outcomes, report) = try Probes.attempts(attempts.map { "\($0)=\(path)" })
        for name in attempts { #expect(outcomes[name] == ENOTSUP, "\(name)") }
        #expect(report.deniedAttempts == 0)
    }

    @Test func nobodyIsLockedOut() throws {
        let folder = try Folder()
        let named = try folder.file("named")
        let (outcomes, report) = try Probes.attempts(
            ["lock=\(named)", "lock-range=\(named)"],
            readable: [named]
        )
        #expect(outcomes == ["lock": EPERM, "lock-range": EPERM])
        #expect(report.attempts.map(\.call) == ["flock", "fcntl"])
    }

    @Test func aLinkLeadsNowhereElse() throws {
        let folder = try Folder()
        let (named, other) = (try folder.file("named"), try folder.file("other"))
        let link = folder.url.appendingPathComponent("link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: other)
        #expect(try Probes.attempts(["read=\(link)"], readable: [named]).outcomes == ["read": EACCES])
        #expect(try Probes.attempts(["read=\(link)"], readable: [link]).outcomes == ["read": 0])
    }

    @Test func noFileIsWritten() throws {
        let folder = try Folder()
        let named = try folder.file("named")
        let new = folder.url.appendingPathComponent("new").path
        let attempts = [
            "write=\(new)", "append=\(named)", "temporary=\(folder.url.path)", "truncate=\(named)",
            "unlink=\(named)", "mkdir=\(new)", "symlink=\(new)", "chmod=\(named)",
        ]
        let (outcomes, report) = try Probes.attempts(attempts, readable: [named])
        #expect(outcomes.count == attempts.count)
        #expect(outcomes.values.allSatisfy { $0 == EPERM })
        #expect(report.deniedAttempts == attempts.count)
        #expect(report.attempts.contains { $0.detail == new })
        #expect(try String(contentsOfFile: named, encoding: .utf8) == "some data")
        #expect(!FileManager.default.fileExists(atPath: new))
    }

    /// Without the filter, which refuses all of this before Landlock is asked.
    @Test func landlockAloneWritesNoFileAndNamesNoFolder() throws {
        let folder = try Folder()
        let (named, other) = (try folder.file("named"), try folder.file("other"))
        let new = folder.url.appendingPathComponent("new").path
        let attempts = [
            "write=\(new)", "append=\(named)", "temporary=\(folder.url.path)", "unlink=\(named)",
            "mkdir=\(new)", "symlink=\(new)",
        ]
        let (text, _) = try Probes.output(["restricted", named, "read=\(named)", "read=\(other)"] + attempts)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.prefix(3) == ["restricted 0", "read 0", "read \(EACCES)"])
        #expect(lines.dropFirst(3) == attempts.map { "\($0.prefix { $0 != "=" }) \(EACCES)" }[...])
        #expect(try String(contentsOfFile: named, encoding: .utf8) == "some data")
        #expect(!FileManager.default.fileExists(atPath: new))
        let (refusal, _) = try Probes.output(["restricted", folder.url.path])
        #expect(refusal == "restricted \(EISDIR)\n")
    }

    @Test func otherProcessesAreOutOfReach() throws {
        let files = ["environment-of-parent", "memory-of-parent", "status-of-parent"]
        let calls = [
            "read-parent", "ptrace-parent", "signal-parent", "signal-all", "limit-parent", "slow-parent",
            "slow-group", "open-parent",
            "fork",
            "execute", "execute-memory", "push-input", "own-signals-to-parent",
        ]
        let (outcomes, report) = try Probes.attempts(files + calls)
        for name in files { #expect(outcomes[name] == EACCES, "\(name)") }
        for name in calls { #expect(outcomes[name] == EPERM, "\(name)") }
        #expect(report.deniedAttempts == calls.count)
    }

    @Test func noPrivilegesAreGained() throws {
        let calls = [
            "setuid", "unshare", "setns", "mount", "bpf", "keyctl", "perf", "userfaultfd", "filter",
            "survive",
            "unknown-call", "change-dump-limit",
        ]
        let (outcomes, report) = try Probes.attempts(calls)
        for name in calls { #expect(outcomes[name] == EPERM, "\(name)") }
        #expect(report.deniedAttempts == calls.count)
    }

    #if arch(x86_64)
    @Test func otherInstructionSetsAreRefused() throws {
        let (outcomes, report) = try Probes.attempts(["i386", "x32"])
        // A kernel that is built without them says so before the filter is asked.
        #expect(outcomes.values.allSatisfy { $0 == EPERM || $0 == ENOSYS || $0 == EFAULT })
        #expect(report.attempts.contains { $0.call.contains("of another instruction set") })
    }
    #endif

    @Test func threadsAreConfinedAsWell() throws {
        let (outcomes, report) = try Probes.attempts(
            ["tcp", "connect", "read=/etc/passwd", "unshare"],
            by: "try-in-thread"
        )
        #expect(outcomes == ["tcp": EPERM, "connect": EPERM, "read": EACCES, "unshare": EPERM])
        #expect(report.deniedAttempts == 3)
    }

    /// Queues look at their threads now and then, and end the process if they cannot.
    @Test func threadsAreSeenByTheirOwnProcess() throws {
        let (outcomes, report) = try Probes.attempts(["own-thread-status"], by: "try-in-thread")
        #expect(outcomes == ["own-thread-status": 0])
        #expect(report.deniedAttempts == 0)
    }

    @Test func whoeverHasNoRoomForADescriptorIsToldSo() throws {
        let (outcomes, _) = try Probes.attempts(["own-thread-status-when-full", "own-thread-status"])
        #expect(outcomes == ["own-thread-status-when-full": EMFILE, "own-thread-status": 0])
    }

    @Test func aCrashLeavesNothingBehind() throws {
        guard try Probes.output(["try", "may-dump"]).text == "may-dump 0\n" else { return }
        #expect(try Probes.attempts(["dump-limit"]).outcomes == ["dump-limit": 0])
    }

    /// Its text is gone before the supervisor reads what was announced, and then it waits for the supervisor.
    @Test func aJobThatTakesBackWhatItSaidKeepsNobodyWaiting() throws {
        let (outcomes, report) = try Probes.attempts(["take-back"])
        #expect(outcomes == ["take-back": 0])
        #expect(report.deniedAttempts >= 2000)
    }

    @Test func ordinaryWorkIsLetThrough() throws {
        let (outcomes, report) = try Probes.attempts([
            "thread", "executable-memory", "own-signal", "slow-itself",
        ])
        #expect(outcomes == ["thread": 0, "executable-memory": 0, "own-signal": 0, "slow-itself": 0])
        #expect(report.deniedAttempts == 0)
        #expect(report.attempts.isEmpty)
    }

    @Test(arguments: [(1, 10_000), (8, 1250)])
    func tenThousandAttemptsAreAllCounted(_ threads: Int, _ connects: Int) throws {
        let run = try Probes.isolated(["flood", "\(threads)", "\(connects)"])
        #expect(run.lines == ["0"])
        #expect(
            run.report.attempts == [
                DeniedAttempt(call: "connect", detail: "192.0.2.1 port 80", count: 10_000)
            ]
        )
        #expect(run.report.deniedAttempts == 10_000)
    }

    @Test func nothingIsOpenButTheChannel() throws {
        // Without FD_CLOEXEC, so that a process that is started without care would have it.
        let file = open("/etc/hostname", O_RDONLY)
        defer { close(file) }
        #expect(try Probes.isolated(["descriptors"]).lines == ["0", "1", "2", "3"])
        #expect(try Probes.isolated(["input"]).lines == ["0"])
    }

    @Test func secretsOfTheEnvironmentStayOutside() throws {
        let (text, status) = try Probes.output(
            ["supervise", "environment"],
            with: ["BULWARK_PASSPHRASE": "correct horse", "LD_PRELOAD": "", "TOKEN": "t", "TZ": "UTC"]
        )
        #expect(status == 0)
        let names = Set(text.split(separator: "\n").map(String.init).prefix { !$0.hasPrefix("mechanism") })
        #expect(names.contains("TZ"))
        #expect(names.isSubset(of: CleanEnvironment.names))
    }
}
