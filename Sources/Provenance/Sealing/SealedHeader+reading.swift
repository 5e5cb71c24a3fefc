import Foundation

extension SealedHeader {
    /// Reads a header and leaves the source at the content.
    ///
    /// - Throws: `SealingError` if there is none, it is longer than allowed, or a byte of it is not as the
    ///   format has it.
    init(_ source: inout BufferedSource) throws {
        var lines = HeaderLines()
        try Self.requireVersion(try lines.next(&source))
        var stanzas: [SealingStanza] = []
        while true {
            let line = try lines.next(&source)
            if line.hasPrefix(Self.stanzaMark) {
                guard stanzas.count < Self.maximumStanzas else { throw SealingError.headerTooLong }
                stanzas.append(try Self.stanza(line, &lines, &source))
                continue
            }
            guard !stanzas.isEmpty else { throw lines.error("'->' is expected") }
            guard line.hasPrefix(Self.endMark + " "),
                let code = UnpaddedBase64.decode(String(line.dropFirst(Self.endMark.count + 1))),
                code.count == 32
            else { throw lines.error("'->', or '---' and a code of 32 bytes are expected") }
            let isMixed = stanzas.count > 1 && stanzas.contains { $0.type == PassphraseStanza.type }
            guard !isMixed else { throw SealingError.passphraseBesideOthers }
            let authenticated = lines.bytes.dropLast(line.utf8.count + 1) + Data(Self.endMark.utf8)
            self.init(stanzas: stanzas, authenticated: authenticated, code: code)
            return
        }
    }

    private static func requireVersion(_ line: String) throws(SealingError) {
        guard line.hasPrefix(versionPrefix) else {
            throw line.hasPrefix("-----BEGIN AGE ENCRYPTED FILE") ? .armored : .notSealed
        }
        let version = String(line.dropFirst(versionPrefix.count))
        guard version == "v1" else { throw .unknownVersion(version) }
    }

    private static func stanza(
        _ line: String,
        _ lines: inout HeaderLines,
        _ source: inout BufferedSource
    ) throws -> SealingStanza {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1, words[0] == stanzaMark, !words.contains("") else {
            throw lines.error("words with one space between them are expected")
        }
        let start = lines.count
        var body = Data()
        while true {
            let line = try lines.next(&source)
            guard line.utf8.count <= SealingStanza.charactersInLine, let bytes = UnpaddedBase64.decode(line)
            else { throw lines.error("up to 64 characters of base64 without padding are expected") }
            body += bytes
            if line.utf8.count < SealingStanza.charactersInLine { break }
        }
        let stanza = SealingStanza(type: words[1], arguments: Array(words.dropFirst(2)), body: body)
        // Those of its own types are looked at whoever opens the file, so that one file has one meaning.
        let isSound =
            switch stanza.type {
            case X25519Stanza.type: X25519Stanza(stanza) != nil
            case PassphraseStanza.type: PassphraseStanza(stanza) != nil
            default: true
            }
        guard isSound else {
            throw SealingError.malformedHeader(line: start, problem: "this is no \(stanza.type) recipient")
        }
        return stanza
    }
}

/// The lines of a header, counted and kept.
private struct HeaderLines {
    private(set) var bytes = Data()
    private(set) var count = 0

    /// The next line without its end: printable ASCII and spaces.
    mutating func next(_ source: inout BufferedSource) throws -> String {
        var line = Data()
        while true {
            guard let byte = try source.next() else {
                throw count == 0 ? SealingError.notSealed : error("the file ends in the header")
            }
            guard bytes.count + line.count < SealedHeader.maximumBytes else {
                throw count == 0 ? SealingError.notSealed : SealingError.headerTooLong
            }
            if byte == UInt8(ascii: "\n") { break }
            guard (0x20...0x7e).contains(byte) else {
                throw count == 0 ? SealingError.notSealed : error("a byte is no printable ASCII", ahead: 1)
            }
            line.append(byte)
        }
        count += 1
        bytes += line + Data([UInt8(ascii: "\n")])
        return String(decoding: line, as: UTF8.self)
    }

    func error(_ problem: String, ahead: Int = 0) -> SealingError {
        .malformedHeader(line: count + ahead, problem: problem)
    }
}
