import BulwarkModels
import BulwarkRemote
import BulwarkTensors
import Synchronization

/// Remembers why a served model stopped answering.
final class EndpointWatch: Sendable {
    private let first = Mutex<(any Error)?>(nil)

    /// The first thing that went wrong; nil if nothing did.
    var failure: (any Error)? { first.withLock { $0 } }

    /// Asks, and ends the run early if no usable answer comes: what was found until then is worth keeping.
    ///
    /// - Throws: `RunStop`, and what is no fault of the endpoint.
    func ask<Answer>(_ body: () throws -> Answer) throws -> Answer {
        // Who asks again waits for all the repetitions again.
        if let failure { throw stop(failure) }
        do {
            return try body()
        } catch RemoteError.queryBudget(let maximum, let sent, let wanted) {
            throw RunStop(
                .budget,
                "the query budget of \(maximum) samples is used up: \(sent) were sent, and the next \(wanted) do not fit "
                    + "beside what the judge may need"
            )
        } catch let error as RemoteError {
            throw stop(error)
        } catch let error as RemoteAnswerError {
            throw stop(error)
        }
    }

    private func stop(_ error: any Error) -> RunStop {
        first.withLock { $0 = $0 ?? error }
        return RunStop(.unavailable, "the endpoint gave no usable answer (\(error))")
    }
}

/// A served model as an assessment asks it.
struct WatchedEndpoint<Base: LabelAccess>: LabelAccess {
    private let base: Base
    private let watch: EndpointWatch

    init(_ base: Base, _ watch: EndpointWatch) { (self.base, self.watch) = (base, watch) }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }

    func labels(for inputs: Tensor) throws -> [Int] { try watch.ask { try base.labels(for: inputs) } }
}

extension WatchedEndpoint: ScoreAccess where Base: ScoreAccess {
    var workerCount: Int { base.workerCount }

    func logits(for inputs: Tensor) throws -> Tensor { try watch.ask { try base.logits(for: inputs) } }

    func withScoreWorkers(_ body: @Sendable (any ScoreWorker) throws -> Void) throws {
        try base.withScoreWorkers { try body(WatchedWorker($0, watch)) }
    }
}

private final class WatchedWorker: ScoreWorker {
    private let base: any ScoreWorker
    private let watch: EndpointWatch

    init(_ base: any ScoreWorker, _ watch: EndpointWatch) { (self.base, self.watch) = (base, watch) }

    var lanes: Int { base.lanes }
    var computesIdleLanes: Bool { base.computesIdleLanes }

    func evaluate(_ points: inout Tensor, active: [Bool], into logits: inout Tensor) throws {
        try watch.ask { try base.evaluate(&points, active: active, into: &logits) }
    }
}
