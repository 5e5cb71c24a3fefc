/// One thing that a rule found in a file.
public struct ScanFinding: Sendable, Equatable {
    /// The rule that found it.
    public let rule: ScanRule
    /// How much it weighs here.
    public let severity: ScanSeverity
    /// Where it is: members of archives, then a name or a byte, such as `data.pkl > byte 26`.
    public let location: String
    /// What was found, with names from the file made printable and short.
    public let what: String

    /// Why it matters.
    public var why: String { rule.why }

    init(_ rule: ScanRule, _ severity: ScanSeverity, at location: String, _ what: String) {
        (self.rule, self.severity, self.location, self.what) = (rule, severity, location, what)
    }
}

extension ScanFinding: Codable {
    private enum Key: String, CodingKey {
        case rule, severity, what, place = "where", why
    }

    /// Writes the finding as `{"rule", "severity", "what", "where", "why"}`.
    ///
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rule, forKey: .rule)
        try container.encode(severity, forKey: .severity)
        try container.encode(what, forKey: .what)
        try container.encode(location, forKey: .place)
        try container.encode(why, forKey: .why)
    }

    /// Reads what `encode(to:)` wrote; the reason follows from the rule.
    ///
    /// - Throws: `DecodingError` if a field is missing or a rule is unknown.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        rule = try container.decode(ScanRule.self, forKey: .rule)
        severity = try container.decode(ScanSeverity.self, forKey: .severity)
        what = try container.decode(String.self, forKey: .what)
        location = try container.decode(String.self, forKey: .place)
    }
}
