import BulwarkProvenance

/// Reads hierarchies and taxonomies from rules.
enum HierarchyReading {
    private enum Kind: String, CaseIterable {
        case ranges, dates, masking, taxonomy, suppression
    }

    static func hierarchy(
        _ value: JSONValue,
        _ path: [RulesPlace.Step]
    ) throws(RulesFault) -> any GeneralizationHierarchy {
        var settings = try RuleSettings(value, path, "a hierarchy")
        let hierarchy: any GeneralizationHierarchy
        switch try settings.word("kind") as Kind {
        case .ranges: hierarchy = try ranges(&settings)
        case .dates: hierarchy = try dates(&settings)
        case .masking: hierarchy = try masking(&settings)
        case .taxonomy:
            hierarchy = TaxonomyHierarchy(try tree(settings.take("tree"), settings.place("tree")))
        case .suppression: hierarchy = SuppressionHierarchy()
        }
        try settings.finish()
        return hierarchy
    }

    private static func ranges(_ settings: inout RuleSettings) throws(RulesFault) -> RangeHierarchy {
        let limits = -1e12...1e12
        let widths = try settings.numbers("widths")
        let origin = try settings.numberIfPresent("origin", in: limits) ?? 0
        let bottom = try settings.numberIfPresent("bottom", in: limits)
        let top = try settings.numberIfPresent("top", in: limits)
        guard
            let hierarchy = RangeHierarchy(
                widths: widths.map(decimal),
                origin: decimal(origin),
                bottom: bottom.map(decimal),
                top: top.map(decimal)
            )
        else {
            throw settings.fault(
                "ranges need widths above 0 of which each is a larger whole multiple of the one before it, at "
                    + "most 9 digits behind the point, and 'bottom' below 'top'"
            )
        }
        return hierarchy
    }

    private static func decimal(_ number: Double) -> String {
        // Up to 2⁵³ whole numbers are exact, and without their fraction they are what the hierarchy reads.
        if let whole = Int(exactly: number) { return "\(whole)" }
        let text = "\(number)"
        // Small numbers are spelled with an exponent, as in 1e-05, which is no decimal number.
        guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]),
            exponent < 0
        else { return text }
        let zeros = String(repeating: "0", count: -exponent - 1)
        return "\(number < 0 ? "-" : "")0.\(zeros)\(text[..<mark].filter(\.isNumber))"
    }

    private static func dates(_ settings: inout RuleSettings) throws(RulesFault) -> DateHierarchy {
        let names = try settings.textsIfPresent("levels") ?? ["month", "year", "decade"]
        let precisions = names.compactMap { DateHierarchy.Precision(rawValue: $0) }
        guard precisions.count == names.count, let hierarchy = DateHierarchy(precisions) else {
            throw settings.fault("'levels' are some of month, quarter, year, decade, century in this order")
        }
        return hierarchy
    }

    private static func masking(_ settings: inout RuleSettings) throws(RulesFault) -> MaskingHierarchy {
        let end: MaskingHierarchy.End = try settings.word("from", standard: .end)
        let counts = try settings.numbers("characters").compactMap { Int(exactly: $0) }
        guard !counts.isEmpty, let hierarchy = MaskingHierarchy(from: end, counts) else {
            throw settings.fault("'characters' are whole numbers above 0 that grow")
        }
        return hierarchy
    }

    /// A tree: objects whose members are more special, and lists of leaves.
    static func tree(_ value: JSONValue, _ path: [RulesPlace.Step]) throws(RulesFault) -> TaxonomyTree {
        var tree = TaxonomyTree()
        try add(value, path, below: 0, to: &tree)
        guard tree.count > 1 else { throw RulesFault(reason: "the taxonomy is empty", path: path) }
        return tree
    }

    private static func add(
        _ value: JSONValue,
        _ path: [RulesPlace.Step],
        below parent: Int,
        to tree: inout TaxonomyTree
    ) throws(RulesFault) {
        func twice(_ name: String, _ path: [RulesPlace.Step]) -> RulesFault {
            RulesFault(reason: "'\(name.printable)' is in the taxonomy twice", path: path)
        }
        switch value {
        case .object(let members):
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                let path = path + [.member(name.text)]
                guard let node = tree.add(name.text, below: parent) else { throw twice(name.text, path) }
                try add(value, path, below: node, to: &tree)
            }
        case .array(let elements):
            for (place, element) in elements.enumerated() {
                let path = path + [.element(place)]
                guard case .string(let name) = element else {
                    throw RulesFault(reason: "a leaf of a taxonomy is a text", path: path)
                }
                guard tree.add(name, below: parent) != nil else { throw twice(name, path) }
            }
        default:
            throw RulesFault(reason: "a taxonomy is an object, or a list of leaves", path: path)
        }
    }
}
