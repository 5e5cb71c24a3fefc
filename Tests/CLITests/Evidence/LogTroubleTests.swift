import Foundation
import Testing

/// Logs on full disks, and logs that somebody else is writing to.
struct LogTroubleTests {
    private let evidence: EvidenceBench

    init() throws { evidence = try EvidenceBench() }

    private func log(_ arguments: [String]) throws -> Bulwark.Outcome { try Bulwark.run(["log"] + arguments) }

    private var signing: [String] { ["--private-key", evidence.key(EvidenceBench.logKey)] }

    private func create() throws {
        let created = try log(["init", evidence.path("log"), "--origin", "example.com/evidence"] + signing)
        #expect(created.status == 0, "\(created.errors)")
    }

    private func verify() throws -> Bulwark.Outcome {
        let key = evidence.publicKey(EvidenceBench.logKey)
        return try log(["verify", evidence.path("log"), "--public-key", key])
    }

    @Test func aFullDiskIsNamedAndLosesNothing() throws {
        try evidence.write(String(repeating: "x", count: 9_000), to: "entry")
        try FileManager.default.createDirectory(
            atPath: evidence.path("disk"),
            withIntermediateDirectories: true
        )
        // A disk of 400 kB that nobody else sees. A status by itself on a line is that of an append.
        let script = """
            mount -t tmpfs -o size=400k tmpfs disk || exit 99
            "$BULWARK" log init disk/log --origin example.com/evidence --private-key log.pem >/dev/null
            head -c 150000 /dev/zero > disk/filler
            status=0
            while [ $status -eq 0 ]; do
                "$BULWARK" log append disk/log entry --private-key log.pem
                status=$?
                echo "status $status"
            done
            "$BULWARK" log verify disk/log --public-key log.pub.pem
            rm disk/filler
            "$BULWARK" log append disk/log entry --private-key log.pem
            echo "status $?"
            "$BULWARK" log verify disk/log --public-key log.pub.pem
            """
        let outcome = try Shell.run(
            ["unshare", "-rm", "sh", "-c", script],
            in: evidence.bench.folder,
            with: ["BULWARK": Bulwark.executable.path]
        )
        guard outcome.status != 99, outcome.output.contains("status") else {
            print("skipped: this system mounts no file systems for its users")
            return
        }
        let statuses = outcome.output.split(separator: "\n").filter { $0.hasPrefix("status") }
        #expect(statuses.count > 3, "\(outcome.output)\(outcome.errors)")
        #expect(statuses.suffix(2) == ["status 73", "status 0"], "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
        let acknowledged = statuses.count - 2
        #expect(outcome.output.contains("all \(acknowledged) entries are"), "\(outcome.output)")
        #expect(outcome.output.contains("entry \(acknowledged): entry"), "\(outcome.output)")
        #expect(outcome.output.contains("all \(acknowledged + 1) entries are"), "\(outcome.output)")
    }

    @Test func aLimitOnTheSizeOfFilesIsNamedAndLosesNothing() throws {
        try create()
        try evidence.write("small", to: "small")
        try evidence.write(String(repeating: "x", count: 60_000), to: "large")
        #expect(try log(["append", evidence.path("log"), evidence.path("small")] + signing).status == 0)
        let outcome = try Shell.run(
            ["sh", "-c", "ulimit -f 40; exec \"$BULWARK\" log append log large --private-key log.pem"],
            in: evidence.bench.folder,
            with: ["BULWARK": Bulwark.executable.path]
        )
        #expect(outcome.status == 73 && outcome.errors.contains("File too large"), "\(outcome)")
        #expect(try verify().output.contains("all 1 entries are"))
        #expect(try log(["append", evidence.path("log"), evidence.path("large")] + signing).status == 0)
        #expect(try verify().output.contains("all 2 entries are"))
    }

    @Test func aClockThatWasSetBackIsNamedAndLosesNothing() throws {
        try create()
        let statement = """
            {"_type":"https://in-toto.io/Statement/v1","predicate":{"finished":"2999-01-01T00:00:00Z"},\
            "predicateType":"urn:bulwark:claim:scan:1","subject":[{"digest":{"sha256":\
            "\(String(repeating: "0", count: 64))"},"name":"model"}]}
            """
        let payload = Data(statement.utf8).base64EncodedString()
        let envelope = """
            {"payload":"\(payload)","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"AAAA"}]}
            """
        try evidence.write(envelope, to: "future")
        try evidence.write("one", to: "one")
        let first = try log(["append", evidence.path("log"), evidence.path("future")] + signing)
        #expect(first.status == 0 && first.errors.isEmpty, "\(first)")
        let second = try log(["append", evidence.path("log"), evidence.path("one")] + signing)
        #expect(second.status == 0 && second.output.contains("entry 1"), "\(second)")
        #expect(second.errors.contains("entry 0") && second.errors.contains("2999-01-01T00:00:00Z"))
        #expect(try verify().output.contains("all 2 entries are"))
    }

    @Test func aSecondWriterIsRefusedUntilTheFirstIsGone() throws {
        try create()
        try evidence.write("one", to: "one")
        let append = ["append", evidence.path("log"), evidence.path("one")] + signing
        let descriptor = open(evidence.path("log"), O_RDONLY | O_DIRECTORY)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let refused = try log(append)
        #expect(refused.status == 73, "\(refused.errors)")
        #expect(refused.errors.contains("somebody else is writing"), "\(refused.errors)")
        #expect(try verify().status == 0)
        close(descriptor)
        #expect(try log(append).status == 0)
        #expect(try verify().output.contains("all 1 entries are"))
    }
}

/// A command of the system.
enum Shell {
    static func run(
        _ arguments: [String],
        in folder: URL,
        with variables: [String: String]
    ) throws -> Bulwark.Outcome {
        let errors = folder.appendingPathComponent("errors-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Bulwark.Outcome(
            status: process.terminationStatus,
            output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self)
        )
    }
}
