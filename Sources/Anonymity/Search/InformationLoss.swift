/// What a node of the lattice loses, and what it and all nodes above lose at least.
struct InformationLoss {
    private let data: Microdata
    private let metric: InformationMetric
    private let weightSum: Double

    init(_ data: Microdata, _ metric: InformationMetric) {
        (self.data, self.metric) = (data, metric)
        weightSum = data.weights.reduce(0, +)
    }

    /// What no release at this node or above can go below, without knowing its classes; nil if that needs them.
    ///
    /// A cell that is left out costs what none costs more, so the sum over all rows bounds the loss metric from below.
    func bound(at levels: [Int]) -> Double? {
        guard metric == .loss else { return nil }
        return loss(at: levels, suppressed: 0) { _ in true }
    }

    /// The same for a metric of class sizes: a row that is left out costs as much as there are rows, and none costs
    /// more.
    func bound(_ partition: Partition) -> Double? {
        guard metric == .discernibility else { return nil }
        return partition.sizes.reduce(0) { $0 + Double($1) * Double($1) }
    }

    /// What is lost if some classes are left out.
    func value(at levels: [Int], _ partition: Partition, _ selection: ClassSelection) -> Double {
        switch metric {
        case .loss:
            return loss(at: levels, suppressed: selection.suppressedRows) { row in
                selection.isKept[partition.classes[row]]
            }
        case .discernibility:
            var sum = Double(selection.suppressedRows) * Double(data.rowCount)
            for (size, kept) in zip(partition.sizes, selection.isKept) where kept {
                sum += Double(size) * Double(size)
            }
            return sum
        }
    }

    private func loss(at levels: [Int], suppressed: Int, isKept: (Int) -> Bool) -> Double {
        guard weightSum > 0 else { return 0 }
        var sum = 0.0
        for (place, column) in data.quasiIdentifiers.enumerated() {
            let companions = column.companions[levels[place]]
            var lost = 0
            if levels[place] > 0 {
                for row in 0..<data.rowCount where isKept(row) { lost += companions[column.codes[row]] }
            }
            // A column of one value cannot lose any.
            let share = column.valueCount > 1 ? Double(lost) / Double(column.valueCount - 1) : 0
            sum += data.weights[place] * (share + Double(suppressed))
        }
        return sum / (weightSum * Double(data.rowCount))
    }
}
