import BulwarkRemote
import BulwarkTensors
import Foundation
import Synchronization
import TestSupport
import Testing

/// Budget, rates, and how much is underway at once.
struct TrafficControlTests {
    @Test func nothingLeavesBeyondTheBudget() throws {
        var scene = try Scene(Scene.stub)
        defer { scene.server.stop() }
        scene.rules.queryBudget = 10
        scene.rules.maximumBatch = 4
        let classifier = try scene.classifier()
        _ = try classifier.logits(for: twoFeatures(7))
        // Four would do no good to somebody who needs all of them.
        #expect(throws: RemoteError.queryBudget(maximum: 10, sent: 7, wanted: 4)) {
            try classifier.logits(for: twoFeatures(4))
        }
        #expect(classifier.statistics.samplesSent == 7)
        _ = try classifier.logits(for: twoFeatures(3))
        #expect(throws: RemoteError.queryBudget(maximum: 10, sent: 10, wanted: 1)) {
            try classifier.logits(for: twoFeatures(1))
        }
        #expect(scene.server.requests.dropFirst().map { StubModel.samples($0).count } == [4, 3, 3])
    }

    @Test func repetitionsAndFillingCountTowardsTheBudget() throws {
        var model = Scene.stub
        model.inputShape = [4, 2]
        var scene = try Scene(model) { [model] request, number in
            number == 0 ? .answer(503, "{}") : model.reply(to: request)
        }
        defer { scene.server.stop() }
        scene.rules.queryBudget = 7
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.queryBudget(maximum: 7, sent: 4, wanted: 4)) {
            try classifier.logits(for: Scene.one)
        }
        #expect(classifier.statistics.samplesSent == 4)
        #expect(scene.clock.sleeps.isEmpty)
        #expect(scene.server.requests.count == 2)
    }

    @Test func theBudgetHoldsAmongThreads() throws {
        var scene = try Scene(Scene.stub)
        defer { scene.server.stop() }
        scene.rules.queryBudget = 25
        scene.rules.maximumConcurrency = 4
        let classifier = try scene.classifier()
        let refused = Counter()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            do {
                _ = try classifier.logits(for: twoFeatures(4))
            } catch { _ = refused.next() }
        }
        #expect(refused.next() == 2)
        #expect(classifier.statistics.samplesSent == 24)
        #expect(scene.server.requests.dropFirst().reduce(0) { $0 + StubModel.samples($1).count } == 24)
    }

    @Test func keepsToSamplesASecond() throws {
        var scene = try Scene(Scene.stub)
        defer { scene.server.stop() }
        scene.rules.samplesPerSecond = 8
        scene.rules.maximumBatch = 4
        let classifier = try scene.classifier()
        _ = try classifier.logits(for: twoFeatures(10))
        // 4 samples are sent at once and use up half a second, and so do the next 4.
        #expect(scene.clock.sleeps == [.milliseconds(500), .milliseconds(500)])
        _ = try classifier.logits(for: twoFeatures(1))
        #expect(scene.clock.sleeps.last == .milliseconds(250))
        #expect(classifier.statistics.secondsWaited == 1.25)
    }

    @Test func keepsToRequestsASecond() throws {
        var scene = try Scene(Scene.stub)
        defer { scene.server.stop() }
        scene.rules.requestsPerSecond = 4
        scene.rules.maximumBatch = 4
        let classifier = try scene.classifier()
        _ = try classifier.logits(for: twoFeatures(10))
        // The metadata are a request like any other.
        #expect(scene.clock.sleeps == Array(repeating: .milliseconds(250), count: 3))
        #expect(classifier.statistics.requests == 4)
    }

    @Test func noMoreRequestsAreUnderwayThanAllowed() throws {
        let gauge = Gauge()
        let stub = Scene.stub
        var scene = try Scene(stub) { request, _ in
            gauge.enter()
            defer { gauge.leave() }
            return stub.reply(to: request)
        }
        defer { scene.server.stop() }
        scene.rules.maximumConcurrency = 3
        scene.rules.maximumBatch = 1
        let classifier = try scene.classifier()
        DispatchQueue.concurrentPerform(iterations: 3) { _ in
            _ = try? classifier.logits(for: twoFeatures(8))
        }
        #expect(gauge.most <= 3)
        #expect(classifier.statistics.requests == 25)
    }
}

/// How many are inside, and how many were at most.
private final class Gauge: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() { state.withLock { $0.now -= 1 } }
}
