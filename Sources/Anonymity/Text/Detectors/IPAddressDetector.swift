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
            var end = place
            // A point or colon behind an address ends a sentence or begins a port.
            while end > start, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
            guard end - start <= Self.maximumLength + 6, !text[start - 1].isWordCharacter,
                !text[end].isWordCharacter
            else { continue }
            matches += address(text, start, end)
        }
        return matches
    }

    private func isAddress(_ character: UInt8) -> Bool {
        character.isHexadecimalDigit || character == UInt8(ascii: ":") || character == UInt8(ascii: ".")
    }

    private func address(_ text: FoldedText, _ start: Int, _ end: Int) -> [TextMatch] {
        let run = text.characters[start..<end]
        let port = run.firstIndex(of: UInt8(ascii: ":")) ?? end
        if isVersion4(run[start..<port]), run[port...].dropFirst().allSatisfy(\.isDigit) {
            return [TextMatch(kind, start..<port, .likely)]
        }
        let trimmed = run.last == UInt8(ascii: ":") && !run.dropLast().hasSuffix(":") ? run.dropLast() : run
        guard isVersion6(trimmed) else { return [] }
        // Names of classes and functions look like this, too: `abc::def`.
        let isSure = trimmed.contains(where: \.isDigit) && trimmed.count > 4
        return [TextMatch(kind, trimmed.startIndex..<trimmed.endIndex, isSure ? .certain : .possible)]
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

extension ArraySlice<UInt8> {
    fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
