import Foundation

/// Reads a text of a log line by line, as bytes.
///
/// Characters of Swift will not do: a carriage return and a line feed are one, and texts that differ in bytes
/// can be equal.
struct NoteLines {
    private var rest: ArraySlice<UInt8>
    /// The number of the line that was read last, from 1.
    private(set) var number = 0

    init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

    /// What has not been read yet.
    var remainder: ArraySlice<UInt8> { rest }

    /// The next line without its end.
    ///
    /// - Throws: `NoteError.malformed` if there is none, or it has no end.
    mutating func next(_ what: String) throws(NoteError) -> ArraySlice<UInt8> {
        number += 1
        guard let end = rest.firstIndex(of: 0x0A) else { throw malformed("\(what) is missing") }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }

    /// What is wrong with the line that was read last.
    func malformed(_ what: String) -> NoteError { .malformed(what, line: number) }

    /// The number of a line `word N`, or of a line `N`.
    ///
    /// - Throws: `NoteError.malformed`.
    mutating func number(after word: String?, _ what: String) throws(NoteError) -> UInt64 {
        var line = try next(what)
        if let word {
            guard line.starts(with: Array("\(word) ".utf8)) else { throw malformed("\(what) is missing") }
            line = line.dropFirst(word.utf8.count + 1)
        }
        guard let value = Self.decimal(line) else {
            throw malformed("\(what) is not a decimal number without leading zeros")
        }
        return value
    }

    /// The hashes of the lines up to an empty one.
    ///
    /// - Throws: `NoteError.malformed`, also if there are more than `maximum`.
    mutating func hashes(maximum: Int) throws(NoteError) -> [MerkleHash] {
        var hashes: [MerkleHash] = []
        while true {
            let line = try next("the empty line behind the hashes")
            if line.isEmpty { return hashes }
            guard hashes.count < maximum else { throw malformed("more than \(maximum) hashes") }
            guard let bytes = Self.base64(line), let hash = MerkleHash(bytes) else {
                throw malformed("not 32 bytes in base64")
            }
            hashes.append(hash)
        }
    }

    /// A decimal number without sign and leading zeros; nil if it is not one or exceeds 64 bits.
    static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard let first = digits.first, digits.count == 1 || first != 0x30 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt64(digit - 0x30))
            guard !overflowed, !carried else { return nil }
            value = sum
        }
        return value
    }

    /// The bytes of standard base64 with padding (RFC 4648, Section 4); nil if it is written in any other way
    /// than the one in which it would be written.
    static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let text = Data(text)
        guard let bytes = Data(base64Encoded: text), bytes.base64EncodedData() == text else { return nil }
        return Array(bytes)
    }
}
