import BulwarkEvaluation
import BulwarkReports
import Testing

struct AxisTests {
    @Test(arguments: [
        (0.0, 0.3, 6, ["0", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"]),
        (0.0, 1.0, 6, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0.0, 8.0 / 255, 4, ["0", "0.01", "0.02", "0.03"]),
        (0.0, 64.0, 6, ["0", "20", "40", "60"]),
        (-1.0, 1.0, 4, ["-1.0", "-0.5", "0", "0.5", "1.0"]),
        (0.0, 3e-9, 3, ["0", "1e-09", "2e-09", "3e-09"]),
        (2.0, 2.0, 5, ["2"]),
    ])
    func ticksAreRoundNumbers(lower: Double, upper: Double, count: Int, labels: [String]) {
        #expect(Axis.ticks(in: lower...upper, about: count).map(\.label) == labels)
    }

    @Test func positionsAreProportionalAndNeverUndefined() {
        let axis = Axis(range: 0...2, start: 100, end: 0)
        #expect([0, 1, 2].map { axis.position($0) } == [100, 50, 0])
        #expect(axis.position(.nan) == 100)
        #expect(Axis(range: 1...1, start: 3, end: 9).position(1) == 3)
    }
}

struct ChartTests {
    private static let estimate = Estimate(value: 0.5, lower: 0.4, upper: 0.6, samples: 100)

    private static func curve(_ estimates: [Estimate]) -> ResilienceChart {
        ResilienceChart(
            points: estimates.enumerated().map {
                Assessment.CurvePoint(epsilon: 0.1 * Double($0), robustAccuracy: $1)
            },
            norm: "linf",
            threatEpsilon: 0.2,
            requiredRobustAccuracy: 0.5
        )
    }

    private static let charts: [Markup] = [
        curve([estimate, estimate]).markup,
        curve([]).markup,
        IntervalBar(estimate, reference: .requirement(0.5), name: "<b>\"name\"</b>").markup,
        IntervalBar(.undefined(), reference: .chance(.nan), name: "]]>").markup,
        OperatingCurveChart(
            title: "</title><script>",
            series: [
                .init(
                    name: "<script>alert(1)</script>",
                    points: [[0, 0], [0.5, .nan], [1], [1, 1]],
                    style: 7
                )
            ]
        ).markup,
    ]

    @Test(arguments: charts)
    func everyChartIsWellFormedAndSaysWhatItShows(chart: Markup) throws {
        let page = XMLPage(chart.source)
        #expect(page.error == nil)
        let root = try #require(page.elements.first)
        #expect(root.name == "svg")
        #expect(root.attributes["role"] == "img")
        #expect(root.attributes["viewBox"] != nil)
        #expect(page.elements.dropFirst().first?.name == "title")
        #expect(page.all("script").isEmpty)
        #expect(!chart.source.contains("nan") && !chart.source.contains("inf "))
    }

    @Test func hostileNamesStayText() {
        let text = Self.charts.map { XMLPage($0.source).text }.joined()
        #expect(text.contains("<script>alert(1)</script>"))
        #expect(text.contains("<b>\"name\"</b>"))
    }

    @Test func aPointWithoutAValueInterruptsTheCurve() {
        let page = XMLPage(
            Self.curve([Self.estimate, Self.estimate, .undefined(), Self.estimate]).markup.source
        )
        #expect(page.all("polyline").count == 2)
        #expect(page.all("polygon").count == 2)
        #expect(page.all("circle").count == 3)
        #expect(page.text.contains("epsilon 0.2: undefined."))
    }

    @Test func theBandGoesFromTheLowerToTheUpperEnd() throws {
        // 0 % lies at 302 and 100 % at 34.
        let page = XMLPage(Self.curve([Self.estimate, Self.estimate]).markup.source)
        let points = try #require(page.all("polygon").first?.attributes["points"])
        let heights = points.split(separator: " ").compactMap { Double($0.split(separator: ",")[1]) }
        #expect(heights == [141.2, 141.2, 194.8, 194.8])
    }

    @Test func anUndefinedNumberHasNoDot() {
        let bar = IntervalBar(.undefined(), name: "x")
        #expect(XMLPage(bar.markup.source).all("circle").isEmpty)
        #expect(XMLPage(bar.markup.source).text == "x: undefined")
        #expect(XMLPage(IntervalBar(Self.estimate, name: "x").markup.source).all("circle").count == 1)
    }

    @Test func theDotLiesAtItsValue() throws {
        let bar = IntervalBar(Estimate(value: 0.25, lower: 0, upper: 1, samples: 4), name: "x")
        let page = XMLPage(bar.markup.source)
        #expect(page.all("circle").first?.attributes["cx"] == "52")
        #expect(page.all("rect").first?.attributes["width"] == "192")
    }

    @Test func curvesOfOneStyleLookTheSameInEveryChart() {
        func style(_ series: [OperatingCurveChart.Series]) -> String? {
            XMLPage(OperatingCurveChart(title: "", series: series).markup.source).all("polyline").last?
                .attributes["style"]
        }
        let first = OperatingCurveChart.Series(name: "a", points: [[0, 0], [1, 1]], style: 0)
        let second = OperatingCurveChart.Series(name: "b", points: [[0, 0], [1, 1]], style: 1)
        #expect(style([first, second]) == style([second]))
        #expect(style([first]) != style([second]))
    }
}
