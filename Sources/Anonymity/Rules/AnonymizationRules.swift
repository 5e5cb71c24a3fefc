import BulwarkProvenance
import Foundation

/// What is done with each column of a table, and what the table has to have afterwards.
public struct AnonymizationRules: Sendable {
    /// The name of the format, in the file's `schema`.
    public static let schema = "bulwark.anonymization/1"
    /// The longest file of rules that is read.
    public static let maximumBytes = 16 << 20

    /// The rules by the names of columns, in the order of the names.
    public let columns: [(name: String, rule: ColumnRule)]
    /// What the table has to have; nil if there is no quasi-identifier.
    public let goal: PrivacyGoal?

    package init(columns: [(name: String, rule: ColumnRule)], goal: PrivacyGoal?) {
        (self.columns, self.goal) = (columns, goal)
    }

    /// Reads rules from JSON.
    ///
    /// - Throws: `RulesError` with line and column.
    public init(json: Data) throws(RulesError) {
        let bytes = [UInt8](json)
        let value = try Self.value(bytes)
        do throws(RulesFault) {
            try self.init(value)
        } catch {
            guard !error.path.isEmpty else { throw RulesError(error.reason) }
            let offset = RulesPlace.offset(of: error.path, in: bytes)
            let place = RulesPlace.lineAndColumn(of: offset, in: bytes)
            throw RulesError(error.reason, line: place.line, column: place.column)
        }
    }

    private static func value(_ bytes: [UInt8]) throws(RulesError) -> JSONValue {
        do throws(JSONError) {
            return try JSONReader.read(bytes, limits: JSONLimits(maximumBytes: maximumBytes))
        } catch {
            switch error {
            case .malformed(let problem, let offset):
                let place = RulesPlace.lineAndColumn(of: offset, in: bytes)
                throw RulesError(problem, line: place.line, column: place.column)
            case .duplicateMember(let name, let offset):
                let place = RulesPlace.lineAndColumn(of: offset, in: bytes)
                throw RulesError(
                    "there are two members '\(name.printable)'",
                    line: place.line,
                    column: place.column
                )
            default: throw RulesError("\(error)")
            }
        }
    }

    private init(_ value: JSONValue) throws(RulesFault) {
        var settings = try RuleSettings(value, [], "a file of rules")
        let schema = try settings.text("schema")
        guard schema == Self.schema else {
            throw settings.fault(
                "the schema is '\(schema.printable)'; '\(Self.schema)' is read",
                "schema"
            )
        }
        var section = try RuleSettings(
            settings.take("columns"),
            settings.place("columns"),
            "'columns'"
        )
        var columns: [(name: String, rule: ColumnRule)] = []
        for (name, value) in section.takeAll() {
            columns.append((name, try ColumnRule(value, section.place(name))))
        }
        guard !columns.isEmpty else { throw settings.fault("there is no column", "columns") }
        self.columns = columns
        let hasQuasiIdentifiers = columns.contains {
            if case .quasiIdentifier = $0.rule { true } else { false }
        }
        if let value = settings.takeIfPresent("privacy") {
            goal = try PrivacyGoal(value, settings.place("privacy"), columns)
        } else {
            guard !hasQuasiIdentifiers else {
                throw settings.fault("there are quasi-identifiers, and 'privacy' with 'k' is missing")
            }
            goal = nil
        }
        try settings.finish()
    }
}
