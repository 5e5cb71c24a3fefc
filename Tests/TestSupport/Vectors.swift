import Foundation

/// Files under `Tests/Vectors`: behaviour as data.
package enum Vectors {
    /// The folder `Tests/Vectors`.
    package static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Vectors")

    /// The names of what a folder under `Tests/Vectors` holds, sorted.
    package static func names(in path: String, suffix: String = "") -> [String] {
        let all =
            (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path))
            ?? []
        return all.filter { $0.hasSuffix(suffix) }.sorted()
    }

    /// The bytes of a file under `Tests/Vectors`.
    package static func data(_ path: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent(path))
    }
}
