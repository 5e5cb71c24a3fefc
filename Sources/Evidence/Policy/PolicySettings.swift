import BulwarkProvenance
import Yams

/// A mapping of a policy whose members are taken one after the other; what is left over at the end is an error.
public struct PolicySettings {
    private let place: Node
    private var members: [(key: Node, name: String, value: Node)]

    /// - Throws: `PolicyError` if the node is no mapping, or its keys are no texts.
    init(_ node: Node, _ what: String) throws(PolicyError) {
        place = node
        // `robust-accuracy:` with nothing behind it is a rule without settings.
        if case .scalar(let scalar) = node, scalar.string.isEmpty || scalar.string == "~" {
            members = []
            return
        }
        guard case .mapping(let mapping) = node else { throw Self.error(node, "\(what) is a mapping") }
        members = []
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else { throw Self.error(key, "a name is a text") }
            members.append((key, scalar.string, value))
        }
    }

    static func error(_ node: Node, _ reason: String) -> PolicyError {
        PolicyError(reason, line: node.mark?.line, column: node.mark?.column)
    }

    func error(_ reason: String) -> PolicyError { Self.error(place, reason) }

    /// The value of a member, which counts as taken.
    mutating func takeIfPresent(_ name: String) -> Node? {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        return members.remove(at: index).value
    }

    /// The value of a member.
    ///
    /// - Throws: `PolicyError` if it is missing.
    mutating func take(_ name: String) throws(PolicyError) -> Node {
        guard let node = takeIfPresent(name) else { throw error("'\(name)' is missing") }
        return node
    }

    /// All members with their names, which count as taken.
    mutating func takeAll() -> [(key: Node, name: String, value: Node)] {
        defer { members = [] }
        return members
    }

    /// A text.
    ///
    /// - Throws: `PolicyError` if it is missing or empty.
    mutating func text(_ name: String) throws(PolicyError) -> String {
        try Self.text(take(name), name)
    }

    /// A text; nil if it is left out.
    ///
    /// - Throws: `PolicyError` if it is empty.
    mutating func textIfPresent(_ name: String) throws(PolicyError) -> String? {
        guard let node = takeIfPresent(name) else { return nil }
        return try Self.text(node, name)
    }

    static func text(_ node: Node, _ name: String) throws(PolicyError) -> String {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            throw error(node, "'\(name)' is a text")
        }
        return scalar.string
    }

    /// A list of texts; empty if it is left out.
    ///
    /// - Throws: `PolicyError` if it is something else.
    mutating func texts(_ name: String) throws(PolicyError) -> [String] {
        guard let node = takeIfPresent(name) else { return [] }
        return try Self.texts(node, name)
    }

    static func texts(_ node: Node, _ name: String) throws(PolicyError) -> [String] {
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
            throw error(node, "'\(name)' is a list of one or more texts")
        }
        var texts: [String] = []
        for element in sequence { texts.append(try text(element, name)) }
        return texts
    }

    /// A number in a range; `standard` if it is left out.
    ///
    /// - Throws: `PolicyError` if it is missing without a standard, no number, or outside of the range.
    mutating func number(
        _ name: String,
        in range: ClosedRange<Double>,
        standard: Double? = nil
    ) throws(PolicyError) -> Double {
        guard let node = takeIfPresent(name) else {
            guard let standard else { throw error("'\(name)' is missing") }
            return standard
        }
        guard case .scalar(let scalar) = node, let value = Double(scalar.string), range.contains(value) else {
            throw Self.error(node, "'\(name)' is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// One of some words; `standard` if it is left out.
    ///
    /// - Throws: `PolicyError` if it is missing without a standard, or another word.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        standard: Word? = nil
    ) throws(PolicyError) -> Word where Word.RawValue == String {
        guard let node = takeIfPresent(name) else {
            guard let standard else { throw error("'\(name)' is missing") }
            return standard
        }
        guard case .scalar(let scalar) = node, let word = Word(rawValue: scalar.string) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.error(node, "'\(name)' is one of \(words)")
        }
        return word
    }

    /// Makes sure that nothing is left over.
    ///
    /// - Throws: `PolicyError` at the first member that nobody has taken.
    func finish() throws(PolicyError) {
        guard let member = members.first else { return }
        throw Self.error(member.key, "'\(member.name.printable)' is not known here")
    }
}
