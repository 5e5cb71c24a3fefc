/// Which classes of a partition may be released.
///
/// A class that is too small, or whose sensitive values do not satisfy the requirements, is left out with all of
/// its rows. Closeness is that to the rows that are kept, so when classes are left out for it, the others are looked
/// at again until all are close enough.
struct ClassSelection {
    /// For each class whether it is kept.
    private(set) var isKept: [Bool]
    /// How many rows are left out.
    private(set) var suppressedRows = 0
    /// Whether the limit was passed by what can only shrink when values become more general: classes that are
    /// too small or have too few distinct values.
    private(set) var isHopeless = false
    /// Whether the limit was passed, or nothing is left.
    private(set) var isRefused = false

    private let partition: Partition
    private let maximumSuppressedRows: Int

    init(_ partition: Partition, of data: Microdata, k: Int, maximumSuppressedRows: Int) {
        self.partition = partition
        self.maximumSuppressedRows = maximumSuppressedRows
        isKept = partition.sizes.map { $0 >= k }
        for (size, kept) in zip(partition.sizes, isKept) where !kept { suppressedRows += size }
        isHopeless = isOver
        if isHopeless || data.sensitive.isEmpty {
            isRefused = isOver
            return
        }
        let rows = partition.rows
        for column in data.sensitive where column.requirement.survivesAnyUnion { drop(column, rows) }
        isHopeless = isOver
        for column in data.sensitive where !column.requirement.survivesAnyUnion && !isOver {
            if !column.requirement.dependsOnTable { drop(column, rows) }
        }
        let close = data.sensitive.filter { $0.requirement.dependsOnTable }
        var last = -1
        while !close.isEmpty, !isOver, last != suppressedRows {
            last = suppressedRows
            let kept = self.isKept
            for column in close { drop(column, rows, comparedWith: kept) }
        }
        // With no row to spare every class has to satisfy everything, and then the union of classes does.
        if maximumSuppressedRows == 0 { isHopeless = isOver }
        isRefused = isOver
    }

    private var isOver: Bool {
        suppressedRows > maximumSuppressedRows || suppressedRows == partition.classes.count
    }

    /// Leaves out the classes that do not satisfy a requirement.
    private mutating func drop(
        _ column: Microdata.SensitiveColumn,
        _ rows: (sorted: [Int], starts: [Int]),
        comparedWith kept: [Bool]? = nil
    ) {
        var all = [Int](repeating: 0, count: kept == nil ? 0 : column.valueCount)
        if let kept {
            for (row, number) in partition.classes.enumerated() where kept[number] {
                all[column.codes[row]] += 1
            }
        }
        var counts = [Int](repeating: 0, count: column.valueCount)
        for number in isKept.indices where isKept[number] {
            let members = rows.sorted[rows.starts[number]..<rows.starts[number + 1]]
            for row in members { counts[column.codes[row]] += 1 }
            // Only closeness has to see the values that a class lacks.
            let seen = kept == nil ? Self.present(counts, members, column.codes) : counts
            let reached = column.requirement.reached(seen, of: all, column.distance)
            for row in members { counts[column.codes[row]] = 0 }
            guard !column.requirement.isMet(by: reached) else { continue }
            isKept[number] = false
            suppressedRows += partition.sizes[number]
        }
    }

    /// The counts that are not zero, found without looking at those that are.
    static func present(_ counts: [Int], _ members: ArraySlice<Int>, _ codes: [Int]) -> [Int] {
        guard members.count < counts.count / 4 else { return counts }
        return Set(members.map { codes[$0] }).sorted().map { counts[$0] }
    }
}
