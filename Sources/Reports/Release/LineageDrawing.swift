/// The boxes and arrows of a lineage.
enum LineageDrawing {
    private static let line: Markup = "fill:none;stroke:var(--muted, #59636d);stroke-width:1.5"
    private static let head: Markup = "fill:var(--muted, #59636d)"

    /// A box with a kind and a name; what nobody has stated is dashed.
    static func box(_ box: LineageChart.Box, left: Double, top: Double) -> Markup {
        let dashes: Markup = box.isMissing ? ";stroke-dasharray:5 4" : ""
        let border: Markup =
            box.isMissing
            ? "var(--bad, #a8320b)" : box.isRun ? "var(--accent, #0b62a3)" : "var(--muted, #59636d)"
        let place =
            box.entry.map { "\(box.kind) · entry \($0)" }
            ?? (box.isMissing && !box.isRun ? "\(box.kind) · no manifest" : box.kind)
        let drawn: Markup = """
            <rect x="\(at: left)" y="\(at: top)" width="\(at: LineageChart.columnWidth)" \
            height="\(at: LineageChart.boxHeight)" rx="\(at: box.isRun ? 18 : 4)" \
            style="fill:var(--soft, #f5f6f8);stroke:\(border);stroke-width:1.5\(dashes)"/>\
            <text x="\(at: left + 12)" y="\(at: top + 19)" font-size="12" font-weight="700">\(place)</text>\
            <text x="\(at: left + 12)" y="\(at: top + 36)" font-size="12" \
            style="fill:var(--muted, #59636d)">\(ForeignText.clipped(box.name, to: 24))</text>
            """
        return box.entry.map { entry -> Markup in "<a href=\"#entry-\(String(entry))\">\(drawn)</a>" }
            ?? drawn
    }

    /// From data on the left into a run on the right.
    static func arrowAcross(from y: Double, to end: Double) -> Markup {
        let left = 2 + LineageChart.columnWidth
        let right = left + LineageChart.columnGap
        let bend = left + LineageChart.columnGap / 2 - 2
        return """
            <path d="M\(at: left) \(at: y)H\(at: bend)V\(at: end)H\(at: right - 5)" style="\(line)"/>\
            <path d="M\(at: right - 1) \(at: end)l-8 -4.5v9z" style="\(head)"/>
            """
    }

    /// From one step down into the next.
    static func arrowDown(from top: Double, to bottom: Double) -> Markup {
        let x = 2 + LineageChart.columnWidth * 1.5 + LineageChart.columnGap
        return """
            <path d="M\(at: x) \(at: top)V\(at: bottom - 5)" style="\(line)"/>\
            <path d="M\(at: x) \(at: bottom - 1)l-4.5 -8h9z" style="\(head)"/>
            """
    }

    /// From the model around the right side into one of its assessments.
    static func arrowAround(from top: Double, to bottom: Double) -> Markup {
        let right = 2 + 2 * LineageChart.columnWidth + LineageChart.columnGap
        let edge = right + LineageChart.margin - 6
        return """
            <path d="M\(at: right) \(at: top)H\(at: edge)V\(at: bottom)H\(at: right + 5)" style="\(line)"/>\
            <path d="M\(at: right + 1) \(at: bottom)l8 -4.5v9z" style="\(head)"/>
            """
    }
}
