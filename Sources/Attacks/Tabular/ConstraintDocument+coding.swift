/// The JSON form of a document.
///
/// A field that the format does not have is an error: a misspelt constraint must not be one that nobody
/// keeps.
extension ConstraintDocument: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case schema, features, immutable, integer, range, oneHot, monotone, linear
    }

    /// Reads a document.
    ///
    /// - Throws: `DecodingError` for another schema, a field that does not exist or a value of another type.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseFields(beside: Key.self)
        let fields = try decoder.container(keyedBy: Key.self)
        let schema = try fields.decode(String.self, forKey: .schema)
        guard schema == Self.schema else {
            throw DecodingError.dataCorruptedError(
                forKey: .schema,
                in: fields,
                debugDescription: "the schema is not \(Self.schema)"
            )
        }
        func list<Element: Decodable>(_ key: Key) throws -> [Element] {
            try fields.decodeIfPresent([Element].self, forKey: key) ?? []
        }
        self.init(
            features: try fields.decodeIfPresent([String].self, forKey: .features),
            immutable: try list(.immutable),
            integer: try list(.integer),
            range: try list(.range),
            oneHot: try list(.oneHot),
            monotone: try list(.monotone),
            linear: try list(.linear)
        )
    }

    /// Writes a document; kinds without constraints are left out.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        func put(_ list: [some Encodable], _ key: Key) throws {
            if !list.isEmpty { try fields.encode(list, forKey: key) }
        }
        try fields.encode(Self.schema, forKey: .schema)
        try fields.encodeIfPresent(features, forKey: .features)
        try put(immutable, .immutable)
        try put(integer, .integer)
        try put(range, .range)
        try put(oneHot, .oneHot)
        try put(monotone, .monotone)
        try put(linear, .linear)
    }
}

extension ConstraintDocument.Spacing: Codable {
    private enum Key: String, CodingKey, CaseIterable { case feature, step, offset }

    /// Reads a spacing; the step is 1 and the offset 0 unless given.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseFields(beside: Key.self)
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            try fields.decode(FeatureReference.self, forKey: .feature),
            step: try fields.decodeIfPresent(Double.self, forKey: .step) ?? 1,
            offset: try fields.decodeIfPresent(Double.self, forKey: .offset) ?? 0
        )
    }

    /// Writes a spacing.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(feature, forKey: .feature)
        try fields.encode(step, forKey: .step)
        try fields.encode(offset, forKey: .offset)
    }
}

extension ConstraintDocument.Limits: Codable {
    private enum Key: String, CodingKey, CaseIterable { case feature, lower, upper }

    /// Reads limits.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseFields(beside: Key.self)
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            try fields.decode(FeatureReference.self, forKey: .feature),
            lower: try fields.decodeIfPresent(Double.self, forKey: .lower),
            upper: try fields.decodeIfPresent(Double.self, forKey: .upper)
        )
    }

    /// Writes limits; one that is open is left out.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(feature, forKey: .feature)
        try fields.encodeIfPresent(lower, forKey: .lower)
        try fields.encodeIfPresent(upper, forKey: .upper)
    }
}

extension ConstraintDocument.Direction: Codable {
    private enum Key: String, CodingKey, CaseIterable { case feature, direction }

    /// Reads a direction.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseFields(beside: Key.self)
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            try fields.decode(FeatureReference.self, forKey: .feature),
            try fields.decode(Way.self, forKey: .direction)
        )
    }

    /// Writes a direction.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(feature, forKey: .feature)
        try fields.encode(direction, forKey: .direction)
    }
}

extension ConstraintDocument.Relation: Codable {
    private enum Key: String, CodingKey, CaseIterable { case terms, relation, bound }

    /// Reads a relation.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseFields(beside: Key.self)
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            try fields.decode([Term].self, forKey: .terms),
            try fields.decode(Comparison.self, forKey: .relation),
            try fields.decode(Double.self, forKey: .bound)
        )
    }

    /// Writes a relation.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(terms, forKey: .terms)
        try fields.encode(relation, forKey: .relation)
        try fields.encode(bound, forKey: .bound)
    }
}

extension ConstraintDocument.Relation.Term: Codable {
    private enum Key: String, CodingKey, CaseIterable { case feature, coefficient }

    /// Reads a weighted feature.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseFields(beside: Key.self)
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            try fields.decode(Double.self, forKey: .coefficient),
            try fields.decode(FeatureReference.self, forKey: .feature)
        )
    }

    /// Writes a weighted feature.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(feature, forKey: .feature)
        try fields.encode(coefficient, forKey: .coefficient)
    }
}

/// Any field of an object.
private struct AnyField: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// - Throws: `DecodingError` if the object has a field that is none of these.
    fileprivate func refuseFields<Key: CodingKey & CaseIterable>(beside known: Key.Type) throws {
        let names = known.allCases.map(\.stringValue)
        let fields = try container(keyedBy: AnyField.self)
        guard let other = fields.allKeys.first(where: { !names.contains($0.stringValue) }) else { return }
        throw DecodingError.dataCorruptedError(
            forKey: other,
            in: fields,
            debugDescription: "there is no such field; there are \(names.joined(separator: ", "))"
        )
    }
}
