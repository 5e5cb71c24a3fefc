import BulwarkTensors

/// When Auto-PGD changes its step size, and to what.
///
/// Croce and Hein (ICML 2020), section 3.2.1, conditions 1 and 2; for L1 Croce and Hein (ICML 2021), section 3.3.
package struct StepSchedule {
    /// How many steps there are.
    package let steps: Int
    /// The length of the next step.
    package private(set) var stepSize: Float
    /// For L1 the share of elements that a step may change; 1 otherwise.
    package private(set) var density: Double
    private let largest: Float
    private let threshold: Double
    private let isSparse: Bool
    private let size: Int
    /// The steps between two checkpoints, what they shrink by, and the fewest.
    private var window: Int
    private let decrease: Int
    private let shortest: Int
    private var sinceCheckpoint = 0
    /// How many of the steps since the checkpoint raised the loss.
    private var rises = 0
    private var lastLoss: Float = 0
    private var bestAtCheckpoint: Float = 0
    private var wasReduced = true
    /// For L1, how many elements differed at the last checkpoint.
    private var changedAtCheckpoint: Double

    /// The checkpoints of so many steps: 22 % of them, then windows that are 3 % shorter each, down to 6 %.
    ///
    /// - Parameters:
    ///   - ball: Where the steps are taken.
    ///   - steps: How many.
    ///   - threshold: The share of steps of a window that have to raise the loss.
    ///   - changed: For L1, how many elements differ where the search begins; nil to begin as if all did.
    package init(_ ball: AscentBall, steps: Int, threshold: Double, changed: Double? = nil) {
        self.steps = steps
        let isSparse = ball.norm == .l1
        let size = ball.center.count
        (self.isSparse, self.size) = (isSparse, size)
        largest = (isSparse ? 1 : 2) * ball.radius
        stepSize = largest
        density = isSparse ? changed.map { $0 / Double(max(size, 1)) / 1.5 } ?? 0.2 : 1
        self.threshold = threshold
        window = isSparse ? max(Int(0.04 * Double(steps)), 1) : max(Int(0.22 * Double(steps)), 1)
        decrease = isSparse ? 0 : max(Int(0.03 * Double(steps)), 1)
        shortest = isSparse ? window : max(Int(0.06 * Double(steps)), 1)
        changedAtCheckpoint = changed ?? Double(size)
    }

    /// Takes note of the loss where the search begins.
    package mutating func begin(_ loss: Float) { bestAtCheckpoint = loss }

    /// Takes note of the loss after a step; true if the search is to go on from the best point.
    package mutating func note(_ loss: Float, best: Float, at point: [Float], around center: [Float]) -> Bool
    {
        if loss > lastLoss { rises += 1 }
        lastLoss = loss
        sinceCheckpoint += 1
        guard sinceCheckpoint == window else { return false }
        defer { (sinceCheckpoint, rises, bestAtCheckpoint) = (0, 0, best) }
        return isSparse ? adaptSparsity(point, center) : halveIfStuck(best)
    }

    private mutating func halveIfStuck(_ best: Float) -> Bool {
        let oscillates = Double(rises) <= threshold * Double(window)
        let stagnates = !wasReduced && bestAtCheckpoint >= best
        wasReduced = oscillates || stagnates
        if wasReduced { stepSize /= 2 }
        window = max(window - decrease, shortest)
        return wasReduced
    }

    /// Fewer elements at the best point than before: take the longest step again, from there, with fewer.
    private mutating func adaptSparsity(_ point: [Float], _ center: [Float]) -> Bool {
        let changed = Norm.l0.distance(point, center)
        let isSparser = changed / max(changedAtCheckpoint, 1) < 0.95
        density = changed / Double(max(size, 1)) / 1.5
        stepSize = isSparser ? largest : max(stepSize / 1.5, largest / 10)
        changedAtCheckpoint = changed
        return isSparser
    }
}
