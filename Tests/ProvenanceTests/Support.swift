import BulwarkProvenance
import Foundation
import TestSupport
import Testing

/// What the tests of this module share.
enum Support {
    /// What other tools have signed.
    static let fixtures = SharedData.url("model-signing/fixtures").path

    /// The vectors of the OpenSSF Model Signing specification.
    static let specification = SharedData.url("model-signing/spec/test-vectors/v1.0").path

    static func bytes(_ hexadecimal: String) throws -> Data {
        try #require(Hexadecimal.decode(hexadecimal.filter { !$0.isWhitespace }))
    }

    static func path(_ text: String) throws -> RelativePath { try #require(RelativePath(text)) }

    static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    /// A folder with files, for as long as `body` runs.
    static func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, content) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(content.utf8).write(to: file)
        }
        try body(folder.path)
    }

    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    static func read(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    /// Values that repeat from run to run.
    struct Random {
        var state: UInt64
        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }
}
