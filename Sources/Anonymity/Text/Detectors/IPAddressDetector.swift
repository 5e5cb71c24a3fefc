/// Addresses of the Internet Protocol: four decimal octets, or IPv6 (RFC 4291, section 2.2).
package struct IPAddressDetector: Detector {
    package let kind = PersonalInformation.ipAddress
    private static let maximumLength = 45

    package init() {}

    package func matches(in text: FoldedText) -> [TextMatch] {
        var matches: [TextMatch] = []
        var place = 0
        while place < text.count {
            guard isAddress(text[place]) else {
                place += 1
                continue
            }
            let start = place
            while place < text.count, isAddress(text[place]) { place += 1 }
            matches += addresses(text, start, place)
        }
        return matches
    }

    private func isAddress(_ character: UInt8) -> Bool {
        character.isHexadecimalDigit || character == UInt8(ascii: ":") || character == UInt8(ascii: ".")
    }

    /// The addresses in a run of their characters, which may begin with the end of a label and end with a port.
    private func addresses(_ text: FoldedText, _ start: Int, _ end: Int) -> [TextMatch] {
        if let match = version6(text, start, end) { return [match] }
        let pieces = text.characters[start..<end].split(separator: UInt8(ascii: ":"))
        return pieces.compactMap { piece in
            // A point behind an address ends a sentence.
            let points = piece.reversed().prefix { $0 == UInt8(ascii: ".") }.count
            let address = piece.dropLast(points)
            guard isVersion4(address), text.stands(address.startIndex..<address.endIndex) else { return nil }
            return TextMatch(kind, address.startIndex..<address.endIndex, .likely)
        }
    }

    /// The IPv6 address that a run is, but for what punctuation is at its ends and a label in front of it.
    private func version6(_ text: FoldedText, _ start: Int, _ end: Int) -> TextMatch? {
        let (point, colon) = (UInt8(ascii: "."), UInt8(ascii: ":"))
        var (start, end) = (start, end)
        while end > start, text[end - 1] == point { end -= 1 }
        if end > start, text[end - 1] == colon, text[end - 2] != colon { end -= 1 }
        if end > start, text[start - 1].isWordCharacter, isLabel(text, before: start) {
            // `node:2001:db8::1`: the run begins with the last letters of the label.
            while start < end, text[start] != colon { start += 1 }
        }
        let isBehindColon = text[start + 1] != colon || text[start + 2] == colon
        if end > start, text[start] == colon, isBehindColon { start += 1 }
        let run = text.characters[start..<end]
        guard isVersion6(run), text.stands(start..<end) else { return nil }
        // Names of classes and functions look like this, too: `abc::def`.
        let isSure = run.contains(where: \.isDigit) && run.count > 4
        return TextMatch(kind, start..<end, isSure ? .certain : .possible)
    }

    /// Whether the word that goes on at a place begins with two letters, as no group of an address with a
    /// letter in front of it does.
    private func isLabel(_ text: FoldedText, before place: Int) -> Bool {
        var start = place
        while place - start <= Self.maximumLength, text[start - 1].isWordCharacter { start -= 1 }
        func isLetter(_ character: UInt8) -> Bool { character.isLetter || character == FoldedText.letter }
        return isLetter(text[start]) && isLetter(text[start + 1])
    }

    private func isVersion4(_ run: ArraySlice<UInt8>) -> Bool {
        let octets = run.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return octets.count == 4
            && octets.allSatisfy { octet in
                (1...3).contains(octet.count) && octet.allSatisfy(\.isDigit)
                    && (octet.count == 1 || octet.first != 0x30)
                    && octet.reduce(0) { $0 * 10 + $1.digit } < 256
            }
    }

    private func isVersion6(_ run: ArraySlice<UInt8>) -> Bool {
        guard run.count > 2, run.count <= Self.maximumLength else { return false }
        var groups = run.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard groups.count >= 3 else { return false }
        // A double colon at either end leaves one empty group more.
        if groups[0].isEmpty {
            guard groups[1].isEmpty else { return false }
            groups.removeFirst()
        }
        if groups[groups.count - 1].isEmpty {
            guard groups[groups.count - 2].isEmpty else { return false }
            groups.removeLast()
        }
        var (length, gaps) = (0, 0)
        for (place, group) in groups.enumerated() {
            if group.isEmpty {
                gaps += 1
            } else if group.count <= 4, group.allSatisfy(\.isHexadecimalDigit) {
                length += 1
            } else if place == groups.count - 1, isVersion4(group) {
                length += 2
            } else {
                return false
            }
        }
        return gaps == 0 ? length == 8 : gaps == 1 && (1...7).contains(length)
    }
}
