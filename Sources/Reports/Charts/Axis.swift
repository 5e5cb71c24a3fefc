import Foundation

/// A straight scale from values to positions in a drawing, with round numbers to mark on it.
package struct Axis {
    /// The values at the two ends.
    package let range: ClosedRange<Double>
    /// The positions of the two ends, in user units; the second may be the smaller.
    package let start: Double
    package let end: Double

    /// An axis over `range` from one position to another.
    package init(range: ClosedRange<Double>, start: Double, end: Double) {
        self.range = range
        self.start = start
        self.end = end
    }

    /// The position of a value; a range of one value lies at its start.
    package func position(_ value: Double) -> Double {
        let length = range.upperBound - range.lowerBound
        guard length > 0, value.isFinite else { return start }
        return start + (value - range.lowerBound) / length * (end - start)
    }

    /// A mark on an axis.
    package struct Tick: Equatable {
        /// Where it is.
        package let value: Double
        /// What stands beside it.
        package let label: String
    }

    /// Multiples of 1, 2 or 5 times a power of ten inside a range, all labelled with the same number of
    /// decimals.
    ///
    /// - Parameters:
    ///   - range: The values that can be marked.
    ///   - count: About how many marks are wanted, at least 1.
    /// - Returns: The marks, from the lowest up.
    package static func ticks(in range: ClosedRange<Double>, about count: Int) -> [Tick] {
        let length = range.upperBound - range.lowerBound
        guard length > 0, length.isFinite, count > 0 else {
            return [Tick(value: range.lowerBound, label: NumberText.distance(range.lowerBound))]
        }
        let (step, exponent) = roundStep(atLeast: length / Double(count))
        let first = Int((range.lowerBound / step).rounded(.up))
        let last = Int((range.upperBound / step * (1 + 1e-12)).rounded(.down))
        guard first <= last, last - first < 1_000 else { return [] }
        return (first...last).map { multiple in
            let value = Double(multiple) * step
            let isPlain = (-4...6).contains(exponent)
            let label =
                isPlain
                ? NumberText.fixed(value, decimals: max(0, -exponent))
                : String(format: "%.3g", value)
            return Tick(value: value, label: multiple == 0 ? "0" : label)
        }
    }

    /// The smallest of 1, 2 and 5 times a power of ten that is not below `minimum`, and that power's
    /// exponent.
    private static func roundStep(atLeast minimum: Double) -> (step: Double, exponent: Int) {
        var exponent = Int(log10(minimum).rounded(.down))
        for factor in [1.0, 2, 5] {
            let step = factor * pow(10, Double(exponent))
            if step >= minimum * (1 - 1e-12) { return (step, exponent) }
        }
        exponent += 1
        return (pow(10, Double(exponent)), exponent)
    }
}
