/// What is wrong with rules, and where.
public struct RulesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, counted from 1; nil if it is the file as a whole.
    public let line: Int?
    /// The column, counted from 1.
    public let column: Int?
    /// What is wrong, in words.
    public let reason: String

    init(_ reason: String, line: Int? = nil, column: Int? = nil) {
        (self.reason, self.line, self.column) = (reason, line, column)
    }

    /// `line:column: reason`, as compilers write it.
    public var description: String {
        guard let line, let column else { return reason }
        return "\(line):\(column): \(reason)"
    }
}

/// A fault of rules with the members that lead to it; the place in the file is found afterwards.
struct RulesFault: Error {
    let reason: String
    let path: [RulesPlace.Step]
}
