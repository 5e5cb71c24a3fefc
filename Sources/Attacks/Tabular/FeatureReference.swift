/// A feature of a table: its position from 0, or its name.
public enum FeatureReference: Sendable, Hashable, CustomStringConvertible {
    /// The position, from 0.
    case index(Int)
    /// The name, as the data have it.
    case name(String)

    /// The position or the name as text.
    public var description: String {
        switch self {
        case .index(let index): "\(index)"
        case .name(let name): "\"\(name)\""
        }
    }
}

extension FeatureReference: Codable {
    /// Reads a whole number or a string.
    ///
    /// - Throws: `DecodingError` for anything else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let index = try? container.decode(Int.self) {
            self = .index(index)
        } else if let name = try? container.decode(String.self) {
            self = .name(name)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a feature is a name or a position, a whole number from 0"
            )
        }
    }

    /// Writes a whole number or a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .index(let index): try container.encode(index)
        case .name(let name): try container.encode(name)
        }
    }
}

extension FeatureReference: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// A position written in the source.
    public init(integerLiteral value: Int) { self = .index(value) }
    /// A name written in the source.
    public init(stringLiteral value: String) { self = .name(value) }
}
