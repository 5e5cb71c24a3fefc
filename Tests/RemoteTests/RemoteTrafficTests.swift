import BulwarkRemote
import BulwarkTensors
import Foundation
import Synchronization
import Testing

/// Everything that can happen to a request, on a real connection and with a clock that nobody waits for.
struct RemoteTrafficTests {
    private static let stub = StubModel()
    private static let one = Tensor([1, 2], [0.5, -0.25])

    /// A server that treats the first requests for samples otherwise.
    private func scene(_ replies: [Reply]) throws -> Scene {
        try Scene(Self.stub) { request, number in
            number < replies.count ? replies[number] : Self.stub.reply(to: request)
        }
    }

    private func expectRetries(
        _ scene: Scene,
        _ count: Int,
        waiting: ClosedRange<Double>,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let classifier = try scene.classifier()
        let logits = try classifier.logits(for: Self.one)
        #expect(logits.elements.elementsEqual(Self.stub.logits([0.5, -0.25])), sourceLocation: location)
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

    // MARK: - Trying again

    @Test(arguments: [429, 502, 503, 504])
    func repeatsWhatMayPass(status: Int) throws {
        let scene = try scene([.answer(status, "busy", type: "text/plain")])
        defer { scene.server.stop() }
        try expectRetries(scene, 1, waiting: 0.25...0.5)
    }

    @Test func waitsTwiceAsLongEachTime() throws {
        let scene = try scene(Array(repeating: .answer(503, "{}"), count: 4))
        defer { scene.server.stop() }
        try expectRetries(scene, 4, waiting: 3.75...7.5)
        #expect(scene.clock.sleeps.count == 4)
        for (wait, full) in zip(scene.clock.sleeps, [0.5, 1, 2, 4]) {
            #expect(wait >= .seconds(full / 2) && wait <= .seconds(full))
        }
    }

    @Test(arguments: ["7", "Sun, 06 Nov 1994 08:49:44 GMT"])
    func comesBackWhenTheServerSays(text: String) throws {
        let scene = try scene([.answer(429, "{}", headers: ["Retry-After": text])])
        defer { scene.server.stop() }
        try expectRetries(scene, 1, waiting: 7...7)
        #expect(scene.clock.sleeps == [.seconds(7)])
    }

    @Test func aWaitThatIsTooLongIsNotWaited() throws {
        let scene = try scene([.answer(503, "{}", headers: ["Retry-After": "61"])])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.retryAfter(.seconds(61), maximum: .seconds(60))) {
            try classifier.logits(for: Self.one)
        }
        #expect(scene.clock.sleeps.isEmpty)
        #expect(classifier.statistics.requests == 2)
    }

    @Test func repeatsAfterLostConnections() throws {
        let scene = try scene([
            .drop, .bytes(Data("HTTP/1.1 2".utf8)), .bytes(Data("HTTP/1.1 200 OK\r\nContent-Le".utf8)),
        ])
        defer { scene.server.stop() }
        try expectRetries(scene, 3, waiting: 1.75...3.5)
    }

    @Test func repeatsAfterATruncatedBody() throws {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"outputs\":"
        let scene = try scene([.bytes(Data(text.utf8))])
        defer { scene.server.stop() }
        try expectRetries(scene, 1, waiting: 0.25...0.5)
    }

