import BulwarkEvaluation

/// A number with its interval, drawn as a dot and a bar on a short track from 0 to 100 %.
public struct IntervalBar: Sendable {
    /// What is drawn.
    public var estimate: Estimate
    /// A value to compare with, marked across the track.
    public var reference: Reference?
    /// What the number is, for those who do not see the drawing.
    public var name: String

    /// A value to compare with.
    public enum Reference: Sendable {
        /// What is required.
        case requirement(Double)
        /// What guessing gives.
        case chance(Double)
    }

    /// A bar for a number between 0 and 1.
    public init(_ estimate: Estimate, reference: Reference? = nil, name: String) {
        self.estimate = estimate
        self.reference = reference
        self.name = name
    }

    /// The drawing as an `svg` element, 200 by 20 units.
    public var markup: Markup {
        let axis = Axis(range: 0...1, start: 4, end: 196)
        let ends: [Markup] = [0, 0.5, 1].map { value in
            "<path d=\"M\(at: axis.position(value)) 6.5v7\" style=\"stroke:\(Drawing.faint)\"/>"
        }
        let dashes: Markup = estimate.value == nil ? " stroke-dasharray=\"2 5\"" : ""
        let track: Markup = """
            <path d="M\(at: axis.start) 10H\(at: axis.end)" style="stroke:\(Drawing.faint);stroke-width:2"\(dashes)/>
            """
        return Drawing.frame(
            width: 200,
            height: 20,
            style: "interval",
            title: "\(name): \(NumberText.percentWithInterval(estimate))",
            description: nil,
            content: [track] + ends + [referenceMark(axis), mark(axis)]
        )
    }

    private func referenceMark(_ axis: Axis) -> Markup {
        let (value, color): (Double, Markup)
        switch reference {
        case .requirement(let required): (value, color) = (required, Drawing.limit)
        case .chance(let chance): (value, color) = (chance, "currentColor")
        case nil: return .empty
        }
        guard value.isFinite else { return .empty }
        let x = axis.position(min(max(value, 0), 1))
        return "<path d=\"M\(at: x) 2.5v15\" style=\"stroke:\(color);stroke-width:1.5\"/>"
    }

    /// The interval is taller than the dot, so that a narrow one is still seen.
    private func mark(_ axis: Axis) -> Markup {
        guard let value = estimate.value else { return .empty }
        let place = { (value: Double) in axis.position(min(max(value, 0), 1)) }
        let (left, right) = (place(estimate.lower), place(estimate.upper))
        return """
            <rect x="\(at: left)" y="4" width="\(at: max(right - left, 1))" height="12" rx="1.5" \
            style="fill:\(Drawing.accent);fill-opacity:0.38"/>\
            <circle cx="\(at: place(value))" cy="10" r="3.2" style="fill:\(Drawing.accent)"/>
            """
    }
}
