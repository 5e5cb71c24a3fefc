/// What is wrong with a policy, and where.
public struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
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
        guard let line else { return reason }
        return "\(line):\(column.map { "\($0):" } ?? "") \(reason)"
    }
}
