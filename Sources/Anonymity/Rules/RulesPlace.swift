import BulwarkProvenance

/// Finds where a member of a JSON text stands, once the text was read and is known to be JSON.
struct RulesPlace {
    /// A step into a value.
    enum Step: Equatable {
        case member(String)
        case element(Int)
    }

    private let bytes: [UInt8]
    private var offset = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The line and column of a byte, from 1; columns are characters.
    static func lineAndColumn(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        let before = bytes.prefix(offset)
        let line = before.split(separator: 0x0A, omittingEmptySubsequences: false).last ?? []
        return (before.count { $0 == 0x0A } + 1, String(decoding: line, as: UTF8.self).count + 1)
    }

    /// The byte at which a value begins that some steps lead to, or the name of the last member; that of the
    /// last one that is there, if they lead nowhere.
    static func offset(of path: [Step], in bytes: [UInt8]) -> Int {
        var place = RulesPlace(bytes)
        place.skipSpace()
        var found = place.offset
        for step in path {
            guard let name = place.enter(step) else { break }
            found = name
        }
        return found
    }

    /// Moves to the value behind a step and returns where its name begins.
    private mutating func enter(_ step: Step) -> Int? {
        let isObject = next == UInt8(ascii: "{")
        guard isObject || next == UInt8(ascii: "[") else { return nil }
        offset += 1
        var count = 0
        skipSpace()
        while let character = next, character != UInt8(ascii: "}"), character != UInt8(ascii: "]") {
            let start = offset
            var found = Step.element(count)
            if isObject {
                skipValue()
                if case .string(let name)? = try? JSONReader.read(bytes[start..<offset]) {
                    found = .member(name)
                }
                skipSpace()
                offset += 1
                skipSpace()
            }
            if found == step { return start }
            skipValue()
            skipSpace()
            if next == UInt8(ascii: ",") { offset += 1 }
            skipSpace()
            count += 1
        }
        return nil
    }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let next, [0x20, 0x0A, 0x0D, 0x09].contains(next) { offset += 1 }
    }

    /// Skips a value, or the name of a member.
    private mutating func skipValue() {
        var depth = 0
        repeat {
            switch next {
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                offset += 1
            case nil: return
            default:
                if depth == 0 { return skipScalar() }
                offset += 1
            }
        } while depth > 0
    }

    private mutating func skipString() {
        offset += 1
        while let character = next, character != UInt8(ascii: "\"") {
            offset += character == UInt8(ascii: "\\") ? 2 : 1
        }
        offset += 1
    }

    private mutating func skipScalar() {
        while let next, !" \n\r\t,]}".utf8.contains(next) { offset += 1 }
    }
}
