import BulwarkEvaluation

/// Certified, unknown and lost: what a number of samples falls into, as one bar from 0 to 100 %.
public struct BracketBar: Sendable {
    /// Between which numbers the robust accuracy lies.
    public var bracket: Assessment.Certificates.Bracket
    /// The robust accuracy that is required, marked across the bar.
    public var requiredRobustAccuracy: Double

    /// A bar for a bracket.
    public init(_ bracket: Assessment.Certificates.Bracket, requiredRobustAccuracy: Double) {
        self.bracket = bracket
        self.requiredRobustAccuracy = requiredRobustAccuracy
    }

    private static let width = 640.0
    private static let height = 74.0

    /// The drawing as an `svg` element, 640 by 74 units.
    public var markup: Markup {
        let axis = Axis(range: 0...1, start: 32, end: Self.width - 32)
        let certified = bracket.certified.value ?? 0
        let attacked = max(bracket.attacked.value ?? 1, certified)
        return Drawing.frame(
            width: Self.width,
            height: Self.height,
            style: "chart",
            title: "Robust accuracy lies between what is certified and what attacks left",
            description: """
                certified: \(NumberText.percentWithInterval(bracket.certified)). \
                left by the attacks: \(NumberText.percentWithInterval(bracket.attacked)). \
                not known: \(NumberText.percentWithInterval(bracket.gap)).
                """,
            content: [
                part(axis, 0, certified, fill: "var(--good, #00694d)", opacity: 1),
                part(axis, certified, attacked, fill: "var(--open, #7a5600)", opacity: 0.45),
                part(axis, attacked, 1, fill: "var(--bad, #a8320b)", opacity: 0.8),
                interval(axis, bracket.certified, y: 40), interval(axis, bracket.attacked, y: 40),
                requirement(axis), ticks(axis),
            ]
        )
    }

    private func part(_ axis: Axis, _ from: Double, _ to: Double, fill: Markup, opacity: Double) -> Markup {
        guard to > from else { return .empty }
        let (left, right) = (axis.position(from), axis.position(to))
        return """
            <rect x="\(at: left)" y="12" width="\(at: right - left)" height="22" \
            style="fill:\(fill);fill-opacity:\(at: opacity)"/>
            """
    }

    /// The confidence interval under the border of two parts.
    private func interval(_ axis: Axis, _ estimate: Estimate, y: Double) -> Markup {
        guard let value = estimate.value else { return .empty }
        let (left, right) = (axis.position(estimate.lower), axis.position(estimate.upper))
        return """
            <path d="M\(at: left) \(at: y)H\(at: right)M\(at: left) \(at: y - 3)v6M\(at: right) \(at: y - 3)v6\
            M\(at: axis.position(value)) 9v\(at: y - 6)" stroke="currentColor" stroke-width="1.5" fill="none"/>
            """
    }

    private func requirement(_ axis: Axis) -> Markup {
        guard (0...1).contains(requiredRobustAccuracy) else { return .empty }
        return """
            <path d="M\(at: axis.position(requiredRobustAccuracy)) 5v36" \
            style="stroke:\(Drawing.limit);stroke-width:2" stroke-dasharray="4 3"/>
            """
    }

    private func ticks(_ axis: Axis) -> Markup {
        let marks: [Markup] = [0, 25, 50, 75, 100].map { percent in
            """
            <text x="\(at: axis.position(Double(percent) / 100))" y="66" text-anchor="middle">\
            \(percent)\u{A0}%</text>
            """
        }
        return "\(marks)"
    }
}
