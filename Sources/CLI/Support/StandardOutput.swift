import Foundation

/// Standard output: results and nothing else.
enum StandardOutput {
    /// Writes a result as JSON with sorted keys.
    static func write(json result: some Encodable) throws { try write(try encoded(result)) }

    /// A result as JSON with sorted keys, and the end of the line.
    static func encoded(_ result: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(result) + Data("\n".utf8)
    }

    /// Writes text and ends the line.
    ///
    /// - Throws: `CommandFailure` if it cannot be written.
    static func write(_ text: String) throws { try write(Data((text + "\n").utf8)) }

    /// Writes bytes as they are.
    ///
    /// - Throws: `CommandFailure` if they cannot be written.
    static func write(_ data: Data) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            throw CommandFailure(
                .cannotWrite,
                "standard output: cannot be written (\(error.reason))"
            )
        }
    }
}
