import BulwarkProvenance

/// Why a table cannot be released as the rules ask.
public enum AnonymityError: Error, Hashable, Sendable {
    /// The table has a column that the rules do not mention.
    case unknownColumn(name: String)
    /// The rules mention a column that the table does not have.
    case missingColumn(name: String)
    /// A value does not fit the hierarchy or the distance of its column.
    case unfitValue(column: String, row: Int, problem: String)
    /// Two values that are alike on one level of a hierarchy differ on a higher one.
    case notNested(column: String, level: Int)
    /// A level is asked for that the hierarchy does not have.
    case noSuchLevel(column: String, level: Int, highest: Int)
    /// There are more combinations of levels than are searched.
    case tooManyNodes(count: Int, maximum: Int)
    /// No combination of levels reaches what is asked for.
    case unreachable(what: String, maximumSuppressedRows: Int, rows: Int)
    /// The table that was made does not have what was asked for, as the check found.
    case releaseFails(requirement: String, reached: String)
    /// Pseudonyms are asked for and there is no key.
    case keyNeeded(column: String)
    /// The population has fewer rows in a class than the table that is released.
    case populationTooSmall(classRows: Int, populationRows: Int)
    /// Something is wrong with the population, and nothing with the table.
    indirect case ofPopulation(AnonymityError)
}

extension AnonymityError: CustomStringConvertible {
    /// The error in words; of the content, only names of columns are repeated.
    public var description: String {
        switch self {
        case .unknownColumn(let name):
            "the rules say nothing about the column '\(name.printable)'; what is not named is not released"
        case .missingColumn(let name): "there is no column '\(name.printable)'"
        case .unfitValue(let column, let row, let problem):
            "column '\(column.printable)', row \(row): \(problem)"
        case .notNested(let column, let level):
            "column '\(column.printable)': level \(level) parts values that are together on level \(level - 1)"
        case .noSuchLevel(let column, let level, let highest):
            "column '\(column.printable)': there is no level \(level); the highest is \(highest)"
        case .tooManyNodes(let count, let maximum):
            "the quasi-identifiers have \(count) combinations of levels; at most \(maximum) are searched"
        case .unreachable(let what, let allowed, let rows):
            "no generalisation reaches \(what) with at most \(allowed) of \(rows) rows suppressed"
        case .releaseFails(let requirement, let reached):
            "the table does not have what was asked for: \(requirement), and \(reached) was reached"
        case .keyNeeded(let column):
            "column '\(column.printable)': pseudonyms need a key"
        case .populationTooSmall(let classRows, let populationRows):
            "a class has \(classRows) rows and the population \(populationRows) of its kind; "
                + "the population has to hold everybody of the table"
        case .ofPopulation(let error): "the population: \(error)"
        }
    }
}
