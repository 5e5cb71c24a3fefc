/// Addresses with a user's name or password in them: `https://anna:secret@example.com/` (RFC 3986, section 3.2.1).
package struct CredentialURLDetector: Detector {
    package let kind = PersonalInformation.credentialURL
    private static let maximumSchemeLength = 20

    package init() {}

    package func matches(in text: FoldedText) -> [TextMatch] {
        var matches: [TextMatch] = []
        var place = 0
        while place + 2 < text.count {
            defer { place += 1 }
            guard text[place] == UInt8(ascii: ":"), text[place + 1] == UInt8(ascii: "/"),
                text[place + 2] == UInt8(ascii: "/"),
                let start = schemeStart(in: text, before: place),
                let (at, hasPassword) = user(in: text, from: place + 3)
            else { continue }
            var end = at + 1
            while end < text.count, isAddress(text[end]) { end += 1 }
            while end > at + 1, ".,;:!?)".utf8.contains(text[end - 1]) { end -= 1 }
            guard end > at + 1 else { continue }
            matches.append(TextMatch(kind, start..<end, hasPassword ? .certain : .likely))
            place = end - 1
        }
        return matches
    }

    private func schemeStart(in text: FoldedText, before colon: Int) -> Int? {
        var start = colon
        while start > 0, text[start - 1].isAlphanumeric || "+-.".utf8.contains(text[start - 1]) {
            start -= 1
            guard colon - start <= Self.maximumSchemeLength else { return nil }
        }
        while start < colon, !text[start].isLetter { start += 1 }
        return start < colon ? start : nil
    }

    /// Where the `@` is behind a name, and whether there is a password before it.
    ///
    /// A slash ends the search, so that no character is looked at for two addresses.
    private func user(in text: FoldedText, from start: Int) -> (at: Int, hasPassword: Bool)? {
        var colon: Int?
        for place in start..<text.count {
            let character = text[place]
            if character == UInt8(ascii: "@") {
                return place > start ? (place, colon.map { place > $0 + 1 } ?? false) : nil
            }
            guard isAddress(character), !"/?#".utf8.contains(character) else { return nil }
            if character == UInt8(ascii: ":"), colon == nil { colon = place }
        }
        return nil
    }

    private func isAddress(_ character: UInt8) -> Bool {
        character > 0x20 && character != 0x7F && !"\"<>\\^`{|}".utf8.contains(character)
    }
}
