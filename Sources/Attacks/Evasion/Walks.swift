import BulwarkModels
import BulwarkTensors
import Synchronization

/// Samples that walk through input space step by step, shared out between workers.
///
/// Each worker has a fixed number of lanes, and a sample that arrives leaves its lane to the next one. What
/// becomes of a sample depends on no other, so the order in which they are taken changes nothing.
final class Walks: Sendable {
    private struct State {
        /// The next sample that nobody has taken.
        var next = 0
        var best: BestCandidates
        var ends: Tensor
    }

    private let batch: Batch
    private let starts: Tensor
    private let restart: Int
    private let state: Mutex<State>

    /// Walks of a batch.
    ///
    /// - Parameters:
    ///   - batch: The samples.
    ///   - starts: Where they begin, one row a sample.
    ///   - best: The best known candidate of each sample.
    ///   - restart: The restart that these walks are.
    init(_ batch: Batch, from starts: Tensor, best: BestCandidates, restart: Int) {
        self.batch = batch
        self.starts = starts
        self.restart = restart
        state = Mutex(State(best: best, ends: starts))
    }

    /// The best candidate of each sample so far.
    var best: BestCandidates { state.withLock { $0.best } }
    /// Where each sample stopped.
    var ends: Tensor { state.withLock { $0.ends } }

    /// What one worker is working on.
    struct Lanes {
        /// Where each sample is, `[lanes, …]`.
        var points: Tensor
        /// Where its ball has its centre.
        fileprivate(set) var centers: Tensor
        fileprivate(set) var aims: [Aim]
        fileprivate var rows: [Int]
        /// Whether there is a sample in the lane.
        fileprivate(set) var isActive: [Bool]
        /// How many gradients were asked for on this walk.
        fileprivate(set) var steps: [Int]
        /// The best point of this walk, its loss, and whether it reaches the aim; worth reading if improved.
        fileprivate(set) var best: Tensor
        fileprivate(set) var losses: [Float]
        fileprivate(set) var isReached: [Bool]
        fileprivate(set) var isImproved: [Bool]
        fileprivate var walking = 0

        /// Whether any lane has a sample.
        var isWalking: Bool { walking > 0 }

        fileprivate init(_ count: Int, rowShape: Shape, aim: Aim) {
            points = Tensor(rowShape.batched(count))
            centers = points
            best = points
            aims = Array(repeating: aim, count: count)
            rows = Array(repeating: 0, count: count)
            isActive = Array(repeating: false, count: count)
            steps = Array(repeating: 0, count: count)
            losses = Array(repeating: 0, count: count)
            isReached = Array(repeating: false, count: count)
            isImproved = Array(repeating: false, count: count)
        }

        /// Takes note of what the model said about the point in a lane.
        mutating func note(_ lane: Int, loss: Float, isReached reached: Bool) {
            steps[lane] += 1
            guard reached == isReached[lane] ? loss > losses[lane] : reached else { return }
            losses[lane] = loss
            isReached[lane] = reached
            isImproved[lane] = true
            best.copyRow(lane, from: points, at: lane)
        }
    }

    /// Lanes with samples in them, or nil if all samples are taken.
    func fill(_ count: Int) -> Lanes? {
        guard let aim = batch.aims.first else { return nil }
        var lanes = Lanes(count, rowShape: batch.inputs.shape.dropFirst, aim: aim)
        refill(&lanes)
        return lanes.isWalking ? lanes : nil
    }

    /// Puts samples into the lanes that have none, as long as there are any.
    func refill(_ lanes: inout Lanes) {
        guard lanes.walking < lanes.isActive.count else { return }
        state.withLock { state in
            for lane in lanes.isActive.indices where !lanes.isActive[lane] { take(&state, lane, &lanes) }
        }
    }

    /// Ends the walk in a lane where it is.
    func finish(_ lane: Int, _ lanes: inout Lanes) {
        state.withLock { state in
            let row = lanes.rows[lane]
            state.ends.copyRow(row, from: lanes.points, at: lane)
            state.best.finish(row, lane, of: lanes, restart: restart)
        }
        lanes.isActive[lane] = false
        lanes.walking -= 1
    }

    private func take(_ state: inout State, _ lane: Int, _ lanes: inout Lanes) {
        guard state.next < batch.count else { return }
        let row = state.next
        state.next += 1
        lanes.rows[lane] = row
        lanes.isActive[lane] = true
        lanes.walking += 1
        lanes.steps[lane] = 0
        lanes.aims[lane] = batch.aims[row]
        lanes.losses[lane] = state.best.losses[row]
        lanes.isReached[lane] = state.best.perturbed.claimed[row]
        lanes.isImproved[lane] = false
        lanes.points.copyRow(lane, from: starts, at: row)
        lanes.centers.copyRow(lane, from: batch.inputs, at: row)
    }
}
