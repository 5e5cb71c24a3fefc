/// Receiver operating characteristics: the share of attacks found over the share of clean samples flagged.
///
/// Every curve is named beside a piece of its line, under the curves, where good detectors leave the square
/// empty.
public struct OperatingCurveChart: Sendable {
    /// One detector on one attack.
    public struct Series: Sendable {
        /// What stands beside the line, as in `pgd 0.982`.
        public var name: String
        /// Points (false-positive rate, true-positive rate), in order; others than two finite numbers are
        /// left out.
        public var points: [[Double]]
        /// The number of its colour and dashes, from 0: the same for the same thing in charts beside each
        /// other.
        public var style: Int

        /// All parts.
        public init(name: String, points: [[Double]], style: Int) {
            precondition(style >= 0, "styles are counted from 0")
            self.name = name
            self.points = points
            self.style = style
        }
    }

    /// What the chart is about.
    public var title: String
    /// The curves, in the order of their names from top to bottom.
    public var series: [Series]

    /// Both parts.
    public init(title: String, series: [Series]) {
        self.title = title
        self.series = series
    }

    /// The drawing as an `svg` element, 360 by 368 units.
    public var markup: Markup {
        let x = Axis(range: 0...1, start: 46, end: 348)
        let y = Axis(range: 0...1, start: 318, end: 16)
        let curves = series.map { curve($0, x, y) }
        let names = series.enumerated().map { index, series in name(series, index, x, y) }
        let described = series.map { series -> Markup in "\(series.name). " }
        return Drawing.frame(
            width: 360,
            height: 368,
            style: "chart square",
            title: "\(title)",
            description: "\(described)",
            content: grid(x, y) + curves + names
        )
    }

    private func grid(_ x: Axis, _ y: Axis) -> [Markup] {
        let lines: [Markup] = [0, 0.25, 0.5, 0.75, 1].map { value in
            """
            <path d="M\(at: x.start) \(at: y.position(value))H\(at: x.end)M\(at: x.position(value)) \
            \(at: y.start)V\(at: y.end)" style="stroke:\(Drawing.faint)"/>
            """
        }
        let labels: [Markup] = [0, 50, 100].map { percent in
            let value = Double(percent) / 100
            return """
                <text x="\(at: x.start - 6)" y="\(at: y.position(value) + 4.5)" text-anchor="end">\(percent)</text>\
                <text x="\(at: x.position(value))" y="\(at: y.start + 18)" text-anchor="middle">\(percent)</text>
                """
        }
        let diagonal: Markup = """
            <path d="M\(at: x.start) \(at: y.start)L\(at: x.end) \(at: y.end)" stroke-dasharray="3 4" \
            stroke="currentColor" stroke-opacity="0.5"/>
            """
        let names: Markup = """
            <text x="\(at: x.end)" y="\(at: y.start + 40)" text-anchor="end">clean samples flagged, %</text>\
            <text transform="translate(16 \(at: y.end + 20)) rotate(-90)" text-anchor="end">attacks found, %</text>
            """
        return lines + labels + [diagonal, names]
    }

    private func curve(_ series: Series, _ x: Axis, _ y: Axis) -> Markup {
        let points = series.points
            .filter { $0.count == 2 && $0.allSatisfy(\.isFinite) }
            .map { (x.position(min(max($0[0], 0), 1)), y.position(min(max($0[1], 0), 1))) }
        guard points.count > 1 else { return .empty }
        return """
            <polyline points="\(Drawing.points(points))" fill="none" stroke-dasharray="\(Drawing.series(series.style).dashes)" \
            style="stroke:\(Drawing.series(series.style).color);stroke-width:2;stroke-linejoin:round"/>
            """
    }

    private func name(_ series: Series, _ index: Int, _ x: Axis, _ y: Axis) -> Markup {
        let row = y.start - 12 - 18 * Double(self.series.count - 1 - index)
        return """
            <text x="\(at: x.end - 40)" y="\(at: row)" text-anchor="end" \
            style="paint-order:stroke;stroke:\(Drawing.paper);stroke-width:4">\(series.name)</text>\
            <path d="M\(at: x.end - 34) \(at: row - 4.5)H\(at: x.end - 6)" stroke-width="2.5" \
            stroke-dasharray="\(Drawing.series(series.style).dashes)" style="stroke:\(Drawing.series(series.style).color)"/>
            """
    }
}
