/// HTML or SVG source in which nothing that came from outside can become markup.
///
/// A value can be made only from a literal in the source code and from interpolations, and an interpolated
/// string is escaped. So a class name such as `<script>` stays a class name, and forgetting to escape does
/// not compile.
public struct Markup: Sendable, Equatable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// The source.
    public let source: String

    /// Markup written in the source code.
    public init(stringLiteral value: String) { source = value }

    /// Markup with values in it; strings among them are escaped.
    public init(stringInterpolation: Interpolation) { source = stringInterpolation.source }

    /// No markup.
    public static let empty: Markup = ""

    /// The source.
    public var description: String { source }

    /// Collects the parts of a literal.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var source = ""

        /// Makes room for a literal.
        public init(literalCapacity: Int, interpolationCount: Int) {
            source.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        /// Appends a part that stands in the source code.
        public mutating func appendLiteral(_ literal: String) { source += literal }

        /// Appends text, escaped for element content and for attributes in quotes.
        public mutating func appendInterpolation(_ text: String) { source += Markup.escape(text) }

        /// Appends a whole number.
        public mutating func appendInterpolation(_ number: Int) { source += String(number) }

        /// Appends markup as it is.
        public mutating func appendInterpolation(_ markup: Markup) { source += markup.source }

        /// Appends markup as it is, or nothing.
        public mutating func appendInterpolation(_ markup: Markup?) { source += markup?.source ?? "" }

        /// Appends pieces of markup one after another.
        public mutating func appendInterpolation(_ parts: [Markup]) {
            for part in parts { source += part.source }
        }

        /// Appends a position or length in a drawing, in user units with at most two decimals.
        public mutating func appendInterpolation(at coordinate: Double) {
            source += Markup.coordinate(coordinate)
        }
    }

    /// Text that reads the same in a browser and cannot end an element or an attribute.
    private static func escape(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(VisibleText.isHarmless(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return result
    }

    private static func coordinate(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let hundredths = (max(-1e9, min(1e9, value)) * 100).rounded()
        let whole = hundredths / 100
        return whole == whole.rounded() ? String(Int(whole)) : String(whole)
    }
}
