extension FeatureConstraints {
    /// The constraints in words, a line for each kind that there is.
    public var summary: [String] {
        func features(_ indices: [Int]) -> String { Self.list(indices.map { names[$0] }) }
        func line(_ holds: (Int) -> Bool, _ text: String) -> String? {
            let found = names.indices.filter(holds)
            return found.isEmpty ? nil : "\(text): \(features(found))"
        }
        let ends = Float.greatestFiniteMagnitude
        let single = [
            line({ isImmutable[$0] }, "keep their value"),
            line({ lattices[$0] != nil }, "have equally spaced values"),
            line({ lower[$0] > -ends || upper[$0] < ends }, "have a range"),
            line({ directions[$0] == .rising }, "may only rise"),
            line({ directions[$0] == .falling }, "may only fall"),
        ]
        let shown = groups.prefix(Self.maximumShown).map { "one of \(features($0)) is 1, the others 0" }
        let rest = groups.count - shown.count
        return single.compactMap(\.self) + shown
            + (rest > 0 ? ["\(rest) more groups of which one is 1"] : [])
            + (relations.isEmpty
                ? [] : ["\(relations.count) linear \(relations.count == 1 ? "relation" : "relations")"])
    }

    private static let maximumShown = 8

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(maximumShown).joined(separator: ", ")
        let rest = names.count - maximumShown
        return rest > 0 ? "\(shown) and \(rest) more" : shown
    }
}
