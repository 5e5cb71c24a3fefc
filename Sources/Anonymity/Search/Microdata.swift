/// The columns of a table that decide how it may be released.
struct Microdata: Sendable {
    /// The quasi-identifiers.
    let quasiIdentifiers: [LevelTable]
    /// How much each counts in the loss metric.
    let weights: [Double]
    /// The sensitive columns of the requirements, one each.
    let sensitive: [SensitiveColumn]
    let rowCount: Int

    /// A sensitive column as a requirement sees it.
    struct SensitiveColumn: Sendable {
        let requirement: PrivacyRequirement
        /// For each row the code of its value.
        let codes: [Int]
        let valueCount: Int
        let distance: EarthMoversDistance?

        /// - Throws: `AnonymityError` if there is no such column, or a value does not fit.
        init(_ requirement: PrivacyRequirement, in table: TextTable) throws(AnonymityError) {
            guard let column = table.column(requirement.column) else {
                throw .missingColumn(name: requirement.column)
            }
            self.requirement = requirement
            codes = column.codes
            valueCount = column.values.count
            distance = try requirement.distance(column)
        }
    }

    /// The rows that are alike on a node of the lattice.
    func partition(at levels: [Int]) -> Partition {
        var keys = [UInt64](repeating: 0, count: rowCount)
        var spread: UInt64 = 1
        for (column, level) in zip(quasiIdentifiers, levels) {
            let size = UInt64(column.labels[level].count)
            if size == 1 { continue }
            let (product, overflow) = spread.multipliedReportingOverflow(by: size)
            if overflow {
                let partition = Partition(keys)
                keys = partition.classes.map(UInt64.init)
                // There are less classes than 2³² and less values, so that this does not overflow.
                spread = UInt64(partition.sizes.count) * size
            } else {
                spread = product
            }
            let codes = column.generalized[level]
            for row in 0..<rowCount { keys[row] = keys[row] * size + UInt64(codes[column.codes[row]]) }
        }
        return Partition(keys)
    }
}

/// Rows in classes.
struct Partition: Sendable {
    /// The class of each row, numbered in the order in which they first occur.
    let classes: [Int]
    /// How many rows each class has.
    let sizes: [Int]

    /// Rows with the same key are in one class.
    init(_ keys: [UInt64]) {
        var numbers: [UInt64: Int] = [:]
        var classes: [Int] = []
        var sizes: [Int] = []
        classes.reserveCapacity(keys.count)
        for key in keys {
            if let number = numbers[key] {
                classes.append(number)
                sizes[number] += 1
            } else {
                numbers[key] = sizes.count
                classes.append(sizes.count)
                sizes.append(1)
            }
        }
        (self.classes, self.sizes) = (classes, sizes)
    }

    /// The rows of each class, one class behind the other, and where each begins.
    var rows: (sorted: [Int], starts: [Int]) {
        var starts = [0]
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        var next = starts
        var sorted = [Int](repeating: 0, count: classes.count)
        for (row, number) in classes.enumerated() {
            sorted[next[number]] = row
            next[number] += 1
        }
        return (sorted, starts)
    }
}
