import BulwarkIsolation
import Foundation
import Testing

/// Systems that lack something, made by a filter that lets a call fail.
@Suite(.enabled(if: Probes.canIsolate, Probes.excuse))
struct MissingFeatureTests {
    @Test(arguments: [
        ("landlock", "isolation needs Landlock"), ("landlock-disabled", "isolation needs Landlock"),
        ("seccomp", "isolation needs seccomp with user notifications"),
        ("landlock-rules", "restricting files with Landlock (Operation not permitted)"),
        ("capabilities", "giving up capabilities (Operation not permitted)"),
        ("memory", "isolation needs to read the memory of the job"),
    ])
    func theJobDoesNotRun(_ feature: String, _ reason: String) throws {
        let (text, status) = try Probes.output(["lacking", feature, "supervise", "try", "thread"])
        #expect(status == 77)
        #expect(text.contains(reason))
        #expect(!text.contains("thread 0"))
    }

    @Test(arguments: ["landlock", "seccomp", "memory"])
    func whatWouldHelpIsSaid(_ feature: String) throws {
        let (text, _) = try Probes.output(["lacking", feature, "supervise", "try", "thread"])
        #expect(text.contains("hint: Linux "))
    }

    @Test func withoutNamespacesTheRestHoldsAndNothingElseIsClaimed() throws {
        let (text, status) = try Probes.output([
            "lacking", "namespaces", "supervise", "try", "tcp", "read=/etc/passwd", "environment-of-parent",
            "signal-parent",
        ])
        #expect(status == 0)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.prefix(4) == ["tcp 1", "read 13", "environment-of-parent 13", "signal-parent 1"])
        #expect(lines.contains { $0.hasPrefix("mechanism seccomp, Landlock ABI ") })
        #expect(lines.last == "denied 2")
    }

    @Test(.enabled(if: getuid() == 0, "only root can become somebody else"))
    func anOrdinaryUserIsolatesJobsAsWell() throws {
        let tool = "/usr/bin/setpriv"
        guard FileManager.default.isExecutableFile(atPath: tool) else { return }
        // A copy that everybody can reach.
        let folder = try Folder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        let copy = folder.url.appendingPathComponent("probe")
        try FileManager.default.copyItem(at: Probes.executable, to: copy)
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = [
            "--reuid=65534", "--regid=65534", "--clear-groups", copy.path, "supervise", "try", "connect",
            "read=/etc/passwd", "setuid",
        ]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text.hasPrefix("connect 1\nread 13\nsetuid 1\nmechanism "))
        #expect(text.contains("refused connect (192.0.2.1 port 80)\n"))
        #expect(text.hasSuffix("denied 2\n"))
    }
}