    @Test func aBodyLongerThanItsLengthIsCutThere() throws {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"outputs\":[]}"
        let scene = try scene([.bytes(Data(text.utf8))])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteAnswerError.self) { try classifier.logits(for: Self.one) }
        #expect(classifier.statistics.retries == 0)
    }

    @Test func givesUpAfterSoManyAttempts() throws {
        var scene = try scene(Array(repeating: .answer(503, #"{"error":"loading"}"#), count: 9))
        defer { scene.server.stop() }
        scene.rules.maximumRetries = 2
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.status(503, message: "loading", attempts: 3)) {
            try classifier.logits(for: Self.one)
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
        let scene = try scene([.answer(status, #"{"error":"shape\n[1,2] is wrong"}"#)])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        let message = status == 204 ? nil : "shape [1,2] is wrong"
        #expect(throws: RemoteError.status(status, message: message, attempts: 1)) {
            try classifier.logits(for: Self.one)
        }
        #expect(classifier.statistics.requests == 2)
        #expect(scene.clock.sleeps.isEmpty)
    }

    @Test(arguments: ["Basic realm=\"models\"", "Bearer", "Basic", "Digest realm=\"a\", nonce=\"b\"", ""])
    func aRefusedKeyIsSaidAtOnce(challenge: String) throws {
        let headers = challenge.isEmpty ? [:] : ["WWW-Authenticate": challenge]
        let scene = try scene([.answer(401, #"{"error":"no key"}"#, headers: headers)])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.status(401, message: "no key", attempts: 1)) {
            try classifier.logits(for: Self.one)
        }
    }

    @Test func noAnswerInTimeIsRepeated() throws {
        var scene = try scene([.silence, .silence])
        defer { scene.server.stop() }
        let timeout = Duration.milliseconds(150)
        scene.rules.maximumRetries = 1
        scene.rules.timeout = timeout
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.timedOut(after: timeout, attempts: 2)) {
            try classifier.logits(for: Self.one)
        }
        #expect(classifier.statistics.requests == 3)
        #expect(classifier.statistics.samplesSent == 2)
    }

    // MARK: - Sizes

    @Test func longAnswersAreNotRead() throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        for head in [head + "\r\n[", head + "Content-Length: 5000000000\r\n\r\n["] {
            var scene = try scene([.flood(Data(head.utf8))])
            defer { scene.server.stop() }
            scene.rules.maximumResponseBytes = 100_000
            let classifier = try scene.classifier()
            #expect(throws: RemoteError.tooLarge(maximumBytes: 100_000)) {
                try classifier.logits(for: Self.one)
            }
            #expect(classifier.statistics.retries == 0)
        }
    }

    @Test func anAnswerAsLongAsAllowedIsRead() throws {
        let body = Self.stub.metadata
        var scene = try Scene(Self.stub)
        defer { scene.server.stop() }
        scene.rules.maximumResponseBytes = body.utf8.count
        _ = try scene.classifier()
        scene.rules.maximumResponseBytes -= 1
        #expect(throws: RemoteError.tooLarge(maximumBytes: body.utf8.count - 1)) { try scene.classifier() }
    }

    // MARK: - Redirects

    @Test(arguments: [307, 308])
    func followsRedirectsThatKeepTheRequest(status: Int) throws {
        let scene = try scene([.answer(status, "", headers: ["Location": "/other/infer"])])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(try classifier.logits(for: Self.one).shape == [1, 3])
        #expect(scene.server.requests.map(\.path).last == "/other/infer")
        #expect(scene.server.requests.map(\.method) == ["GET", "POST", "POST"])
        // What left a second time is counted a second time, but nothing failed.
        #expect(classifier.statistics.samplesSent == 2)
        #expect(classifier.statistics.samplesAsked == 1)
        #expect(classifier.statistics.retries == 0)
    }

    @Test func metadataMayBeElsewhereOnTheHost() throws {
        let stub = Self.stub
        let scene = try Scene { request, number in
            number == 0 ? .answer(301, "", headers: ["Location": "affine/"]) : stub.reply(to: request)
        }
        defer { scene.server.stop() }
        _ = try scene.classifier()
        #expect(scene.server.requests.map(\.path) == [StubModel.path, "/v2/models/affine/"])
    }

    @Test(arguments: [
        (301, "/other"), (302, "/other"), (303, "/other"), (307, "http://example.com/v2"),
        (308, "https://127.0.0.1/v2"), (307, "http://127.0.0.1:1/v2"), (307, "//example.com/"), (307, ""),
        (308, "http://[bad"), (307, "file:///etc/passwd"),
    ])
    func followsNoOthers(status: Int, location: String) throws {
        let scene = try scene([.answer(status, "", headers: location.isEmpty ? [:] : ["Location": location])])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect {
            try classifier.logits(for: Self.one)
        } throws: { error in
            guard case RemoteError.redirect(status, _) = error else { return false }
            return true
        }
        #expect(classifier.statistics.requests == 2)
        #expect(scene.server.requests.count == 2)
    }

    @Test func endsCircles() throws {
        let scene = try scene(Array(repeating: .answer(307, "", headers: ["Location": "/again"]), count: 9))
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.redirects(maximum: 3)) { try classifier.logits(for: Self.one) }
        #expect(scene.server.requests.count == 5)
    }

    // MARK: - Budget and rates

    @Test func nothingLeavesBeyondTheBudget() throws {
        var scene = try Scene(Self.stub)
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
        var model = Self.stub
        model.inputShape = [4, 2]
        var scene = try Scene(model) { [model] request, number in
            number == 0 ? .answer(503, "{}") : model.reply(to: request)
        }
        defer { scene.server.stop() }
        scene.rules.queryBudget = 7
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.queryBudget(maximum: 7, sent: 4, wanted: 4)) {
            try classifier.logits(for: Self.one)
        }
        #expect(classifier.statistics.samplesSent == 4)
        #expect(scene.clock.sleeps.isEmpty)
        #expect(scene.server.requests.count == 2)
    }

    @Test func theBudgetHoldsAmongThreads() throws {
        var scene = try Scene(Self.stub)
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
        var scene = try Scene(Self.stub)
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
        var scene = try Scene(Self.stub)
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
        let stub = Self.stub
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

    // MARK: - Headers

    @Test func headersAreSentAndNeverShown() throws {
        var scene = try Scene { request, number in
            let key = request.headers["authorization"] ?? "none"
            return number == 0
                ? Self.stub.reply(to: request)
                : .answer(403, #"{"error":"who is \#(key) or \#(key.dropFirst(7))?"}"#)
        }
        defer { scene.server.stop() }
        try scene.rules.headers.set("Authorization", to: "Bearer s3cr3t-t0ken")
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.status(403, message: "who is [header] or [header]?", attempts: 1)) {
            try classifier.logits(for: Self.one)
        }
        #expect(
            scene.server.requests.map { $0.headers["authorization"] } == [
                "Bearer s3cr3t-t0ken", "Bearer s3cr3t-t0ken",
            ]
        )
    }

    @Test func headersDoNotLeaveUnencrypted() throws {
        var rules = TrafficRules()
        try rules.headers.set("Authorization", to: "Bearer s3cr3t-t0ken")
        #expect(throws: RemoteError.headersInClear(host: "models.example")) {
            try RemoteAccess.connect(to: ModelAddress("http://models.example/v2/models/m"), rules: rules)
        }
    }

    // MARK: - Servers that do not speak HTTP

    @Test(arguments: [
        "garbage\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n{}", "\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 999 X\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 407 X\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
    ])
    func oddAnswersAreErrors(text: String) throws {
        var scene = try scene(Array(repeating: .bytes(Data(text.utf8)), count: 3))
        defer { scene.server.stop() }
        scene.rules.maximumRetries = 1
        let classifier = try scene.classifier()
        #expect {
            try classifier.logits(for: Self.one)
        } throws: { error in
            error is RemoteError || error is RemoteAnswerError
        }
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
