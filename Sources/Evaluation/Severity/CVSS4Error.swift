/// What is wrong with a CVSS version 4.0 vector string.
public enum CVSS4Error: Error, Sendable, Hashable, CustomStringConvertible {
    /// The string is longer than any vector can be.
    case tooLong(bytes: Int, maximumBytes: Int)
    /// The string has characters outside ASCII.
    case notASCII
    /// The string does not begin with `CVSS:4.0/`.
    case missingPrefix
    /// A component is not of the form `metric:value`; components count from 1 after the prefix.
    case malformedComponent(String, position: Int)
    /// No metric has this abbreviation.
    case unknownMetric(String, position: Int)
    /// The metric does not have this value.
    case unknownValue(String, metric: CVSS4Metric)
    /// The metric appears twice.
    case duplicateMetric(CVSS4Metric)
    /// The metric appears after one that the specification lists behind it.
    case metricOutOfOrder(CVSS4Metric, after: CVSS4Metric)
    /// A mandatory metric is not there.
    case missingMetric(CVSS4Metric)

    /// The error as a sentence fragment that names the metric.
    public var description: String {
        switch self {
        case .tooLong(let bytes, let maximumBytes):
            "a CVSS vector of \(bytes) bytes; at most \(maximumBytes) are read"
        case .notASCII:
            "a CVSS vector has only ASCII characters"
        case .missingPrefix:
            "a CVSS 4.0 vector begins with \"CVSS:4.0/\""
        case .malformedComponent(let text, let position):
            "component \(position) of the CVSS vector, \"\(text)\", is not metric:value"
        case .unknownMetric(let name, let position):
            "component \(position) of the CVSS vector names no metric: \"\(name)\""
        case .unknownValue(let value, let metric):
            "CVSS metric \(metric.rawValue) has no value \"\(value)\"; it is X or one of \(metric.values)"
        case .duplicateMetric(let metric):
            "CVSS metric \(metric.rawValue) appears twice"
        case .metricOutOfOrder(let metric, let after):
            "CVSS metric \(metric.rawValue) belongs before \(after.rawValue)"
        case .missingMetric(let metric):
            "CVSS metric \(metric.rawValue) is mandatory and missing"
        }
    }
}
