import Foundation

/// Reads the few structures of DER (X.690, section 10) that keys are made of.
struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

    private init(slice: ArraySlice<UInt8>) { rest = slice }

    var isAtEnd: Bool { rest.isEmpty }

    /// The kind of the next element; nil at the end.
    var tag: UInt8? { rest.first }

    /// The content of the next element, which has to be of a kind.
    ///
    /// - Throws: `KeyError.malformed` if it is of another kind, ends early, or states its length in other
    ///   than the shortest form.
    mutating func element(_ tag: UInt8) throws(KeyError) -> ArraySlice<UInt8> {
        guard let found = rest.popFirst() else { throw .malformed(problem: "it ends early") }
        guard found == tag else { throw .malformed(problem: "element \(tag) is expected, \(found) found") }
        let length = try length()
        guard length <= rest.count else { throw .malformed(problem: "it ends early") }
        let content = rest.prefix(length)
        rest = rest.dropFirst(length)
        return content
    }

    private mutating func length() throws(KeyError) -> Int {
        guard let first = rest.popFirst() else { throw .malformed(problem: "it ends early") }
        if first < 0x80 { return Int(first) }
        let count = Int(first & 0x7F)
        guard (1...3).contains(count), count <= rest.count else {
            throw .malformed(problem: "the length of an element is not written as DER does")
        }
        let length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(count)
        guard length >= 0x80, length >> (8 * (count - 1)) > 0 else {
            throw .malformed(problem: "the length of an element is not written as DER does")
        }
        return length
    }

    mutating func sequence() throws(KeyError) -> DERReader { DERReader(slice: try element(DER.sequence)) }

    mutating func octets() throws(KeyError) -> Data { Data(try element(DER.octetString)) }

    mutating func identifier() throws(KeyError) -> [UInt8] { Array(try element(DER.objectIdentifier)) }

    /// The content of a string of whole bytes.
    mutating func bits() throws(KeyError) -> Data { Data(try Self.wholeBytes(element(DER.bitString))) }

    static func wholeBytes(_ content: ArraySlice<UInt8>) throws(KeyError) -> ArraySlice<UInt8> {
        guard content.first == 0 else { throw .malformed(problem: "a bit string is not of whole bytes") }
        return content.dropFirst()
    }

    /// An integer from zero to 2^31 - 1.
    mutating func integer() throws(KeyError) -> Int {
        let content = try element(DER.integer)
        guard let first = content.first, first < 0x80, content.count <= 4,
            content.count == 1 || first > 0 || (content.dropFirst().first ?? 0) >= 0x80
        else { throw .malformed(problem: "an integer is negative, too large or not written as DER does") }
        return content.reduce(0) { $0 << 8 | Int($1) }
    }

    func finish() throws(KeyError) {
        guard rest.isEmpty else { throw .malformed(problem: "something follows where it should end") }
    }
}
