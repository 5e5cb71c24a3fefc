import BulwarkProvenance

/// What is asked of the sensitive values of every class.
public struct PrivacyRequirement: Sendable {
    /// What has to hold.
    public enum Model: Sendable {
        /// At least `l` distinct values.
        case distinct(l: Int)
        /// An entropy of at least the logarithm of `l`.
        case entropy(l: Double)
        /// The most frequent value is less than `c` times as frequent as all from the `l`-th on.
        case recursive(c: Double, l: Int)
        /// A distribution no further than `t` from that of the whole table.
        case closeness(t: Double, GroundDistance)
    }

    /// What is forgiven to the rounding of logarithms and sums.
    package static let tolerance = 1e-9

    /// The sensitive column.
    public let column: String
    /// What has to hold.
    public let model: Model

    package init(column: String, _ model: Model) { (self.column, self.model) = (column, model) }

    /// Whether a class that is made larger by any rows keeps what it has.
    ///
    /// Entropy, recursive diversity and closeness are kept when classes that all have them are joined; a class
    /// without can spoil them.
    package var survivesAnyUnion: Bool {
        if case .distinct = model { true } else { false }
    }

    /// Whether the whole table is needed to decide about a class.
    package var dependsOnTable: Bool {
        if case .closeness = model { true } else { false }
    }

    /// What is reached by a class; see `isMet(by:)`.
    ///
    /// - Parameters:
    ///   - counts: How often each sensitive value occurs in the class.
    ///   - all: How often in the whole table.
    ///   - distance: The distance of the column's values, for closeness.
    /// - Returns: Distinct values, the exponential of the entropy, the ratio, or the distance.
    package func reached(_ counts: [Int], of all: [Int], _ distance: EarthMoversDistance?) -> Double {
        switch model {
        case .distinct: return Double(Diversity.distinct(counts))
        case .entropy: return Diversity.entropy(counts)
        case .recursive(_, let l): return Diversity.recursiveRatio(counts, l: l)
        case .closeness:
            guard let distance else { preconditionFailure("closeness needs a distance") }
            return distance.distance(counts, all)
        }
    }

    /// Whether what a class reached is enough.
    package func isMet(by reached: Double) -> Bool {
        switch model {
        case .distinct(let l): reached >= Double(l)
        case .entropy(let l): reached >= l - Self.tolerance
        case .recursive(let c, _): reached < c
        case .closeness(let t, _): reached <= t + Self.tolerance
        }
    }

    /// The worse of what two classes reached.
    package func worse(_ left: Double, _ right: Double) -> Double {
        switch model {
        case .distinct, .entropy: min(left, right)
        case .recursive, .closeness: max(left, right)
        }
    }

    /// The distance of the column's values; nil if none is needed.
    ///
    /// - Throws: `AnonymityError` if a value does not fit.
    package func distance(_ column: TextColumn) throws(AnonymityError) -> EarthMoversDistance? {
        guard case .closeness(_, let ground) = model else { return nil }
        return try EarthMoversDistance(ground, column)
    }
}

extension PrivacyRequirement: CustomStringConvertible {
    /// As in `entropy 3-diversity of 'disease'`.
    public var description: String {
        let name = column.printable
        return switch model {
        case .distinct(let l): "distinct \(l)-diversity of '\(name)'"
        case .entropy(let l): "entropy \(l)-diversity of '\(name)'"
        case .recursive(let c, let l): "recursive (\(c), \(l))-diversity of '\(name)'"
        case .closeness(let t, _): "\(t)-closeness of '\(name)'"
        }
    }
}
