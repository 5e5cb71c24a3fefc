/// A column that trees ask about: a feature of the row, and what is done to it on the way to the trees.
///
/// Each step is rising or falling in the arithmetic of floats, since rounding keeps the order of numbers. So a
/// question about the column is one about the feature, with a threshold that bisection finds to the last bit.
struct TreeColumn: Sendable, Equatable {
    /// What an operator does to every row alike.
    enum Step: Sendable, Equatable {
        case add(Float)
        case subtract(Float)
        /// The number less the column.
        case subtractFrom(Float)
        /// By a number other than zero.
        case multiply(Float)
        case divide(Float)
        case atLeast(Float)
        case atMost(Float)
    }

    /// What a question about the column asks of the feature.
    enum Cut: Equatable {
        /// All floats have the same answer.
        case always(Bool)
        /// Whether the feature is at most this.
        case atMost(Float)
        /// Whether the feature is above this.
        case above(Float)
    }

    let feature: Int
    private(set) var steps: [Step] = []

    init(_ feature: Int) { self.feature = feature }

    /// The column after one more step; nil if the step's number is not finite, or makes all values equal.
    func after(_ step: Step) -> TreeColumn? {
        switch step {
        case .add(let number), .subtract(let number), .subtractFrom(let number), .atLeast(let number),
            .atMost(let number):
            guard number.isFinite else { return nil }
        case .multiply(let number), .divide(let number):
            guard number.isFinite, number != 0 else { return nil }
        }
        var column = self
        column.steps.append(step)
        return column
    }

    /// What the trees see of a feature.
    func value(_ feature: Float) -> Float {
        steps.reduce(feature) { value, step in
            switch step {
            case .add(let number): value + number
            case .subtract(let number): value - number
            case .subtractFrom(let number): number - value
            case .multiply(let number): value * number
            case .divide(let number): value / number
            case .atLeast(let number): max(value, number)
            case .atMost(let number): min(value, number)
            }
        }
    }

    /// For which features the column is at most a limit.
    func cut(atMost limit: Float) -> Cut {
        if steps.isEmpty, limit.isFinite { return .atMost(limit) }
        func isYes(_ ordinal: Int) -> Bool { value(Float(ordinal: ordinal)) <= limit }
        let end = Float.greatestFiniteMagnitude.ordinal
        var (low, high) = (-end, end)
        let first = isYes(low)
        guard isYes(high) != first else { return .always(first) }
        while high - low > 1 {
            let middle = (low + high) / 2
            if isYes(middle) == first { low = middle } else { high = middle }
        }
        return first ? .atMost(Float(ordinal: low)) : .above(Float(ordinal: low))
    }
}

extension Float {
    /// How many floats a finite one is above zero.
    fileprivate var ordinal: Int { sign == .minus ? -Int((-self).bitPattern) : Int(bitPattern) }

    fileprivate init(ordinal: Int) {
        let magnitude = Float(bitPattern: UInt32(abs(ordinal)))
        self = ordinal < 0 ? -magnitude : magnitude
    }
}
