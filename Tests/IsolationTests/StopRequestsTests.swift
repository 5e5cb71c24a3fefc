import BulwarkIsolation
import Foundation
import Testing

struct StopRequestsTests {
    private let start = ContinuousClock.now

    @Test func withoutARequestNothingIsDue() {
        var requests = StopRequests()
        #expect(requests.wait(at: start) == -1)
        #expect(requests.first == nil)
    }

    @Test func theFirstRequestIsPassedOnAndTheJobIsKilledOnceIfItGoesOn() {
        var requests = StopRequests()
        #expect(requests.take(SIGINT, at: start) == SIGINT)
        #expect(requests.first == SIGINT)
        #expect(requests.wait(at: start) == 2000)
        #expect(requests.wait(at: start + .milliseconds(1999)) == 1)
        #expect(requests.wait(at: start + StopRequests.patience) == 0)
        #expect(requests.wait(at: start + StopRequests.patience) == -1)
    }

    @Test func theSecondRequestKillsAtOnce() {
        var requests = StopRequests()
        _ = requests.take(SIGTERM, at: start)
        #expect(requests.take(SIGINT, at: start) == SIGKILL)
        #expect(requests.first == SIGTERM)
        #expect(requests.wait(at: start + .seconds(60)) == -1)
    }
}
