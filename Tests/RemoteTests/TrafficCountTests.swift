import BulwarkRemote
import Foundation
import TestSupport
import Testing

/// What is counted beside requests and samples, and what is kept for others.
struct TrafficCountTests {
    @Test func refusalsAreCountedByStatus() throws {
        let scene = try Scene(replies: [
            .answer(429, "{}", headers: ["Retry-After": "3"]), .answer(503, "{}"), .answer(429, "{}"),
        ])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        _ = try classifier.logits(for: Scene.one)
        let statistics = classifier.statistics
        #expect(statistics.refusals == [429: 2, 503: 1])
        #expect(statistics.lost == 0)
        #expect(statistics.retries == 3)
        #expect(statistics.samplesAsked == 1)
    }

    @Test func lostRequestsAreNoRefusals() throws {
        let scene = try Scene(replies: [.drop, .drop, .answer(307, "", headers: ["Location": "/again"])])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        _ = try classifier.logits(for: Scene.one)
        #expect(classifier.statistics.lost == 2)
        #expect(classifier.statistics.refusals.isEmpty)
        #expect(classifier.statistics.retries == 2)
    }

    @Test func waitsForRatesAreToldFromOthers() throws {
        var scene = try Scene(Scene.stub) { request, number in
            switch number {
            case 0: .answer(429, "{}", headers: ["Retry-After": "7"])
            case 1: .answer(503, "{}")
            default: Scene.stub.reply(to: request)
            }
        }
        defer { scene.server.stop() }
        scene.rules.firstWait = .seconds(2)
        let classifier = try scene.classifier()
        _ = try classifier.logits(for: Scene.one)
        let statistics = classifier.statistics
        #expect(statistics.waitedForRates == .seconds(7))
        // The second repetition waits between half of 4 s and all of it.
        let others = statistics.secondsWaited - statistics.secondsWaitedForRates
        #expect(others >= 2 && others <= 4)
    }

    @Test func ratesOfOnesOwnCountAsRates() throws {
        var scene = try Scene(Scene.stub)
        defer { scene.server.stop() }
        scene.rules.requestsPerSecond = 2
        let classifier = try scene.classifier()
        _ = try classifier.logits(for: Scene.one)
        #expect(classifier.statistics.waitedForRates == .milliseconds(500))
        #expect(classifier.statistics.waited == .milliseconds(500))
    }

    @Test func whatIsSparedIsLeftForOthers() throws {
        var scene = try Scene(Scene.stub)
        defer { scene.server.stop() }
        scene.rules.queryBudget = 10
        let whole = try scene.classifier()
        let sparing = whole.sparing(4)
        _ = try sparing.logits(for: twoFeatures(6))
        #expect(throws: RemoteError.queryBudget(maximum: 10, sent: 6, wanted: 1)) {
            try sparing.logits(for: twoFeatures(1))
        }
        _ = try whole.logits(for: twoFeatures(4))
        #expect(whole.statistics.samplesSent == 10)
        #expect(throws: RemoteError.queryBudget(maximum: 10, sent: 10, wanted: 1)) {
            try whole.logits(for: twoFeatures(1))
        }
    }

    /// Of a model with fixed batches as much is kept as leaves when they are filled up.
    @Test func whatIsSparedCoversWholeBatches() throws {
        var model = Scene.stub
        model.inputShape = [4, 2]
        var scene = try Scene(model)
        defer { scene.server.stop() }
        scene.rules.queryBudget = 12
        let whole = try scene.classifier()
        let sparing = whole.sparing(5)
        _ = try sparing.logits(for: twoFeatures(3))
        #expect(throws: RemoteError.queryBudget(maximum: 12, sent: 4, wanted: 4)) {
            try sparing.logits(for: twoFeatures(1))
        }
        _ = try whole.logits(for: twoFeatures(5))
        #expect(whole.statistics.samplesSent == 12)
    }

    @Test func repetitionsDoNotEatWhatIsSpared() throws {
        var scene = try Scene(replies: [.answer(503, "{}")])
        defer { scene.server.stop() }
        scene.rules.queryBudget = 6
        let sparing = try scene.classifier().sparing(3)
        #expect(throws: RemoteError.queryBudget(maximum: 6, sent: 3, wanted: 3)) {
            try sparing.logits(for: twoFeatures(3))
        }
        #expect(scene.clock.sleeps.isEmpty)
    }

    @Test func labelsAreSparedAsWell() throws {
        var model = Scene.stub
        model.outputs = [StubModel.Output(name: "label", type: "INT64", shape: [], content: .labels)]
        var scene = try Scene(model)
        defer { scene.server.stop() }
        scene.options.classCount = 3
        scene.rules.queryBudget = 5
        let labels = try scene.labels()
        _ = try labels.sparing(2).labels(for: twoFeatures(3))
        #expect(throws: RemoteError.queryBudget(maximum: 5, sent: 3, wanted: 1)) {
            try labels.sparing(2).labels(for: twoFeatures(1))
        }
        #expect(try labels.labels(for: twoFeatures(2)).count == 2)
    }

    @Test func anEndpointTellsItsShapeBeforeItIsAsked() throws {
        let scene = try Scene(Scene.stub)
        defer { scene.server.stop() }
        let endpoint = try RemoteEndpoint(try scene.address(), rules: scene.rules, clock: scene.clock)
        #expect(endpoint.inputShape == [2])
        #expect(endpoint.metadata == Data(Scene.stub.metadata.utf8))
        #expect(endpoint.statistics.requests == 1 && endpoint.statistics.samplesSent == 0)
        guard case .scores(let classifier) = try endpoint.access(lookingAt: twoFeatures(5)) else {
            Issue.record("the stub shows scores")
            return
        }
        _ = try classifier.logits(for: twoFeatures(3))
        // 5 to look at, and both count together.
        #expect(endpoint.statistics.samplesSent == 8)
        #expect(endpoint.platform == "stub")
    }
}
