import Foundation

/// Why bytes are no JSON text that is read.
struct JSONFault: Error, Equatable {
    /// Where, from 1.
    let line: Int
    /// Which character of the line, from 1.
    let column: Int
    /// What is wrong, in words.
    let reason: String
}

/// Walks through a JSON text (RFC 8259), to say where a fault is.
///
/// Stricter than decoders are: a field that an object has twice is a fault, since only one of the two would
/// count; so is a number that no double holds.
struct JSONOutline {
    /// The deepest nesting that is read.
    static let maximumDepth = 64

    /// A step from a value to one inside.
    enum Step: Equatable {
        case field(String)
        case element(Int)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var path: [Step] = []
    /// The value to look for, and where it was found.
    private let wanted: [Step]?
    private var found: Int?

    private init(_ bytes: [UInt8], wanted: [Step]?) {
        self.bytes = bytes
        self.wanted = wanted
    }

    /// Checks a text.
    ///
    /// - Throws: `JSONFault` for the first fault.
    static func check(_ text: some Collection<UInt8>) throws(JSONFault) {
        var outline = JSONOutline(Array(text), wanted: nil)
        try outline.walk()
    }

    /// The line and the column, from 1, at which a value of a text without faults begins; nil if it is not
    /// there.
    static func place(of path: [Step], in text: some Collection<UInt8>) -> (line: Int, column: Int)? {
        var outline = JSONOutline(Array(text), wanted: path)
        try? outline.walk()
        return outline.found.map { outline.place($0) }
    }

    private mutating func walk() throws(JSONFault) {
        try value()
        space()
        guard position == bytes.count else { throw fault("there is more behind the end of the text") }
    }

    // MARK: Places

    private func place(_ offset: Int) -> (line: Int, column: Int) {
        var (line, start) = (1, 0)
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            (line, start) = (line + 1, index + 1)
        }
        let before = bytes[min(start, bytes.count)..<min(offset, bytes.count)]
        // Bytes that go on a character of UTF-8 are none of their own.
        return (line, before.count { $0 & 0xC0 != 0x80 } + 1)
    }

    private func fault(_ reason: String, at offset: Int? = nil) -> JSONFault {
        let (line, column) = place(offset ?? position)
        return JSONFault(line: line, column: column, reason: reason)
    }

    // MARK: Values

    private mutating func space() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    /// The next byte behind spaces.
    private mutating func next(_ expected: String) throws(JSONFault) -> UInt8 {
        space()
        guard position < bytes.count else { throw fault("the text ends where \(expected) is expected") }
        return bytes[position]
    }

    private mutating func value() throws(JSONFault) {
        let first = try next("a value")
        if path == wanted { found = found ?? position }
        guard path.count < Self.maximumDepth else {
            throw fault("values are nested more than \(Self.maximumDepth) deep")
        }
        switch first {
        case UInt8(ascii: "{"): try object()
        case UInt8(ascii: "["): try list()
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func object() throws(JSONFault) {
        position += 1
        var names: Set<String> = []
        if try next("a field or }") == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            guard try next("a field") == UInt8(ascii: "\"") else {
                throw fault("a field's name in quotes is expected")
            }
            let start = position
            let name = try string()
            guard names.insert(name).inserted else {
                throw fault("the object has this field twice", at: start)
            }
            guard try next(":") == UInt8(ascii: ":") else { throw fault("a colon is expected") }
            position += 1
            path.append(.field(name))
            try value()
            path.removeLast()
            if try goesOn(until: UInt8(ascii: "}"), "a comma or }") == false { return }
        }
    }

    private mutating func list() throws(JSONFault) {
        position += 1
        if try next("a value or ]") == UInt8(ascii: "]") {
            position += 1
            return
        }
        for index in 0... {
            path.append(.element(index))
            try value()
            path.removeLast()
            if try goesOn(until: UInt8(ascii: "]"), "a comma or ]") == false { return }
        }
    }

    private mutating func goesOn(until end: UInt8, _ expected: String) throws(JSONFault) -> Bool {
        let byte = try next(expected)
        guard byte == end || byte == UInt8(ascii: ",") else { throw fault("\(expected) is expected") }
        position += 1
        return byte != end
    }

    private mutating func word(_ word: String) throws(JSONFault) {
        guard bytes[position...].starts(with: word.utf8) else { throw fault("a value is expected") }
        position += word.utf8.count
    }

    private mutating func number() throws(JSONFault) {
        let start = position
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        while position < bytes.count, isDigit(bytes[position]) || "+-.eE".utf8.contains(bytes[position]) {
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let grammar = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/
        guard text.wholeMatch(of: grammar) != nil, let number = Double(text) else {
            throw fault(text.isEmpty ? "a value is expected" : "this is no number", at: start)
        }
        guard number.isFinite else { throw fault("the number is too large", at: start) }
    }

    /// The text of a string, without its quotes.
    private mutating func string() throws(JSONFault) -> String {
        let start = position
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            guard bytes[position] >= 0x20 else { throw fault("a string holds a control character") }
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else { throw fault("the string has no end", at: start) }
        position += 1
        let literal = Data(bytes[start..<position])
        let options: JSONSerialization.ReadingOptions = .fragmentsAllowed
        guard let text = try? JSONSerialization.jsonObject(with: literal, options: options) as? String else {
            throw fault("this is no string", at: start)
        }
        return text
    }
}
