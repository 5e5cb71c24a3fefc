import Foundation

/// Standard output: results and nothing else.
enum StandardOutput {
    /// Writes a result as JSON with sorted keys.
    static func write(json result: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(result), as: UTF8.self))
    }
}
