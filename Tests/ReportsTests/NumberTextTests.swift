import BulwarkEvaluation
import BulwarkReports
import Testing

struct NumberTextTests {
    @Test(arguments: [
        (0.0, "0.0 %"), (1.0, "100.0 %"), (0.962, "96.2 %"), (0.0004, "<0.1 %"), (0.0005, "0.1 %"),
        (0.9996, ">99.9 %"), (0.9994, "99.9 %"), (Double.nan, "undefined"), (Double.infinity, "undefined"),
    ])
    func percentagesNeverRoundToNothingOrEverything(rate: Double, text: String) {
        #expect(NumberText.percent(rate).replacing("\u{A0}", with: " ") == text)
    }

    @Test func anUndefinedEstimateIsNotZero() {
        #expect(NumberText.percentWithInterval(.undefined()) == "undefined")
        #expect(NumberText.percent(Estimate.undefined().value) == "undefined")
        #expect(NumberText.distance(nil) == "undefined")
    }

    @Test func anEstimateComesWithItsInterval() {
        let estimate = Estimate(value: 0.5, lower: 0.25, upper: 0.9996, samples: 8)
        #expect(NumberText.percentWithInterval(estimate) == "50.0\u{A0}% [25.0, >99.9]")
    }

    @Test(
        arguments: [
            (0.300_000_011_920_929, "0.3"), (8.0 / 255, "0.0314"), (12, "12"), (1_234.4, "1,234"),
            (1e-7, "1e-07"),
            (0, "0"), (-2.5, "-2.5"), (.nan, "undefined"),
        ] as [(Double, String)]
    )
    func distancesHaveThreeDigits(value: Double, text: String) { #expect(NumberText.distance(value) == text) }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")])
    func thousandsAreGrouped(count: Int, text: String) { #expect(NumberText.grouped(count) == text) }

    @Test(
        arguments: [
            (0.0, "0.00 s"), (0.424, "0.42 s"), (9.999, "10.0 s"), (119.9, "119.9 s"), (200.4, "3 min 20 s"),
            (7_512, "2 h 5 min"), (-1, "undefined"), (.infinity, "undefined"),
        ] as [(Double, String)]
    )
    func durationsReadNaturally(seconds: Double, text: String) {
        #expect(NumberText.seconds(seconds).replacing("\u{A0}", with: " ") == text)
    }

    @Test func aSmallNegativeNumberHasNoSign() { #expect(NumberText.fixed(-0.001, decimals: 1) == "0.0") }

    @Test func aMedianBetweenTwoCountsKeepsItsHalf() {
        #expect(NumberText.median(503.5) == "503.5")
        #expect(NumberText.median(1_000) == "1,000")
    }
}
