import Foundation

/// A folder with keys, in which commands of evidence are run.
struct EvidenceBench {
    let bench: Workbench
    /// Signs models and data.
    static let modelKey = "model"
    /// Signs logs.
    static let logKey = "log"

    init() throws {
        bench = try Workbench()
        let passphrase = try bench.write("correct horse\n", to: "passphrase")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: passphrase)
        try create(Self.modelKey, "ecdsa-p256")
        try create(Self.logKey, "ed25519")
    }

    /// Makes a key that is not encrypted, which takes no time.
    func create(_ name: String, _ algorithm: String) throws {
        _ = try Bulwark.run([
            "key", "create", "--output", key(name), "--algorithm", algorithm, "--no-passphrase",
        ])
    }

    func key(_ name: String) -> String { bench.path("\(name).pem") }

    func publicKey(_ name: String) -> String { bench.path("\(name).pub.pem") }

    func path(_ name: String) -> String { bench.path(name) }

    func write(_ text: String, to name: String) throws {
        let url = bench.folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url)
    }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: bench.folder.appendingPathComponent(name))
    }

    /// Changes one bit of a file.
    func flip(_ name: String, at place: Int) throws {
        var bytes = try bytes(name)
        bytes[place] ^= 1
        try bytes.write(to: bench.folder.appendingPathComponent(name))
    }
}
