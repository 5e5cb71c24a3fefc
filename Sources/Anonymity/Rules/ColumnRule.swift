/// What is done with a column.
public enum ColumnRule: Sendable {
    /// It is left out.
    case drop
    /// Its values become pseudonyms.
    case pseudonymize(PseudonymRule)
    /// It could be known to others, and is made less precise.
    case quasiIdentifier(QuasiIdentifierRule)
    /// It is what must not be found out about anybody, and stays as it is.
    case sensitive
    /// It says nothing about anybody, and stays as it is.
    case insensitive
    /// It holds sentences, of which personal information is taken out.
    case text(TextRule)

    /// The role by its name in rules.
    public var role: String {
        switch self {
        case .drop, .pseudonymize: "identifier"
        case .quasiIdentifier: "quasi-identifier"
        case .sensitive: "sensitive"
        case .insensitive: "insensitive"
        case .text: "text"
        }
    }
}

/// How a quasi-identifier becomes less precise.
public struct QuasiIdentifierRule: Sendable {
    /// The levels.
    public let hierarchy: any GeneralizationHierarchy
    /// The lowest level that may be chosen.
    public let minimumLevel: Int
    /// The highest; nil for the highest that there is.
    public let maximumLevel: Int?
    /// How much the column counts in the loss metric.
    public let weight: Double

    package init(
        _ hierarchy: any GeneralizationHierarchy,
        minimumLevel: Int = 0,
        maximumLevel: Int? = nil,
        weight: Double = 1
    ) {
        (self.hierarchy, self.weight) = (hierarchy, weight)
        (self.minimumLevel, self.maximumLevel) = (minimumLevel, maximumLevel)
    }
}
