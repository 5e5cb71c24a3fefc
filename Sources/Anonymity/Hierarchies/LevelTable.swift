import BulwarkProvenance

/// A quasi-identifier with what each of its values becomes on every level.
struct LevelTable: Sendable {
    /// The column's name.
    let name: String
    /// For each row the code of its value.
    let codes: [Int]
    /// For each level what the code of a value becomes.
    let generalized: [[Int]]
    /// For each level the texts of these codes.
    let labels: [[String]]
    /// For each level and value, how many other values of the table become the same.
    let companions: [[Int]]

    /// - Throws: `AnonymityError` if a value does not fit, or the levels do not lie in each other.
    init(_ column: TextColumn, _ hierarchy: any GeneralizationHierarchy) throws(AnonymityError) {
        (name, codes) = (column.name, column.codes)
        var generalized: [[Int]] = [Array(column.values.indices)]
        var labels = [column.values]
        for level in 1...hierarchy.innerLevelCount + 1 {
            var distinct = TextColumn(name: column.name)
            for (code, value) in column.values.enumerated() {
                do throws(UnfitValue) {
                    distinct.append(try Self.label(value, level, hierarchy))
                } catch {
                    throw .unfitValue(
                        column: column.name,
                        row: column.firstRow(of: code),
                        problem: error.problem
                    )
                }
            }
            guard Self.isNested(generalized[level - 1], distinct.codes) else {
                throw .notNested(column: column.name, level: level)
            }
            generalized.append(distinct.codes)
            labels.append(distinct.values)
        }
        (self.generalized, self.labels) = (generalized, labels)
        companions = generalized.map { codes in
            var counts = [Int](repeating: 0, count: codes.count)
            for code in codes { counts[code] += 1 }
            return codes.map { counts[$0] - 1 }
        }
    }

    /// The number of the level on which every value is `*`.
    var highestLevel: Int { generalized.count - 1 }

    /// How many distinct values the column has.
    var valueCount: Int { labels[0].count }

    /// What a row becomes on a level.
    func label(row: Int, level: Int) -> String { labels[level][generalized[level][codes[row]]] }

    /// What a value becomes; a missing one stays so until everything is suppressed.
    static func label(
        _ value: String,
        _ level: Int,
        _ hierarchy: any GeneralizationHierarchy
    ) throws(UnfitValue) -> String {
        if level == 0 { return value }
        if level > hierarchy.innerLevelCount { return "*" }
        return value.isEmpty ? "" : try hierarchy.generalized(value, to: level)
    }

    private static func isNested(_ finer: [Int], _ coarser: [Int]) -> Bool {
        var becomes: [Int: Int] = [:]
        for (fine, coarse) in zip(finer, coarser) {
            if let before = becomes.updateValue(coarse, forKey: fine), before != coarse { return false }
        }
        return true
    }
}
