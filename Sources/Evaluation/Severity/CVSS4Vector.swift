/// A severity, typed by a person, as a CVSS version 4.0 vector.
///
/// A vector that exists is valid: every base metric is there, every value is one its metric can have.
/// Optional metrics that are "not defined" (X) are the same as absent ones. Source: FIRST, "Common
/// Vulnerability Scoring System version 4.0: Specification Document".
public struct CVSS4Vector: Sendable, Hashable {
    /// The longest string that is read, in UTF-8 bytes; the longest valid one has fewer than half of them.
    public static let maximumBytes = 512

    private static let prefix = "CVSS:4.0/"

    /// The defined metrics, without any X.
    private let values: [CVSS4Metric: String]

    /// Reads a vector string such as `CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N`.
    ///
    /// - Parameter text: The string: the prefix, then metrics in the order of the specification.
    /// - Throws: A `CVSS4Error` naming the metric that is wrong or missing.
    public init(_ text: String) throws(CVSS4Error) {
        let bytes = text.utf8.count
        guard bytes <= Self.maximumBytes else {
            throw .tooLong(bytes: bytes, maximumBytes: Self.maximumBytes)
        }
        // Beyond ASCII a character can be many scalars, and equal strings can have different bytes.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw .notASCII }
        guard text.hasPrefix(Self.prefix) else { throw .missingPrefix }
        let components = text.dropFirst(Self.prefix.count).split(
            separator: "/",
            omittingEmptySubsequences: false
        )
        var seen: Set<CVSS4Metric> = []
        var values: [CVSS4Metric: String] = [:]
        var last: CVSS4Metric?
        for (index, component) in components.enumerated() {
            let (metric, value) = try Self.parse(component, position: index + 1)
            guard seen.insert(metric).inserted else { throw .duplicateMetric(metric) }
            if let last, metric.position < last.position { throw .metricOutOfOrder(metric, after: last) }
            last = metric
            if value != "X" { values[metric] = value }
        }
        for metric in CVSS4Metric.allCases where metric.group == .base && values[metric] == nil {
            throw .missingMetric(metric)
        }
        self.values = values
    }

    /// Makes a vector that is known to be valid.
    init(validated values: [CVSS4Metric: String]) {
        precondition(
            CVSS4Metric.allCases.allSatisfy { $0.group != .base || values[$0] != nil }
                && values.allSatisfy { $0.key.values.contains($0.value) },
            "a vector written in the source is valid"
        )
        self.values = values
    }

    /// The value of a metric, or nil if it is not defined.
    ///
    /// - Parameter metric: Any of the 32 metrics; a base metric always has a value.
    public subscript(metric: CVSS4Metric) -> String? {
        values[metric]
    }

    private static func parse(
        _ component: Substring,
        position: Int
    ) throws(CVSS4Error) -> (CVSS4Metric, String) {
        let parts = component.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw .malformedComponent(String(component), position: position)
        }
        guard let metric = CVSS4Metric(rawValue: String(parts[0])) else {
            throw .unknownMetric(String(parts[0]), position: position)
        }
        let value = String(parts[1])
        guard metric.values.contains(value) || (value == "X" && metric.group != .base) else {
            throw .unknownValue(value, metric: metric)
        }
        return (metric, value)
    }
}

extension CVSS4Vector: CustomStringConvertible {
    /// The canonical vector string: metrics in the order of the specification, those not defined left out.
    public var description: String {
        let components = CVSS4Metric.allCases.compactMap { metric in
            values[metric].map { "\(metric.rawValue):\($0)" }
        }
        return Self.prefix + components.joined(separator: "/")
    }
}

extension CVSS4Vector: Codable {
    /// Reads a vector from its string.
    ///
    /// - Throws: `DecodingError.dataCorrupted` with the `CVSS4Error` as its underlying error.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: error.description,
                    underlyingError: error
                )
            )
        }
    }

    /// Writes the canonical vector string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension CVSS4Metric {
    private static let positions = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) }
    )

    /// The place of the metric in a vector string.
    fileprivate var position: Int {
        Self.positions[self, default: 0]
    }
}
