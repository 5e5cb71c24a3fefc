import Foundation

extension AgeCase {
    /// The header and its parts that every reader knows.
    static func headers() throws -> [AgeCase] {
        let full = String(repeating: "A", count: 64)
        return [
            AgeCase(name: "empty", expected: .header, bytes: Data()),
            try AgeCase("plain", .opened(content)) {
                try $0.addX25519()
                try $0.finish()
            },
            try AgeCase("version unsupported", .header) {
                $0 = AgeFile(version: "v1234\n")
                try $0.addX25519()
                try $0.finish()
            },
            try AgeCase("version with CR", .header) {
                $0 = AgeFile(version: "v1\r\n")
                try $0.addX25519()
                try $0.finish()
            },
            try AgeCase("no recipient", .header) { try $0.finish() },
            try code("code bad", .code) { _ in "--- " + AgeFile.base64(Data(count: 32)) + "\n" },
            try code("code missing", .header) { _ in "---\n" },
            try code("code without space", .header) { "---\($0)\n" },
            try code("code after two spaces", .header) { "---  \($0)\n" },
            try code("code before a space", .header) { "--- \($0) \n" },
            try code("code truncated", .header) { "--- \($0.dropLast(2))\n" },
            try code("code spelled otherwise", .header) { "--- \(AgeFile.otherSpelling($0))\n" },
            try code("code of garbage", .header) { _ in "--- AAA\n" },
            try code("code before CR", .header) { "--- \($0)\r\n" },
            try stanza("stanza unknown", .opened(content), "-> grease a b\nAAAA\n"),
            try stanza("stanza bad start", .header, "--> grease\nAAAA\n"),
            try stanza("stanza without arguments", .header, "->\nAAAA\n"),
            try stanza("stanza with an empty argument", .header, "-> grease  a\nAAAA\n"),
            try stanza("stanza ending in a space", .header, "-> grease \nAAAA\n"),
            try stanza("stanza with padding", .header, "-> grease\nAA==\n"),
            try stanza("stanza spelled otherwise", .header, "-> grease\nAB\n"),
            try stanza("stanza with CR", .header, "-> grease\r\nAAAA\r\n"),
            try stanza("stanza with an invalid character", .header, "-> grease \u{7f}\nAAAA\n"),
            try stanza("stanza in UTF-8", .header, "-> grease é\nAAAA\n"),
            try stanza(
                "stanza with all characters",
                .opened(content),
                "-> !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~ 0aZ\n\n"
            ),
            try stanza("stanza with an empty body", .opened(content), "-> grease\n\n"),
            try stanza("stanza with a full line", .opened(content), "-> grease\n\(full)\n\n"),
            try stanza("stanza without its last line", .header, "-> grease\n\(full)\n"),
            try stanza("stanza without a body", .header, "-> grease\n"),
            try stanza("stanza with a long line", .header, "-> grease\n\(full)AAAA\n\n"),
            try stanza("stanza with two short lines", .header, "-> grease\nAAAA\nAAAA\n"),
        ]
    }

    /// X25519 recipients.
    static func x25519() throws -> [AgeCase] {
        // The order of this point is 8 (RFC 7748, section 6.1).
        let lowOrder = "4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuAA"
        return [
            try x25519("share of low order", .header) { _, body in "-> X25519 \(lowOrder)\n\(body)\n" },
            try x25519("share of zeros", .header) { _, body in
                "-> X25519 \(AgeFile.base64(Data(count: 32)))\n\(body)\n"
            },
            try x25519("share spelled otherwise", .header) {
                "-> X25519 \(AgeFile.otherSpelling($0))\n\($1)\n"
            },
            try x25519("share short", .header) { "-> X25519 \($0.dropLast(3))\n\($1)\n" },
            try x25519("share long", .header) { "-> X25519 \($0.dropLast(3))AAAAAA\n\($1)\n" },
            try x25519("share missing", .header) { "-> X25519\n\($1)\n" },
            try x25519("argument too many", .header) { "-> X25519 \($0) 1234\n\($1)\n" },
            try x25519("key spelled otherwise", .header) {
                "-> X25519 \($0)\n\(AgeFile.otherSpelling($1))\n"
            },
            try x25519("key too long", .header, key: Data(repeating: 1, count: 24)) {
                "-> X25519 \($0)\n\($1)\n"
            },
            try x25519("key changed", .noMatch) { share, _ in
                "-> X25519 \(share)\n\(AgeFile.base64(Data(count: 32)))\n"
            },
            try x25519("type in lowercase", .noMatch) { "-> x25519 \($0)\n\($1)\n" },
            try AgeCase("somebody else's", .noMatch) {
                try $0.addX25519(for: AgeFile.otherIdentity)
                try $0.finish()
            },
            try AgeCase("the second of two", .opened(content)) {
                try $0.addX25519(for: AgeFile.otherIdentity)
                try $0.addX25519()
                try $0.finish()
            },
            try AgeCase("the same twice", .opened(content)) {
                try $0.addX25519()
                try $0.addX25519()
                try $0.finish()
            },
        ]
    }

    /// Passphrases.
    static func passphrases() throws -> [AgeCase] {
        let long = AgeFile.base64(Data(count: 17))
        let other = AgeFile.otherSpelling(AgeFile.base64(AgeFile.salt))
        return [
            try scrypt("passphrase", .opened(content)),
            try scrypt("salt long", .header, salt: long),
            try scrypt("salt short", .header, salt: "AAAA"),
            try scrypt("salt missing", .header, salt: ""),
            try scrypt("salt spelled otherwise", .header, salt: other),
            try scrypt("argument too many for scrypt", .header, factor: "10 10"),
            try scrypt("wrapped key too long", .header, key: Data(repeating: 1, count: 24)),
            try scrypt("scrypt in uppercase", .noMatch, type: "Scrypt"),
            try scrypt("work factor wrong", .noMatch, factor: "9"),
            try AgeCase("passphrase of somebody else", .noMatch, usesPassphrase: true) {
                let body = try $0.scrypt("other")
                $0.text("-> scrypt \(AgeFile.base64(AgeFile.salt)) 10\n\(body)\n")
                try $0.finish()
            },
            try AgeCase("two passphrases", .header, usesPassphrase: true) {
                let body = try $0.scrypt()
                for _ in 0..<2 { $0.text("-> scrypt \(AgeFile.base64(AgeFile.salt)) 10\n\(body)\n") }
                try $0.finish()
            },
            try AgeCase("passphrase beside a recipient", .header, usesPassphrase: true) {
                let body = try $0.scrypt()
                $0.text("-> scrypt \(AgeFile.base64(AgeFile.salt)) 10\n\(body)\n")
                try $0.addX25519()
                try $0.finish()
            },
        ]
            + (try [
                "23", "30", "63", "64", "999999999", "0x0a", "+10", "-10", "010", "0", "00", "1a", "10.", "",
                "٣",
            ]
            .map { try scrypt("work factor '\($0)'", .header, factor: $0) })
            + [try scrypt("work factor of 20 digits", .header, factor: "18446744073709551626")]
    }
}
