import BulwarkProvenance

private enum ModelKind: String, CaseIterable {
    case diversity = "l-diversity"
    case closeness = "t-closeness"
}

private enum Variant: String, CaseIterable {
    case distinct, entropy, recursive
}

private enum Distance: String, CaseIterable {
    case equal, numeric, ordered, hierarchical
}

extension PrivacyGoal {
    init(
        _ value: JSONValue,
        _ path: [RulesPlace.Step],
        _ columns: [(name: String, rule: ColumnRule)]
    ) throws(RulesFault) {
        var settings = try RuleSettings(value, path, "'privacy'")
        let k = try settings.whole("k", in: 1...1_000_000_000)
        let maximumSuppression = try settings.numberIfPresent("maximumSuppression", in: 0...1) ?? 0
        let metric: InformationMetric = try settings.word("metric", standard: .loss)
        var requirements: [PrivacyRequirement] = []
        if let models = settings.takeIfPresent("models") {
            guard case .array(let elements) = models else {
                throw settings.fault("'models' is a list", "models")
            }
            for (place, element) in elements.enumerated() {
                let path = settings.place("models") + [.element(place)]
                requirements.append(try PrivacyRequirement(element, path, columns))
            }
        }
        try settings.finish()
        self.init(
            k: k,
            requirements: requirements,
            maximumSuppression: maximumSuppression,
            metric: metric
        )
    }
}

extension PrivacyRequirement {
    fileprivate init(
        _ value: JSONValue,
        _ path: [RulesPlace.Step],
        _ columns: [(name: String, rule: ColumnRule)]
    ) throws(RulesFault) {
        var settings = try RuleSettings(value, path, "a model")
        let kind: ModelKind = try settings.word("kind")
        let column = try settings.text("column")
        let isSensitive = columns.contains {
            if case .sensitive = $0.rule { ExactString($0.name) == ExactString(column) } else { false }
        }
        guard isSensitive else {
            throw settings.fault("'\(column.printable)' is no sensitive column", "column")
        }
        let model: Model =
            switch kind {
            case .diversity: try Self.diversity(&settings)
            case .closeness:
                .closeness(t: try settings.number("t", in: 0...1), try Self.distance(&settings))
            }
        try settings.finish()
        self.init(column: column, model)
    }

    private static func diversity(_ settings: inout RuleSettings) throws(RulesFault) -> Model {
        switch try settings.word("variant") as Variant {
        case .distinct: .distinct(l: try settings.whole("l", in: 1...1_000_000))
        case .entropy: .entropy(l: try settings.number("l", in: 1...1e6))
        case .recursive:
            .recursive(
                c: try settings.number("c", in: 1e-6...1e6),
                l: try settings.whole("l", in: 1...1_000_000)
            )
        }
    }

    private static func distance(_ settings: inout RuleSettings) throws(RulesFault) -> GroundDistance {
        switch try settings.word("distance") as Distance {
        case .equal: return .equal
        case .numeric: return .numeric
        case .ordered:
            guard let order = try settings.textsIfPresent("order") else {
                throw settings.fault("'order' is missing")
            }
            guard Set(order.map { ExactString($0) }).count == order.count else {
                throw settings.fault("'order' has a text twice", "order")
            }
            return .ordered(order)
        case .hierarchical:
            return .hierarchical(
                try HierarchyReading.tree(settings.take("tree"), settings.place("tree"))
            )
        }
    }
}
