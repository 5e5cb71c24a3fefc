/// E-mail addresses (RFC 5321, section 4.1.2, without quoted names), also with letters outside of ASCII.
package struct EmailDetector: Detector {
    package let kind = PersonalInformation.email
    private static let maximumLocalLength = 64
    private static let maximumDomainLength = 253

    package init() {}

    package func matches(in text: FoldedText) -> [TextMatch] {
        var matches: [TextMatch] = []
        for at in 0..<text.count where text[at] == UInt8(ascii: "@") {
            guard let start = localStart(in: text, before: at), let end = domainEnd(in: text, after: at)
            else { continue }
            matches.append(TextMatch(kind, start..<end, .certain))
        }
        return matches
    }

    private func localStart(in text: FoldedText, before at: Int) -> Int? {
        var start = at
        while start > 0, isLocal(text[start - 1]) {
            start -= 1
            guard at - start <= Self.maximumLocalLength else { return nil }
        }
        // Punctuation in front of an address is not a part of it.
        while start < at, !text[start].isWordCharacter { start += 1 }
        return start < at && text[at - 1] != UInt8(ascii: ".") ? start : nil
    }

    private func isLocal(_ character: UInt8) -> Bool {
        character.isWordCharacter || ".!#$%&'*+/=?^`{|}~-".utf8.contains(character)
    }

    private func domainEnd(in text: FoldedText, after at: Int) -> Int? {
        var place = at + 1
        var end: Int?
        var labels = 0
        while place - at <= Self.maximumDomainLength {
            let start = place
            while place - at <= Self.maximumDomainLength, isDomain(text[place]) { place += 1 }
            let last = lastLabelEnd(text, start, place)
            guard last > start, text[start] != UInt8(ascii: "-") else { break }
            labels += 1
            // The last label is a top-level domain: two letters or more, or the ASCII form of others.
            let isTop = last - start >= 2 && (start..<last).allSatisfy { !text[$0].isDigit }
            let isEncoded = text.characters[start..<last].map(\.lowercased).starts(with: "xn--".utf8)
            if labels > 1, isTop || isEncoded { end = last }
            guard last == place, text[place] == UInt8(ascii: ".") else { break }
            place += 1
        }
        return end
    }

    private func lastLabelEnd(_ text: FoldedText, _ start: Int, _ end: Int) -> Int {
        var end = end
        while end > start, text[end - 1] == UInt8(ascii: "-") { end -= 1 }
        return end
    }

    private func isDomain(_ character: UInt8) -> Bool {
        character.isAlphanumeric || character == FoldedText.letter || character == UInt8(ascii: "-")
    }
}
