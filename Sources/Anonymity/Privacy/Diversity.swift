import Foundation

/// How varied the sensitive values of one class are (Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam,
/// "l-Diversity: Privacy Beyond k-Anonymity", ACM TKDD 1(1), 2007).
///
/// All take how often each value occurs in the class; zeros do not count.
package enum Diversity {
    /// How many distinct values there are.
    package static func distinct(_ counts: [Int]) -> Int { counts.count { $0 > 0 } }

    /// The exponential of the entropy: the largest l for which the class has entropy l-diversity (section 4.1).
    package static func entropy(_ counts: [Int]) -> Double {
        let total = Double(counts.reduce(0, +))
        guard total > 0 else { return 0 }
        var entropy = 0.0
        for count in counts where count > 0 {
            let share = Double(count) / total
            entropy -= share * log(share)
        }
        return exp(entropy)
    }

    /// The most frequent value over all from the l-th most frequent on, r₁ / (rₗ + … + rₘ).
    ///
    /// The class has recursive (c, l)-diversity if this is less than c (section 4.1). It is infinite if there are
    /// less than l values.
    package static func recursiveRatio(_ counts: [Int], l: Int) -> Double {
        let sorted = counts.filter { $0 > 0 }.sorted(by: >)
        guard let first = sorted.first else { return .infinity }
        let rest = sorted.dropFirst(l - 1).reduce(0, +)
        return rest > 0 ? Double(first) / Double(rest) : .infinity
    }
}
