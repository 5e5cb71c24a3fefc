import BulwarkTensors
import Foundation

/// How long to wait before a request is repeated.
package struct Waits: Sendable {
    private let rules: TrafficRules

    /// Waits by some rules.
    package init(rules: TrafficRules) { self.rules = rules }

    /// The wait before repetition `retry` of a request, from 1.
    ///
    /// Exponential, and drawn from the upper half of the interval so that several clients do not come back at
    /// the same moment.
    package func wait(before retry: Int, ofRequest number: Int) -> Duration {
        var random = SeededRandom(seed: rules.seed, stream: "remote.wait", sample: number, restart: retry)
        let full = rules.firstWait.inSeconds * pow(2, Double(retry - 1))
        return .seconds(min(full, rules.maximumWait.inSeconds) * (0.5 + 0.5 * Double(random.uniform())))
    }

    /// What a `Retry-After` header asks for: a number of seconds or a date (RFC 9110, section 10.2.3).
    ///
    /// - Returns: The wait, not below zero; nil if the text is neither.
    package static func retryAfter(_ text: String, date: Date) -> Duration? {
        let text = text.split(separator: " ").joined(separator: " ")
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // As many digits as somebody likes; longer than any wait allowed is long enough.
            return .seconds(min(Double(text) ?? .infinity, 1e9))
        }
        guard let moment = Self.date(text) else { return nil }
        return .seconds(min(max(moment.timeIntervalSince(date), 0), 1e9))
    }

    /// A date in one of the three forms of RFC 9110, section 5.6.7.
    private static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        let forms = [
            "EEE, dd MMM yyyy HH:mm:ss 'GMT'", "EEEE, dd-MMM-yy HH:mm:ss 'GMT'", "EEE MMM d HH:mm:ss yyyy",
        ]
        return forms.lazy.compactMap { form in
            formatter.dateFormat = form
            return formatter.date(from: text)
        }.first
    }
}
