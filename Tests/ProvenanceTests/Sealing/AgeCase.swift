import BulwarkProvenance
import Foundation

/// A file of the format, and what has to become of it.
struct AgeCase {
    let name: String
    let expected: Outcome
    let bytes: Data
    var usesPassphrase = false

    /// What becomes of a file.
    enum Outcome: Hashable {
        case opened(Data)
        /// The header is not read, or asks for what is not done.
        case header
        /// Nothing that was given opens it.
        case noMatch
        /// The header was changed.
        case code
        /// The content was changed or is not all of it.
        case content
    }

    static let content = Data("age".utf8)

    init(
        _ name: String,
        _ expected: Outcome,
        usesPassphrase: Bool = false,
        _ make: (inout AgeFile) throws -> Void
    ) throws {
        var file = AgeFile()
        try make(&file)
        self.init(name: name, expected: expected, bytes: file.bytes, usesPassphrase: usesPassphrase)
    }

    init(name: String, expected: Outcome, bytes: Data, usesPassphrase: Bool = false) {
        (self.name, self.expected, self.bytes, self.usesPassphrase) = (name, expected, bytes, usesPassphrase)
    }

    /// A header with one line or more in front of a recipient.
    static func stanza(_ name: String, _ expected: Outcome, _ lines: String) throws -> AgeCase {
        try AgeCase(name, expected) {
            $0.text(lines)
            try $0.addX25519()
            try $0.finish()
        }
    }

    /// A header whose last line is made of its code.
    static func code(_ name: String, _ expected: Outcome, _ line: (String) -> String) throws -> AgeCase {
        try AgeCase(name, expected) {
            try $0.addX25519()
            $0.text(line($0.code))
            $0.nonce()
            try $0.piece(content, isLast: true)
        }
    }

    /// An X25519 stanza made of its parts.
    static func x25519(
        _ name: String,
        _ expected: Outcome,
        key: Data = AgeFile.keyBytes,
        _ stanza: (_ share: String, _ body: String) -> String
    ) throws -> AgeCase {
        try AgeCase(name, expected) {
            $0.key = key
            let parts = try $0.x25519()
            $0.text(stanza(parts.share, parts.body))
            try $0.finish()
        }
    }

    /// A scrypt stanza with other arguments than a right one has.
    static func scrypt(
        _ name: String,
        _ expected: Outcome,
        salt: String? = nil,
        factor: String = "10",
        key: Data = AgeFile.keyBytes,
        type: String = "scrypt"
    ) throws -> AgeCase {
        try AgeCase(name, expected, usesPassphrase: true) {
            $0.key = key
            let body = try $0.scrypt()
            let salt = salt ?? AgeFile.base64(AgeFile.salt)
            $0.text("-> \(type) \(salt) \(factor)".replacing("  ", with: " ") + "\n\(body)\n")
            try $0.finish()
        }
    }

    /// A right header, and content of pieces.
    static func stream(
        _ name: String,
        _ expected: Outcome,
        _ make: (inout AgeFile) throws -> Void
    ) throws -> AgeCase {
        try AgeCase(name, expected) {
            try $0.addX25519()
            $0.end()
            try make(&$0)
        }
    }
}
