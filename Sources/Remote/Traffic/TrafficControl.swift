import Synchronization

/// Counts requests, keeps to the rates, and lets nothing leave beyond the budget.
final class TrafficControl: Sendable {
    /// What one request carries.
    struct Load {
        /// Samples sent.
        var samples = 0
        /// Those of them that a caller asked about and that were not sent before.
        var asked = 0
        /// Whether the request was sent before and failed.
        var isRetry = false
        /// Samples of the budget that are kept for others.
        var spared = 0
    }

    /// What a wait is for.
    enum Pause {
        /// The rates, or because the server asks for it.
        case rate
        /// A request that failed is not repeated at once.
        case repetition
    }

    private struct State {
        var statistics = RemoteStatistics()
        /// When the rates allow the next request.
        var nextSlot: Duration?
        /// Until when the server wants to be left alone.
        var quietUntil: Duration?
    }

    private let rules: TrafficRules
    private let clock: any RemoteClock
    private let state = Mutex(State())

    init(_ rules: TrafficRules, clock: any RemoteClock) {
        self.rules = rules
        self.clock = clock
    }

    var statistics: RemoteStatistics { state.withLock { $0.statistics } }

    /// - Throws: `RemoteError.queryBudget` if so many samples more are too many.
    func require(_ samples: Int, sparing spared: Int) throws(RemoteError) {
        if let error = state.withLock({ excess($0, samples, spared) }) { throw error }
    }

    /// Waits until a request may be sent, and counts it.
    ///
    /// - Throws: `RemoteError.queryBudget`; then nothing is counted and nothing may be sent.
    func begin(_ load: Load) throws(RemoteError) {
        while let wait = try claim(load) { self.wait(wait, for: .rate) }
    }

    /// Keeps the calling thread waiting, and counts how long.
    func wait(_ duration: Duration, for pause: Pause) {
        guard duration > .zero else { return }
        state.withLock { state in
            state.statistics.waited += duration
            if case .rate = pause { state.statistics.waitedForRates += duration }
        }
        clock.sleep(for: duration)
    }

    /// Counts a request whose answer did not come as a whole.
    func noteLoss() { state.withLock { $0.statistics.lost += 1 } }

    /// Counts a request that was answered with a refusal.
    func noteRefusal(status: Int) {
        state.withLock { $0.statistics.refusals[status, default: 0] += 1 }
    }

    /// Holds back every request for some time, because the server asked for it.
    func holdBack(for duration: Duration) {
        let end = clock.now + duration
        state.withLock { $0.quietUntil = max($0.quietUntil ?? end, end) }
    }

    /// Counts a request if it may be sent now; how long to wait if not.
    private func claim(_ load: Load) throws(RemoteError) -> Duration? {
        let result: Result<Duration?, RemoteError> = state.withLock { state in
            // Read here, so that it does not lie before what another thread has written.
            let now = clock.now
            if let error = excess(state, load.samples, load.spared) { return .failure(error) }
            let free = max(state.nextSlot ?? now, state.quietUntil ?? now)
            if free > now { return .success(free - now) }
            state.nextSlot = now + interval(load.samples)
            state.statistics.requests += 1
            state.statistics.samplesSent += load.samples
            state.statistics.samplesAsked += load.asked
            state.statistics.retries += load.isRetry ? 1 : 0
            return .success(nil)
        }
        return try result.get()
    }

    /// The time that the rates ask for after a request.
    private func interval(_ samples: Int) -> Duration {
        let bySamples = rules.samplesPerSecond.map { Double(samples) / $0 } ?? 0
        let byRequests = rules.requestsPerSecond.map { 1 / $0 } ?? 0
        return .seconds(max(bySamples, byRequests))
    }

    private func excess(_ state: State, _ samples: Int, _ spared: Int) -> RemoteError? {
        guard let budget = rules.queryBudget, samples > 0 else { return nil }
        let sent = state.statistics.samplesSent
        return samples > budget - sent - spared
            ? .queryBudget(maximum: budget, sent: sent, wanted: samples) : nil
    }
}
