import BulwarkReports
import Testing

struct MarkupTests {
    @Test(arguments: [
        ("<script>", "&lt;script&gt;"),
        ("a & b", "a &amp; b"),
        ("\" onclick='x'", "&quot; onclick=&#39;x&#39;"),
        ("&amp;", "&amp;amp;"),
        ("L∞ ångström 数", "L∞ ångström 数"),
        ("line\nbreak\ttab", "line\nbreak\ttab"),
        ("nul\u{0} escape\u{1B}[31m next\u{85}", "nul\u{FFFD} escape\u{FFFD}[31m next\u{FFFD}"),
        ("safe\u{202E}exe.txt\u{2066}", "safe\u{FFFD}exe.txt\u{FFFD}"),
    ])
    func interpolatedTextIsEscaped(text: String, source: String) {
        let markup: Markup = "<b title=\"\(text)\">\(text)</b>"
        #expect(markup.source == "<b title=\"\(source)\">\(source)</b>")
    }

    @Test func markupInsideMarkupIsKept() {
        let inner: Markup = "<i>\("<")</i>"
        let missing: Markup? = nil
        let outer: Markup = "<p>\(inner)\([inner, inner])\(missing)\(7)</p>"
        #expect(outer.source == "<p><i>&lt;</i><i>&lt;</i><i>&lt;</i>7</p>")
    }

    @Test(arguments: [
        (1.0, "1"), (0.125, "0.13"), (-3.456, "-3.46"), (1e300, "1000000000"), (Double.nan, "0"),
        (-Double.infinity, "0"), (-0.001, "0"),
    ])
    func coordinatesAreShortAndFinite(value: Double, text: String) {
        let markup: Markup = "\(at: value)"
        #expect(markup.source == text)
    }
}
