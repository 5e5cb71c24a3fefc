import BulwarkProvenance

/// An object of the rules whose members are taken one after the other; what is left over is an error.
struct RuleSettings {
    private var members: [ExactString: JSONValue]
    private let path: [RulesPlace.Step]

    init(_ value: JSONValue, _ path: [RulesPlace.Step], _ what: String) throws(RulesFault) {
        guard case .object(let members) = value else {
            throw RulesFault(reason: "\(what) is an object", path: path)
        }
        (self.members, self.path) = (members, path)
    }

    func place(_ name: String) -> [RulesPlace.Step] { path + [.member(name)] }

    /// A fault of a member, or of the object.
    func fault(_ reason: String, _ name: String? = nil) -> RulesFault {
        RulesFault(reason: reason, path: name.map(place) ?? path)
    }

    mutating func takeIfPresent(_ name: String) -> JSONValue? {
        members.removeValue(forKey: ExactString(name))
    }

    mutating func take(_ name: String) throws(RulesFault) -> JSONValue {
        guard let value = takeIfPresent(name) else { throw fault("'\(name)' is missing") }
        return value
    }

    /// All members in the order of their names, which count as taken.
    mutating func takeAll() -> [(name: String, value: JSONValue)] {
        defer { members = [:] }
        return members.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value) }
    }

    mutating func text(_ name: String) throws(RulesFault) -> String {
        guard case .string(let text) = try take(name), !text.isEmpty else {
            throw fault("'\(name)' is a text", name)
        }
        return text
    }

    mutating func textIfPresent(_ name: String) throws(RulesFault) -> String? {
        guard members[ExactString(name)] != nil else { return nil }
        return try text(name)
    }

    /// A list of texts; nil if it is left out.
    mutating func textsIfPresent(_ name: String) throws(RulesFault) -> [String]? {
        guard let value = takeIfPresent(name) else { return nil }
        guard case .array(let elements) = value, !elements.isEmpty else {
            throw fault("'\(name)' is a list of one or more texts", name)
        }
        var texts: [String] = []
        for (place, element) in elements.enumerated() {
            guard case .string(let text) = element else {
                throw RulesFault(reason: "a text is expected", path: self.place(name) + [.element(place)])
            }
            texts.append(text)
        }
        return texts
    }

    /// A number in a range; nil if it is left out.
    mutating func numberIfPresent(
        _ name: String,
        in range: ClosedRange<Double>
    ) throws(RulesFault) -> Double? {
        guard let value = takeIfPresent(name) else { return nil }
        guard case .number(let number) = value, range.contains(number) else {
            throw fault("'\(name)' is a number from \(range.lowerBound) to \(range.upperBound)", name)
        }
        return number
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) throws(RulesFault) -> Double {
        guard let number = try numberIfPresent(name, in: range) else { throw fault("'\(name)' is missing") }
        return number
    }

    /// A whole number in a range; nil if it is left out.
    mutating func wholeIfPresent(_ name: String, in range: ClosedRange<Int>) throws(RulesFault) -> Int? {
        guard let value = takeIfPresent(name) else { return nil }
        guard let whole = Self.whole(value), range.contains(whole) else {
            throw fault(
                "'\(name)' is a whole number from \(range.lowerBound) to \(range.upperBound)",
                name
            )
        }
        return whole
    }

    mutating func whole(_ name: String, in range: ClosedRange<Int>) throws(RulesFault) -> Int {
        guard let whole = try wholeIfPresent(name, in: range) else { throw fault("'\(name)' is missing") }
        return whole
    }

    /// A list of numbers.
    mutating func numbers(_ name: String) throws(RulesFault) -> [Double] {
        guard case .array(let elements) = try take(name), !elements.isEmpty else {
            throw fault("'\(name)' is a list of one or more numbers", name)
        }
        var numbers: [Double] = []
        for (place, element) in elements.enumerated() {
            guard case .number(let number) = element else {
                throw RulesFault(reason: "a number is expected", path: self.place(name) + [.element(place)])
            }
            numbers.append(number)
        }
        return numbers
    }

    /// One of some words; `standard` if it is left out.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        standard: Word? = nil
    ) throws(RulesFault) -> Word where Word.RawValue == String {
        if let standard, members[ExactString(name)] == nil { return standard }
        guard case .string(let text) = try take(name), let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault("'\(name)' is one of \(words)", name)
        }
        return word
    }

    /// Refuses what is left.
    func finish() throws(RulesFault) {
        guard let name = members.keys.min() else { return }
        throw fault("'\(name.text.printable)' is not known here", name.text)
    }

    /// A number without a fraction; nil if it has one.
    static func whole(_ value: JSONValue) -> Int? {
        guard case .number(let number) = value else { return nil }
        return Int(exactly: number)
    }
}
