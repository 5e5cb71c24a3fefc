import BulwarkRemote
import BulwarkTensors
import Foundation
import Synchronization
import TestSupport

/// A clock that moves only when somebody sleeps.
final class ManualClock: RemoteClock {
    private let state = Mutex((now: Duration.zero, sleeps: [Duration]()))
    /// The date at the beginning: Sunday, 6 November 1994, 08:49:37 GMT.
    static let start = Date(timeIntervalSince1970: 784_111_777)

    var now: Duration { state.withLock { $0.now } }
    var date: Date { Self.start.addingTimeInterval(now / .seconds(1)) }
    /// How long callers slept, in order.
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func sleep(for duration: Duration) {
        state.withLock { state in
            state.now += duration
            state.sleeps.append(duration)
        }
    }
}

/// A server, the address of its model, and a clock, for the length of a test.
struct Scene {
    let server: ScriptedServer
    let clock = ManualClock()
    var rules = TrafficRules()
    var options = RemoteOptions()

    /// Serves what a script says.
    init(_ script: @escaping @Sendable (ReceivedRequest, Int) -> Reply) throws {
        server = try ScriptedServer(script)
        rules.timeout = .seconds(20)
    }

    /// Serves a model.
    init(_ model: StubModel) throws { try self.init { request, _ in model.reply(to: request) } }

    /// Serves a model whose answers to samples are made otherwise; gets how many of those came before.
    init(
        _ model: StubModel,
        answering answer: @escaping @Sendable (ReceivedRequest, Int) -> Reply
    ) throws {
        let asked = Counter()
        try self.init { request, _ in
            request.method == "GET" ? model.reply(to: request) : answer(request, asked.next())
        }
    }

    /// The stub, and what it is asked in many tests.
    static let stub = StubModel()
    static let one = Tensor([1, 2], [0.5, -0.25])

    /// Serves the stub, which treats the first requests for samples otherwise.
    init(replies: [Reply]) throws {
        try self.init(Self.stub) { request, number in
            number < replies.count ? replies[number] : Self.stub.reply(to: request)
        }
    }

    func address(_ path: String = StubModel.path) throws -> ModelAddress {
        try ModelAddress("http://127.0.0.1:\(server.port)\(path)")
    }

    func connect(lookingAt samples: Tensor? = nil) throws -> RemoteAccess {
        try RemoteAccess.connect(
            to: try address(),
            options: options,
            rules: rules,
            lookingAt: samples,
            clock: clock
        )
    }

    /// The classifier; the scores are said to be logits, so that connecting asks nothing.
    func classifier() throws -> RemoteClassifier {
        var scene = self
        if scene.options.scores == .automatic { scene.options.scores = .logits }
        guard case .scores(let classifier) = try scene.connect() else { throw CocoaError(.coderInvalidValue) }
        return classifier
    }

    func labels() throws -> RemoteLabels {
        guard case .labels(let labels) = try connect() else { throw CocoaError(.coderInvalidValue) }
        return labels
    }
}

final class Counter: Sendable {
    private let count = Mutex(0)

    /// One more than the last time, from 0 on.
    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}

/// Samples of two features that are no round numbers.
func twoFeatures(_ count: Int) -> Tensor {
    var random = SeededRandom(seed: 7, stream: "samples")
    return Tensor([count, 2], (0..<2 * count).map { _ in random.uniform(-2, 2) })
}
