import BulwarkEvidence
import Crypto
import Foundation
import Synchronization

/// A value that closures on other threads change.
final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
}

/// A key for tests, from one byte.
struct TestSigner: NoteSigner {
    let key: NoteVerifierKey
    private let secret: Data

    init(_ name: String, _ byte: UInt8, _ algorithm: NoteVerifierKey.Algorithm = .ed25519) throws {
        secret = Data(repeating: byte, count: 32)
        let pair = try Curve25519.Signing.PrivateKey(rawRepresentation: secret)
        let bytes = pair.publicKey.rawRepresentation
        key = try NoteVerifierKey(name: NoteKeyName(name), algorithm: algorithm, publicKey: bytes)
    }

    var name: NoteKeyName { key.name }
    var keyID: UInt32 { key.keyID }

    func sign(_ bytes: Data) throws -> Data {
        try Curve25519.Signing.PrivateKey(rawRepresentation: secret).signature(for: bytes)
    }
}

/// A log in a folder of its own, which goes with it.
final class TestLog {
    let path: String
    let signer: TestSigner
    let origin: LogOrigin

    /// A log of entries; the last seven of them have checkpoints of their own.
    init(entries: Int = 0) throws {
        let name = "bulwark-log-\(UUID().uuidString)"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        signer = try TestSigner("example.com/log", 7)
        origin = try LogOrigin("example.com/log")
        try LogAppender.create(path, origin: origin, signer: signer, key: signer.key)
        let appender = try open()
        let first = max(0, entries - 7)
        for start in stride(from: 0, to: first, by: LogAppender.maximumEntries) {
            try appender.append((start..<min(first, start + LogAppender.maximumEntries)).map(Self.entry))
        }
        for index in first..<entries { try appender.append([Self.entry(index)]) }
        appender.close()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static func entry(_ index: Int) -> Data { Data("entry \(index)".utf8) }

    var trust: CheckpointTrust { CheckpointTrust(origin: origin, logKeys: [signer.key]) }

    func open(
        at other: String? = nil,
        step: (@Sendable (String) throws(LogError) -> Void)? = nil
    ) throws(LogError) -> LogAppender {
        try LogAppender(other ?? path, origin: origin, signer: signer, key: signer.key, step: step)
    }

    func verify(kept: [(source: String, checkpoint: VerifiedCheckpoint)] = []) -> LogVerification {
        LogVerification(path, trust: trust, kept: kept)
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }

    func put(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// Writes a bundle of entries as the format has it.
    func put(entries: [[UInt8]], _ name: String) throws {
        try put(entries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }, name)
    }

    /// The checkpoints of the history.
    func history() throws -> [[UInt8]] {
        let parts = String(decoding: try bytes("history"), as: UTF8.self).components(separatedBy: "\n\n")
        return stride(from: 0, to: parts.count - 1, by: 2).map {
            Array("\(parts[$0])\n\n\(parts[$0 + 1])\n".utf8)
        }
    }
}
