import BulwarkEvaluation
import Foundation

/// Numbers as they are printed for people: the same everywhere, in no locale.
///
/// What is not finite is printed as *undefined*. A space before a percent sign or a unit does not break.
package enum NumberText {
    /// What is printed when there is no value.
    package static let undefined = "undefined"

    /// A rate as a percentage with one decimal; never 0 or 100 unless the rate is exactly that.
    package static func percent(_ rate: Double) -> String {
        rate.isFinite ? bare(rate) + "\u{A0}%" : undefined
    }

    /// A rate that may be missing.
    package static func percent(_ rate: Double?) -> String { rate.map { percent($0) } ?? undefined }

    /// The interval of a rate in percent, as in `[94.8, 97.3]`.
    package static func percentInterval(_ estimate: Estimate) -> String {
        "[\(bare(estimate.lower)), \(bare(estimate.upper))]"
    }

    /// A rate with its interval, as in `96.2 % [94.8, 97.3]`, or *undefined*.
    package static func percentWithInterval(_ estimate: Estimate) -> String {
        estimate.value == nil ? undefined : percent(estimate.value) + " " + percentInterval(estimate)
    }

    /// A number with a fixed count of decimals.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return undefined }
        let text = String(format: "%.\(decimals)f", value)
        // A small negative number must not be printed as "-0.0".
        return text.hasPrefix("-") && !text.contains(where: { ("1"..."9").contains($0) })
            ? String(text.dropFirst()) : text
    }

    /// A distance or radius with three significant digits, or *undefined*.
    package static func distance(_ value: Double?) -> String {
        guard let value, value.isFinite else { return undefined }
        if abs(value) >= 1_000, abs(value) < 1e15 { return grouped(Int(value.rounded())) }
        return String(format: "%.3g", value)
    }

    /// A difference with its sign, three significant digits.
    package static func change(_ value: Double) -> String {
        guard value.isFinite else { return undefined }
        return (value > 0 ? "+" : value < 0 ? "−" : "") + distance(abs(value))
    }

    /// A count with a comma between thousands.
    package static func grouped(_ count: Int) -> String {
        let digits = String(count.magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return (count < 0 ? "-" : "") + result
    }

    /// A median of counts: a half only where there is one.
    package static func median(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return undefined }
        return value == value.rounded() ? grouped(Int(value)) : fixed(value, decimals: 1)
    }

    /// A duration, as in `0.42 s`, `12.3 s` or `3 min 20 s`.
    package static func seconds(_ value: Double) -> String {
        guard value.isFinite, value >= 0, value < 1e12 else { return undefined }
        if value < 9.995 { return fixed(value, decimals: 2) + "\u{A0}s" }
        if value < 119.95 { return fixed(value, decimals: 1) + "\u{A0}s" }
        let whole = Int(value.rounded())
        if whole < 7_200 { return "\(whole / 60)\u{A0}min \(whole % 60)\u{A0}s" }
        return "\(grouped(whole / 3_600))\u{A0}h \(whole % 3_600 / 60)\u{A0}min"
    }

    private static func bare(_ rate: Double) -> String {
        rate.isFinite ? rate.inPercent : undefined
    }
}
