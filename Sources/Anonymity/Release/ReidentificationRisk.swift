/// How likely it is that a row is found to be that of a certain person, by the sizes of classes.
///
/// Source: El Emam, "Guide to the De-Identification of Personal Health Information", 2013, chapters 16 and 17.
public struct ReidentificationRisk: Sendable, Hashable, Encodable {
    /// How many rows there are.
    public let rows: Int
    /// How many classes there are.
    public let classes: Int
    /// The largest risk of a row if the attacker knows that the person is in the table.
    ///
    /// One over the smallest class; nil without rows.
    public let prosecutorMaximum: Double?
    /// The same risk on average over the rows: classes over rows; nil without rows.
    public let prosecutorAverage: Double?
    /// How many rows are alone in their class.
    public let uniqueRows: Int

    /// The risk of a table whose classes have these sizes.
    public init(classSizes: [Int]) {
        rows = classSizes.reduce(0, +)
        classes = classSizes.count
        prosecutorMaximum = classSizes.min().map { 1 / Double($0) }
        prosecutorAverage = rows > 0 ? Double(classes) / Double(rows) : nil
        uniqueRows = classSizes.count { $0 == 1 }
    }
}

/// The same for an attacker who does not know who is in the table, but has a register of everybody who could be.
public struct PopulationRisk: Sendable, Hashable, Encodable {
    /// How many rows the population has.
    public let populationRows: Int
    /// The largest risk of a row (journalist): one over the least people who are like a row of the table.
    public let journalistMaximum: Double
    /// The same risk on average over the rows (marketer): what share of them is found by guessing for all.
    public let marketerAverage: Double

    /// The risk of classes.
    ///
    /// - Parameters:
    ///   - classes: For each class its rows in the table and in the population.
    ///   - populationRows: How many rows the population has.
    /// - Throws: `AnonymityError.populationTooSmall` if a class has more rows than there are people like that.
    package init(
        _ classes: [(rows: Int, population: Int)],
        populationRows: Int
    ) throws(AnonymityError) {
        for (rows, population) in classes where population < rows {
            throw .populationTooSmall(classRows: rows, populationRows: population)
        }
        let rows = classes.reduce(0) { $0 + $1.rows }
        self.populationRows = populationRows
        journalistMaximum = classes.map { 1 / Double($0.population) }.max() ?? 0
        let expected = classes.reduce(0) { $0 + Double($1.rows) / Double($1.population) }
        marketerAverage = rows > 0 ? expected / Double(rows) : 0
    }
}
