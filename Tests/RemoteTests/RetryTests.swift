import BulwarkRemote
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// What is tried again and what is not, on real connections and with a clock that nobody waits for.
struct RetryTests {
    private func expectRetries(
        _ scene: Scene,
        _ count: Int,
        waiting: ClosedRange<Double>,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let classifier = try scene.classifier()
        let logits = try classifier.logits(for: Scene.one)
        #expect(logits.elements.elementsEqual(Scene.stub.logits([0.5, -0.25])), sourceLocation: location)
        let statistics = classifier.statistics
        #expect(statistics.requests == 2 + count, sourceLocation: location)
        #expect(statistics.retries == count, sourceLocation: location)
        #expect(statistics.samplesAsked == 1, sourceLocation: location)
        #expect(statistics.samplesSent == 1 + count, sourceLocation: location)
        #expect(waiting.contains(statistics.secondsWaited), sourceLocation: location)
        #expect(scene.clock.sleeps.reduce(.zero, +) == statistics.waited, sourceLocation: location)
        #expect(scene.server.requests.count == 2 + count, sourceLocation: location)
        // The very same request, not a new one.
        let bodies = Set(scene.server.requests.dropFirst().map(\.body))
        #expect(bodies.count == 1, sourceLocation: location)
    }

    @Test(arguments: [429, 502, 503, 504])
    func repeatsWhatMayPass(status: Int) throws {
        let scene = try Scene(replies: [.answer(status, "busy", type: "text/plain")])
        defer { scene.server.stop() }
        try expectRetries(scene, 1, waiting: 0.25...0.5)
    }

    @Test func waitsTwiceAsLongEachTime() throws {
        let scene = try Scene(replies: Array(repeating: .answer(503, "{}"), count: 4))
        defer { scene.server.stop() }
        try expectRetries(scene, 4, waiting: 3.75...7.5)
        #expect(scene.clock.sleeps.count == 4)
        for (wait, full) in zip(scene.clock.sleeps, [0.5, 1, 2, 4]) {
            #expect(wait >= .seconds(full / 2) && wait <= .seconds(full))
        }
    }

    @Test(arguments: ["7", "Sun, 06 Nov 1994 08:49:44 GMT"])
    func comesBackWhenTheServerSays(text: String) throws {
        let scene = try Scene(replies: [.answer(429, "{}", headers: ["Retry-After": text])])
        defer { scene.server.stop() }
        try expectRetries(scene, 1, waiting: 7...7)
        #expect(scene.clock.sleeps == [.seconds(7)])
    }

    @Test func aWaitThatIsTooLongIsNotWaited() throws {
        let scene = try Scene(replies: [.answer(503, "{}", headers: ["Retry-After": "61"])])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.retryAfter(.seconds(61), maximum: .seconds(60))) {
            try classifier.logits(for: Scene.one)
        }
        #expect(scene.clock.sleeps.isEmpty)
        #expect(classifier.statistics.requests == 2)
    }

    @Test func repeatsAfterLostConnections() throws {
        let scene = try Scene(replies: [
            .drop, .bytes(Data("HTTP/1.1 2".utf8)), .bytes(Data("HTTP/1.1 200 OK\r\nContent-Le".utf8)),
        ])
        defer { scene.server.stop() }
        try expectRetries(scene, 3, waiting: 1.75...3.5)
    }

    @Test func repeatsAfterATruncatedBody() throws {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"outputs\":"
        let scene = try Scene(replies: [.bytes(Data(text.utf8))])
        defer { scene.server.stop() }
        try expectRetries(scene, 1, waiting: 0.25...0.5)
    }

    @Test func aBodyLongerThanItsLengthIsCutThere() throws {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"outputs\":[]}"
        let scene = try Scene(replies: [.bytes(Data(text.utf8))])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteAnswerError.self) { try classifier.logits(for: Scene.one) }
        #expect(classifier.statistics.retries == 0)
    }

    @Test func givesUpAfterSoManyAttempts() throws {
        var scene = try Scene(replies: Array(repeating: .answer(503, #"{"error":"loading"}"#), count: 9))
        defer { scene.server.stop() }
        scene.rules.maximumRetries = 2
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.status(503, message: "loading", attempts: 3)) {
            try classifier.logits(for: Scene.one)
        }
        #expect(classifier.statistics.requests == 4)
        #expect(scene.server.requests.count == 4)
    }

    @Test func nobodyListeningIsSaidAsOften() throws {
        let server = try ScriptedServer { _, _ in .drop }
        server.stop()
        let clock = ManualClock()
        let address = try ModelAddress("http://127.0.0.1:\(server.port)\(StubModel.path)")
        var rules = TrafficRules()
        rules.maximumRetries = 1
        #expect {
            try RemoteAccess.connect(to: address, rules: rules, clock: clock)
        } throws: { error in
            guard case RemoteError.unreachable(_, attempts: 2) = error else { return false }
            return true
        }
        #expect(clock.sleeps.count == 1)
    }

    @Test(arguments: [400, 404, 500, 501, 204, 201, 300])
    func doesNotRepeatWhatWillNotPass(status: Int) throws {
        let scene = try Scene(replies: [.answer(status, #"{"error":"shape\n[1,2] is wrong"}"#)])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        let message = status == 204 ? nil : "shape [1,2] is wrong"
        #expect(throws: RemoteError.status(status, message: message, attempts: 1)) {
            try classifier.logits(for: Scene.one)
        }
        #expect(classifier.statistics.requests == 2)
        #expect(scene.clock.sleeps.isEmpty)
    }

    @Test(arguments: ["Basic realm=\"models\"", "Bearer", "Basic", "Digest realm=\"a\", nonce=\"b\"", ""])
    func aRefusedKeyIsSaidAtOnce(challenge: String) throws {
        let headers = challenge.isEmpty ? [:] : ["WWW-Authenticate": challenge]
        let scene = try Scene(replies: [.answer(401, #"{"error":"no key"}"#, headers: headers)])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.status(401, message: "no key", attempts: 1)) {
            try classifier.logits(for: Scene.one)
        }
    }

    @Test func noAnswerInTimeIsRepeated() throws {
        var scene = try Scene(replies: Array(repeating: .silence, count: 9))
        defer { scene.server.stop() }
        let timeout = Duration.milliseconds(200)
        scene.rules.timeout = timeout
        scene.rules.maximumRetries = 2
        let classifier = try scene.classifier()
        // A busy machine may have needed several attempts for the metadata.
        let before = classifier.statistics
        #expect(throws: RemoteError.timedOut(after: timeout, attempts: 3)) {
            try classifier.logits(for: Scene.one)
        }
        let after = classifier.statistics
        #expect(after.requests - before.requests == 3)
        #expect(after.retries - before.retries == 2)
        #expect(after.samplesSent == 3)
        #expect(after.samplesAsked == 1)
    }
}
