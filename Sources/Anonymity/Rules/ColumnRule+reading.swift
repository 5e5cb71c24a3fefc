import BulwarkProvenance

/// The roles by their names in rules.
private enum Role: String, CaseIterable {
    case identifier
    case quasiIdentifier = "quasi-identifier"
    case sensitive, insensitive, text
}

/// What becomes of identifiers, by its name in rules.
private enum Action: String, CaseIterable {
    case drop, pseudonymize
}

/// What becomes of personal information in texts, by its name in rules.
private enum TextTreatment: String, CaseIterable {
    case report, label, pseudonymize
}

extension ColumnRule {
    /// Reads the rule of a column.
    init(_ value: JSONValue, _ path: [RulesPlace.Step]) throws(RulesFault) {
        var settings = try RuleSettings(value, path, "the rule of a column")
        switch try settings.word("role") as Role {
        case .identifier:
            switch try settings.word("action") as Action {
            case .drop: self = .drop
            case .pseudonymize: self = .pseudonymize(try PseudonymRule(&settings))
            }
        case .quasiIdentifier: self = .quasiIdentifier(try QuasiIdentifierRule(&settings))
        case .sensitive: self = .sensitive
        case .insensitive: self = .insensitive
        case .text: self = .text(try TextRule(&settings))
        }
        try settings.finish()
    }
}

extension PseudonymRule {
    init(_ settings: inout RuleSettings) throws(RulesFault) {
        let domain = try settings.textIfPresent("domain")
        let bits = try settings.wholeIfPresent("bits", in: Self.minimumBits...256) ?? Self.minimumBits
        guard bits.isMultiple(of: 8) else { throw settings.fault("'bits' is a multiple of 8") }
        self.init(domain: domain, bits: bits, encoding: try settings.word("encoding", standard: .base32))
    }
}

extension QuasiIdentifierRule {
    fileprivate init(_ settings: inout RuleSettings) throws(RulesFault) {
        let hierarchy = try HierarchyReading.hierarchy(
            settings.take("hierarchy"),
            settings.place("hierarchy")
        )
        let highest = hierarchy.innerLevelCount + 1
        let minimum = try settings.wholeIfPresent("minimumLevel", in: 0...highest) ?? 0
        let maximum = try settings.wholeIfPresent("maximumLevel", in: minimum...highest)
        self.init(
            hierarchy,
            minimumLevel: minimum,
            maximumLevel: maximum,
            weight: try settings.numberIfPresent("weight", in: 0...1e6) ?? 1
        )
    }
}

extension TextRule {
    fileprivate init(_ settings: inout RuleSettings) throws(RulesFault) {
        var kinds = PersonalInformation.usual
        if let names = try settings.textsIfPresent("find") {
            kinds = []
            for (place, name) in names.enumerated() {
                guard let kind = PersonalInformation(rawValue: name) else {
                    let known = PersonalInformation.allCases.map(\.rawValue).joined(separator: ", ")
                    throw RulesFault(
                        reason: "'\(name.printable)' is not looked for; there are \(known)",
                        path: settings.place("find") + [.element(place)]
                    )
                }
                kinds.append(kind)
            }
        }
        let certainty: Certainty = try settings.word("minimumCertainty", standard: .likely)
        let treatment: TextRule.Treatment =
            switch try settings.word("action", standard: TextTreatment.label) {
            case .report: .report
            case .label: .label
            case .pseudonymize: .pseudonymize(try PseudonymRule(&settings))
            }
        self.init(kinds: kinds, minimumCertainty: certainty, treatment: treatment)
    }
}
