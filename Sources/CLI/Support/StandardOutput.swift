import Foundation

/// Standard output: results and nothing else.
enum StandardOutput {
    /// Writes a result as JSON with sorted keys.
    static func write(json result: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try write(try encoder.encode(result) + Data("\n".utf8))
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
