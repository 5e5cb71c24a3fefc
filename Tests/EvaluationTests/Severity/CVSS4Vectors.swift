import Foundation

/// The published test vectors of CVSS version 4.0, if they are beside the package.
enum CVSS4Vectors {
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("../shared/data/cvss4").standardizedFileURL

    /// The lines of a file: a vector, " - ", and its score, which some files put in parentheses.
    static func lines(of file: String) throws -> [(vector: String, score: Double)] {
        let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        return try text.split(whereSeparator: \.isNewline).map { line in
            let parts = line.components(separatedBy: " - ")
            let score = parts.last.flatMap {
                Double($0.trimmingCharacters(in: CharacterSet(charactersIn: "(,) ")))
            }
            guard parts.count == 2, let score else { throw Unreadable(line: String(line)) }
            return (parts[0], score)
        }
    }

    struct Unreadable: Error {
        let line: String
    }
}
