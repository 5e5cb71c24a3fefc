/// Characters at one end of a text become stars: `13053`, `1305*`, `130**`, `*`.
public struct MaskingHierarchy: GeneralizationHierarchy {
    /// From which end on characters are masked.
    public enum End: String, Sendable, CaseIterable {
        case start, end
    }

    private let end: End
    private let counts: [Int]

    /// A hierarchy; nil unless the counts are positive and grow.
    ///
    /// - Parameters:
    ///   - end: From which end on characters are masked.
    ///   - counts: How many on each level.
    public init?(from end: End, _ counts: [Int]) {
        guard counts.allSatisfy({ $0 > 0 }), zip(counts, counts.dropFirst()).allSatisfy({ $0 < $1 }) else {
            return nil
        }
        (self.end, self.counts) = (end, counts)
    }

    /// As many as there are counts.
    public var innerLevelCount: Int { counts.count }

    /// The text with stars; its length stays the same.
    public func generalized(_ text: String, to level: Int) throws(UnfitValue) -> String {
        let masked = min(counts[level - 1], text.count)
        let stars = String(repeating: "*", count: masked)
        return switch end {
        case .start: stars + text.dropFirst(masked)
        case .end: text.dropLast(masked) + stars
        }
    }
}
