import BulwarkRemote
import Foundation
import Testing

struct WaitsTests {
    /// A minute before the moment in the examples of RFC 9110.
    private let date = ManualClock.start.addingTimeInterval(-60)

    @Test(arguments: [
        "60", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func readsEveryFormOfRetryAfter(text: String) {
        #expect(Waits.retryAfter(text, date: date) == .seconds(60))
    }

    @Test func countsThePastAsNow() {
        #expect(Waits.retryAfter("Sun, 06 Nov 1994 08:00:00 GMT", date: date) == .zero)
        #expect(Waits.retryAfter("0", date: date) == .zero)
    }

    @Test(arguments: ["", "soon", "-1", "1.5", "1e3", "06 Nov 1994", "٣"])
    func ignoresWhatIsNeither(text: String) {
        #expect(Waits.retryAfter(text, date: date) == nil)
    }

    @Test func readsAnyNumberOfDigits() throws {
        let wait = try #require(Waits.retryAfter(String(repeating: "9", count: 400), date: date))
        #expect(wait > .seconds(1_000_000))
    }

    @Test func growTwiceAsLongUpToTheLongest() {
        var rules = TrafficRules()
        rules.firstWait = .seconds(1)
        rules.maximumWait = .seconds(10)
        let waits = Waits(rules: rules)
        for request in 0..<50 {
            for (retry, full) in [(1, 1.0), (2, 2), (3, 4), (4, 8), (5, 10), (60, 10)] {
                let wait = waits.wait(before: retry, ofRequest: request)
                #expect(wait >= .seconds(full / 2) && wait <= .seconds(full))
            }
        }
    }

    @Test func dependOnTheSeedAlone() {
        var rules = TrafficRules()
        let first = (1...4).map { Waits(rules: rules).wait(before: $0, ofRequest: 3) }
        #expect(first == (1...4).map { Waits(rules: rules).wait(before: $0, ofRequest: 3) })
        #expect(first != (1...4).map { Waits(rules: rules).wait(before: $0, ofRequest: 4) })
        rules.seed = 1
        #expect(first != (1...4).map { Waits(rules: rules).wait(before: $0, ofRequest: 3) })
    }
}
