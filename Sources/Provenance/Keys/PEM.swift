import Foundation

/// Blocks of base64 between two lines that name what they hold (RFC 7468).
package struct PEM: Sendable, Hashable {
    /// What the block says it holds, as `PUBLIC KEY`.
    package let label: String
    /// The bytes in it.
    package let content: Data

    /// The longest text that is read.
    package static let maximumCharacters = 1 << 20

    package init(label: String, content: Data) {
        self.label = label
        self.content = content
    }

    /// The text, in lines of 64 characters, with a line feed at the end.
    package var text: String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Base64.encode(content)[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }

    /// The blocks of a text; what stands around them is a comment.
    ///
    /// - Throws: `KeyError.notPEM` if a block is not closed, not base64, or there is none.
    package static func blocks(_ text: String) throws(KeyError) -> [PEM] {
        guard text.utf8.count <= maximumCharacters else { throw .notPEM(problem: "the text is too long") }
        var blocks: [PEM] = []
        var open: (label: String, characters: String)?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if let label = label(of: line, "BEGIN") {
                guard open == nil else { throw .notPEM(problem: "a block begins inside of another") }
                open = (label, "")
            } else if let label = label(of: line, "END") {
                guard let block = open, block.label == label else {
                    throw .notPEM(problem: "a block ends that did not begin")
                }
                guard let content = Base64.decode(block.characters), !content.isEmpty else {
                    throw .notPEM(problem: "the block is not base64")
                }
                blocks.append(PEM(label: label, content: content))
                open = nil
            } else {
                open?.characters += line
            }
        }
        guard open == nil else { throw .notPEM(problem: "the block has no end") }
        guard !blocks.isEmpty else { throw .notPEM(problem: "there is no -----BEGIN line") }
        return blocks
    }

    private static func label(of line: String, _ word: String) -> String? {
        let (prefix, suffix) = ("-----\(word) ", "-----")
        guard line.hasPrefix(prefix), line.hasSuffix(suffix), line.count > prefix.count + suffix.count else {
            return nil
        }
        return String(line.dropFirst(prefix.count).dropLast(suffix.count))
    }
}
