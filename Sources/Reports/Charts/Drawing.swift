/// The frame of a chart as SVG, and the colours all charts share.
///
/// Text and axes take the colour of the text around the chart. Other colours are CSS custom properties, so
/// that a page can set them for light and dark; without a page the fallbacks are seen. Font sizes are
/// attributes, which a page's style sheet overrides on narrow screens.
enum Drawing {
    /// An `svg` element that scales with its place and says what it shows to those who do not see it.
    static func frame(
        width: Double,
        height: Double,
        style: Markup,
        title: Markup,
        description: Markup?,
        content: [Markup]
    ) -> Markup {
        let explained: Markup? = description.map { "<desc>\($0)</desc>" }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="\(style)" viewBox="0 0 \(at: width) \(at: height)" \
            role="img" font-size="13" font-family="inherit" fill="currentColor" stroke="none">\
            <title>\(title)</title>\(explained)\(content)</svg>
            """
    }

    /// The colour of lines that carry the message of a chart with one series.
    static let accent: Markup = "var(--accent, #0b62a3)"
    /// The colour of requirements and limits.
    static let limit: Markup = "var(--limit, #b4430c)"
    /// The colour behind everything.
    static let paper: Markup = "var(--paper, #fff)"
    /// The colour of what should not draw attention.
    static let faint: Markup = "var(--line, #d5dadf)"

    /// The colour and the dashes of one of several series.
    ///
    /// The colours are told apart with the common forms of colour blindness (after M. Okabe and K. Ito,
    /// "Color Universal Design", 2008); the dashes tell them apart in print.
    static func series(_ index: Int) -> (color: Markup, dashes: Markup) {
        let colors: [Markup] = [
            "var(--series-1, #0072b2)", "var(--series-2, #c4500a)", "var(--series-3, #00805e)",
            "var(--series-4, #a8487f)", "var(--series-5, #8a6400)", "var(--series-6, #4d5860)",
        ]
        let dashes: [Markup] = ["none", "7 3", "2 3", "9 3 2 3", "4 2", "12 4"]
        return (colors[index % colors.count], dashes[index % dashes.count])
    }

    /// The points of a `polyline`, `polygon` or path.
    static func points(_ points: [(x: Double, y: Double)]) -> Markup {
        let parts = points.map { point -> Markup in "\(at: point.x),\(at: point.y) " }
        return "\(parts)"
    }
}
