import Foundation

/// Pickles in the values of pickles: as bytes, or as text in base 64 or hexadecimal digits.
enum PickleNesting {
    /// The shortest bytes and text that could hold a pickle with an import.
    static let minimumBytes = 6
    static let minimumTextBytes = 8
    /// How much encoded text is decoded of one value.
    private static let maximumEncodedBytes = 64 << 20

    static func check(
        _ literals: [Range<Int>],
        of bytes: ScanBytes,
        in session: inout ScanSession
    ) {
        for literal in literals {
            let content = bytes[literal]
            for (candidate, form) in candidates(content) {
                // Too deep to be followed; what it holds is at least searched.
                if session.depth >= session.limits.maximumDepth {
                    PickleSearch.search(candidate, in: &session)
                }
                session.inside("value at byte \(literal.lowerBound)\(form)") { session in
                    check(candidate, in: &session)
                }
            }
        }
    }

    private static func check(_ content: ScanBytes, in session: inout ScanSession) {
        var isPickle = false
        var session1 = session
        let findings = session.trial { trial in
            isPickle = PickleStream.scan(content, in: &trial)
            session1 = trial
        }
        guard isPickle, session1.pickles > session.pickles || findings.contains(where: isDangerous) else {
            return
        }
        session.report(findings)
        session.report(.pickleNested, .suspicious, "the value is a pickle itself")
    }

    private static func isDangerous(_ finding: ScanFinding) -> Bool { finding.severity == .dangerous }

    /// What a value could stand for if it is a pickle.
    private static func candidates(_ content: ScanBytes) -> [(ScanBytes, String)] {
        var found: [(ScanBytes, String)] = []
        if looksLikePickle(content) { found.append((content, "")) }
        guard content.count >= 12, content.count <= maximumEncodedBytes else { return found }
        if let start = decodedBase64(content[0..<8]), mayBegin(start),
            let whole = decodedBase64(content), looksLikePickle(whole)
        {
            found.append((whole, " in base 64"))
        }
        if let start = decodedHexadecimal(content[0..<4]), mayBegin(start),
            let whole = decodedHexadecimal(content), looksLikePickle(whole)
        {
            found.append((whole, " in hexadecimal digits"))
        }
        return found
    }

    private static func mayBegin(_ bytes: ScanBytes) -> Bool {
        guard bytes.count > 1 else { return false }
        return bytes[0] == 0x80 ? bytes[1] <= 5 : bytes[0] == 0x63 || bytes[0] == 0x28
    }

    /// Whether bytes begin, and without a protocol also end, as a pickle does.
    static func looksLikePickle(_ bytes: ScanBytes) -> Bool {
        guard bytes.count >= 4, mayBegin(bytes) else { return false }
        guard bytes[0] != 0x80 else { return true }
        let end = bytes[max(0, bytes.count - 3)..<bytes.count]
        return bytes.firstIndex(of: 0x0A, from: 0) != nil && end.data.contains(0x2E)
    }

    private static func decodedBase64(_ bytes: ScanBytes) -> ScanBytes? {
        // Both alphabets, with and without padding.
        var text = bytes.data.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x3D }
        for index in text.indices {
            if text[index] == UInt8(ascii: "-") { text[index] = UInt8(ascii: "+") }
            if text[index] == UInt8(ascii: "_") { text[index] = UInt8(ascii: "/") }
        }
        guard text.count % 4 != 1 else { return nil }
        while !text.count.isMultiple(of: 4) { text.append(0x3D) }
        return Data(base64Encoded: text).map { ScanBytes($0) }
    }

    private static func decodedHexadecimal(_ bytes: ScanBytes) -> ScanBytes? {
        guard bytes.count.isMultiple(of: 2) else { return nil }
        var result = Data(capacity: bytes.count / 2)
        var high: UInt8?
        for byte in bytes.data {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x37
            case 0x61...0x66: digit = byte - 0x57
            default: return nil
            }
            if let first = high {
                result.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return ScanBytes(result)
    }
}
