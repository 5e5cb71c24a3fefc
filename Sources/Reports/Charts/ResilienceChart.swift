import BulwarkEvaluation

/// Robust accuracy over the radius of the perturbation, with the confidence band around it.
public struct ResilienceChart: Sendable {
    /// The points, in order of growing radius.
    public var points: [Assessment.CurvePoint]
    /// The name of the norm, as in `linf`.
    public var norm: String
    /// The radius of the threat model, marked on the axis.
    public var threatEpsilon: Double
    /// The robust accuracy that is required, marked across the chart.
    public var requiredRobustAccuracy: Double

    /// All parts.
    public init(
        points: [Assessment.CurvePoint],
        norm: String,
        threatEpsilon: Double,
        requiredRobustAccuracy: Double
    ) {
        self.points = points
        self.norm = norm
        self.threatEpsilon = threatEpsilon
        self.requiredRobustAccuracy = requiredRobustAccuracy
    }

    private static let width = 640.0
    private static let height = 360.0

    /// The drawing as an `svg` element, 640 by 360 units.
    public var markup: Markup {
        let finite = points.map(\.epsilon).filter(\.isFinite)
        let lowest = min(0, finite.min() ?? 0)
        let highest = max(finite.max() ?? 0, threatEpsilon.isFinite ? threatEpsilon : 0)
        let x = Axis(range: lowest...max(highest, lowest), start: 70, end: Self.width - 20)
        let y = Axis(range: 0...1, start: Self.height - 58, end: 34)
        return Drawing.frame(
            width: Self.width,
            height: Self.height,
            style: "chart",
            title: "Robust accuracy over epsilon (\(Wording.norm(norm)))",
            description: description,
            content: grid(x, y) + limits(x, y) + segments.map { curve($0, x, y) }
        )
    }

    private var description: Markup {
        let parts = points.map { point -> Markup in
            "epsilon \(NumberText.distance(point.epsilon)): \(NumberText.percentWithInterval(point.robustAccuracy)). "
        }
        return "\(parts)"
    }

    /// The runs of points that have a value: a point without one interrupts the curve.
    private var segments: [[Assessment.CurvePoint]] {
        points.split { $0.robustAccuracy.value == nil || !$0.epsilon.isFinite }.map(Array.init)
    }

    private func grid(_ x: Axis, _ y: Axis) -> [Markup] {
        let rows: [Markup] = stride(from: 0, through: 100, by: 25).map { percent in
            let position = y.position(Double(percent) / 100)
            return """
                <path d="M\(at: x.start) \(at: position)H\(at: x.end)" style="stroke:\(Drawing.faint)"/>\
                <text x="\(at: x.start - 8)" y="\(at: position + 4.5)" text-anchor="end">\(percent)\u{A0}%</text>
                """
        }
        let columns: [Markup] = Axis.ticks(in: x.range, about: 6).map { tick in
            let position = x.position(tick.value)
            return """
                <path d="M\(at: position) \(at: y.start)v5" stroke="currentColor"/>\
                <text x="\(at: position)" y="\(at: y.start + 22)" text-anchor="middle">\(tick.label)</text>
                """
        }
        let names: Markup = """
            <text x="4" y="16" font-weight="600">robust accuracy</text>\
            <text x="\(at: x.end)" y="\(at: Self.height - 8)" text-anchor="end" font-weight="600">\
            epsilon (\(Wording.norm(norm)), input units)</text>
            """
        return rows + columns + [names]
    }

    private func limits(_ x: Axis, _ y: Axis) -> [Markup] {
        var result: [Markup] = []
        if (0...1).contains(requiredRobustAccuracy) {
            let position = y.position(requiredRobustAccuracy)
            result.append(
                """
                <path d="M\(at: x.start) \(at: position)H\(at: x.end)" stroke-dasharray="6 4" \
                style="stroke:\(Drawing.limit);stroke-width:1.5"/>\
                <text x="\(at: x.end - 2)" y="\(at: position - 6)" text-anchor="end" style="fill:\(Drawing.limit);\
                paint-order:stroke;stroke:\(Drawing.paper);stroke-width:4">\
                required \(NumberText.percent(requiredRobustAccuracy))</text>
                """
            )
        }
        if threatEpsilon.isFinite, threatEpsilon > 0 {
            let position = x.position(threatEpsilon)
            let isRight = position > (x.start + x.end) / 2
            result.append(
                """
                <path d="M\(at: position) \(at: y.start)V\(at: y.end - 16)" stroke-dasharray="2 3" stroke="currentColor"/>\
                <text x="\(at: position + (isRight ? -6 : 6))" y="\(at: y.end - 8)" \
                text-anchor="\(isRight ? "end" : "start" as Markup)" \
                style="paint-order:stroke;stroke:\(Drawing.paper);stroke-width:4">\
                threat: ε = \(NumberText.distance(threatEpsilon))</text>
                """
            )
        }
        return result
    }

    private func curve(_ points: [Assessment.CurvePoint], _ x: Axis, _ y: Axis) -> Markup {
        let upper = points.map { (x.position($0.epsilon), y.position($0.robustAccuracy.upper)) }
        let lower = points.map { (x.position($0.epsilon), y.position($0.robustAccuracy.lower)) }
        let middle = points.map { (x.position($0.epsilon), y.position($0.robustAccuracy.value ?? 0)) }
        let dots = zip(points, middle).map { point, place -> Markup in
            """
            <circle cx="\(at: place.0)" cy="\(at: place.1)" r="4.5" \
            style="fill:\(Drawing.accent);stroke:\(Drawing.paper);stroke-width:1.5">\
            <title>ε = \(NumberText.distance(point.epsilon)): \
            \(NumberText.percentWithInterval(point.robustAccuracy))</title></circle>
            """
        }
        return """
            <polygon points="\(Drawing.points(upper + lower.reversed()))" \
            style="fill:\(Drawing.accent);fill-opacity:0.16"/>\
            <polyline points="\(Drawing.points(middle))" fill="none" \
            style="stroke:\(Drawing.accent);stroke-width:2.25;stroke-linejoin:round"/>\(dots)
            """
    }
}
