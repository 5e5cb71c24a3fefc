import Foundation

/// Reads JSON (RFC 8259) with one meaning for each text: no repeated members, no broken UTF-8, no numbers
/// that would be rounded to another integer (RFC 7493), nothing behind the end.
package struct JSONReader {
    let bytes: [UInt8]
    let limits: JSONLimits
    var offset = 0
    private var valueCount = 0

    private init(_ bytes: [UInt8], _ limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The value of a text.
    ///
    /// - Throws: `JSONError` if it is not exactly one JSON value within the limits.
    package static func read(
        _ text: some DataProtocol,
        limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        guard text.count <= limits.maximumBytes else {
            throw .tooLarge(bytes: text.count, maximum: limits.maximumBytes)
        }
        var reader = JSONReader([UInt8](text), limits)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == reader.bytes.count else {
            throw reader.malformed("something follows the end of the value")
        }
        return value
    }

    func malformed(_ problem: String) -> JSONError { .malformed(problem: problem, offset: offset) }

    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let next, next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { offset += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        valueCount += 1
        guard valueCount <= limits.maximumValues else { throw .tooManyValues(maximum: limits.maximumValues) }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case nil: throw malformed("the text ends where a value should be")
        default: return .number(try number())
        }
    }

    private mutating func literal(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[offset...].starts(with: word.utf8) else { throw malformed("this is no JSON value") }
        offset += word.utf8.count
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= limits.maximumDepth else { throw .tooDeep(maximum: limits.maximumDepth) }
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth))
            skipSpace()
        } while take(",")
        guard take("]") else { throw malformed("a list is not closed") }
        return .array(elements)
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= limits.maximumDepth else { throw .tooDeep(maximum: limits.maximumDepth) }
        offset += 1
        var members: [ExactString: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            let start = offset
            guard next == UInt8(ascii: "\"") else { throw malformed("the name of a member is missing") }
            let name = ExactString(try string())
            skipSpace()
            guard take(":") else { throw malformed("a colon is missing behind the name of a member") }
            guard members.updateValue(try value(depth: depth), forKey: name) == nil else {
                throw .duplicateMember(name: name.text, offset: start)
            }
            skipSpace()
        } while take(",")
        guard take("}") else { throw malformed("an object is not closed") }
        return .object(members)
    }
}
