import BulwarkTensors

/// One end of the order of numbers, for operators that look for the largest or the smallest.
///
/// NaN lies beyond either end, so that it shows in the result as with NumPy.
enum Extreme: Sendable {
    case largest, smallest

    /// Whether the first number lies further towards this end than the second.
    @inline(__always)
    func prefers(_ one: Float, over other: Float) -> Bool {
        switch self {
        case .largest: one > other || one.isNaN && !other.isNaN
        case .smallest: one < other || one.isNaN && !other.isNaN
        }
    }

    /// Whether the first extent lies further towards this end than the second, or as far, for every batch of
    /// at least one sample; nil if that depends on the batch.
    func prefers(_ one: Dimension, orEqually other: Dimension) -> Bool? {
        guard let opposite = other.multiplied(by: -1), let difference = one.adding(opposite),
            let atOne = difference.adding(Dimension(constant: difference.batchMultiple))?.constant
        else { return nil }
        if atOne >= 0, difference.batchMultiple >= 0 { return self == .largest || difference == 0 }
        if atOne <= 0, difference.batchMultiple <= 0 { return self == .smallest }
        return nil
    }

    /// Of two extents the one further towards this end, or nil if that depends on the batch.
    func pick(_ one: Dimension, _ other: Dimension) -> Dimension? {
        prefers(one, orEqually: other).map { $0 ? one : other }
    }

    /// What every number is preferred over.
    var opposite: Float { self == .largest ? -.infinity : .infinity }
}
