import BulwarkEvidence
import BulwarkProvenance
import Crypto
import Foundation
import Synchronization

/// Appends entries to a log until somebody kills it, and says of each that is on the disk which it was: what
/// the tests of crashes run.
///
/// Arguments: the folder of the log, the manner (`batches` or `group`), a seed, and before which change of
/// the disk it kills itself, or 0. A line of its output is the number of an entry and its SHA-256 digest.
@main
struct LogWriter {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let seed = UInt64(arguments[3]), let last = Int(arguments[4]) else {
            throw CocoaError(.formatting)
        }
        let signer = try Signer()
        let steps = Mutex(0)
        let appender = try LogAppender(
            arguments[1],
            origin: LogOrigin("example.com/log"),
            signer: signer,
            key: signer.key
        ) { _ in
            let count = steps.withLock { count in
                count += 1
                return count
            }
            if count == last { kill(getpid(), SIGKILL) }
        }
        acknowledge("open")
        var random = Numbers(state: seed)
        while true {
            let entries = (0..<(1 + Int(random.next() % 5))).map { _ in random.entry() }
            if arguments[2] == "group" {
                try await appendTogether(entries, GroupCommit(appender))
            } else {
                let indices = try appender.append(entries).indices
                for (index, entry) in zip(indices, entries) { acknowledge(index, entry) }
            }
        }
    }

    private static func appendTogether(_ entries: [Data], _ group: GroupCommit) async throws {
        try await withThrowingTaskGroup { tasks in
            for entry in entries {
                tasks.addTask { acknowledge(try await group.append(entry).index, entry) }
            }
            try await tasks.waitForAll()
        }
    }

    private static func acknowledge(_ index: UInt64, _ entry: Data) {
        acknowledge("\(index) \(ContentDigest(of: entry).hexadecimal)")
    }

    /// A line, in one call of the system, so that none is ever cut.
    private static func acknowledge(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }
}

/// The key of the tests' log.
private struct Signer: NoteSigner {
    let key: NoteVerifierKey
    private let secret = Data(repeating: 7, count: 32)

    init() throws {
        let pair = try Curve25519.Signing.PrivateKey(rawRepresentation: secret)
        let bytes = pair.publicKey.rawRepresentation
        key = try NoteVerifierKey(
            name: NoteKeyName("example.com/log"),
            algorithm: .ed25519,
            publicKey: bytes
        )
    }

    var name: NoteKeyName { key.name }
    var keyID: UInt32 { key.keyID }

    func sign(_ bytes: Data) throws -> Data {
        try Curve25519.Signing.PrivateKey(rawRepresentation: secret).signature(for: bytes)
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
private struct Numbers {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// An entry; some are long enough that writing them takes a while, and some too long for a tile.
    mutating func entry() -> Data {
        let long = next() % 2 == 0 ? 60_000 : 90_000
        let length = next() % 24 == 0 ? long : Int(next() % 200)
        return Data("\(next())".utf8) + Data(repeating: UInt8(truncatingIfNeeded: next()), count: length)
    }
}
