import BulwarkModels
import BulwarkTensors

/// One thread's way to the answers.
protocol Answering {
    /// How many points take no longer than one, and cost no more.
    var lanes: Int { get }
    func labels(at points: [[Float]]) throws -> [Int]
    func logits(at points: [[Float]]) throws -> [[Float]]
    func slopes(of loss: Loss, at points: [[Float]], aims: [Aim]) throws -> [Slope]
}

/// Answers of a model that shows labels only.
struct LabelAnswers<Model: LabelAccess>: Answering {
    let model: Model
    let lanes = 1

    func labels(at points: [[Float]]) throws -> [Int] {
        let inputs = Tensor(model.inputShape.batched(points.count), points.flatMap(\.self))
        return try model.labels(for: inputs)
    }

    func logits(at points: [[Float]]) -> [[Float]] { preconditionFailure("labels are all there is") }

    func slopes(of loss: Loss, at points: [[Float]], aims: [Aim]) -> [Slope] {
        preconditionFailure("labels are all there is")
    }
}

/// Puts points into the lanes of a worker, as many at a time as it has.
private struct Lanes {
    let size: Int
    var points: Tensor
    var active: [Bool]

    init(_ count: Int, shape: Shape) {
        size = shape.count
        points = Tensor(shape.batched(count))
        active = Array(repeating: false, count: count)
    }

    mutating func fill(_ part: ArraySlice<[Float]>) {
        for lane in active.indices { active[lane] = lane < part.count }
        points.mutate { view in
            for index in part.indices { view.copy(part[index], to: (index - part.startIndex) * size) }
        }
    }
}

extension [[Float]] {
    /// Parts of at most so many points.
    fileprivate func parts(of count: Int) -> [Range<Int>] {
        stride(from: 0, to: self.count, by: count).map { $0..<Swift.min($0 + count, self.count) }
    }
}

/// Answers of a worker that gives scores.
final class ScoreAnswers: Answering {
    private let worker: any ScoreWorker
    private var places: Lanes
    private var scores = Tensor([0])

    init(_ worker: any ScoreWorker, shape: Shape) {
        self.worker = worker
        places = Lanes(worker.lanes, shape: shape)
    }

    var lanes: Int { worker.computesIdleLanes ? worker.lanes : 1 }

    func labels(at points: [[Float]]) throws -> [Int] {
        var labels: [Int] = []
        labels.reserveCapacity(points.count)
        for part in points.parts(of: worker.lanes) {
            places.fill(points[part])
            try worker.evaluate(&places.points, active: places.active, into: &scores)
            let (elements, classes) = (scores.elements, scores.rowSize)
            for lane in 0..<part.count {
                labels.append(elements.argmax(in: lane * classes..<(lane + 1) * classes))
            }
        }
        return labels
    }

    func logits(at points: [[Float]]) throws -> [[Float]] {
        var logits: [[Float]] = []
        logits.reserveCapacity(points.count)
        for part in points.parts(of: worker.lanes) {
            places.fill(points[part])
            try worker.evaluate(&places.points, active: places.active, into: &scores)
            for lane in 0..<part.count { logits.append(scores.array(ofRow: lane)) }
        }
        return logits
    }

    func slopes(of loss: Loss, at points: [[Float]], aims: [Aim]) -> [Slope] {
        preconditionFailure("scores are all there is")
    }
}

/// Answers of a worker that gives gradients.
final class GradientAnswers: Answering {
    private let worker: any GradientWorker
    private let scores: ScoreAnswers
    private var places: Lanes
    private var slope = LossGradient(losses: [], gradient: Tensor([0]), logits: Tensor([0]))

    init(_ worker: any GradientWorker, shape: Shape) {
        self.worker = worker
        scores = ScoreAnswers(worker, shape: shape)
        places = Lanes(worker.lanes, shape: shape)
    }

    var lanes: Int { worker.computesIdleLanes ? worker.lanes : 1 }

    func labels(at points: [[Float]]) throws -> [Int] { try scores.labels(at: points) }

    func logits(at points: [[Float]]) throws -> [[Float]] { try scores.logits(at: points) }

    func slopes(of loss: Loss, at points: [[Float]], aims: [Aim]) throws -> [Slope] {
        var slopes: [Slope] = []
        slopes.reserveCapacity(points.count)
        for part in points.parts(of: worker.lanes) {
            places.fill(points[part])
            let idle = Array(repeating: aims[part.lowerBound], count: worker.lanes - part.count)
            try worker.evaluate(
                loss,
                at: &places.points,
                aims: aims[part] + idle,
                active: places.active,
                into: &slope
            )
            for lane in 0..<part.count {
                slopes.append(
                    Slope(
                        loss: slope.losses[lane],
                        logits: slope.logits.array(ofRow: lane),
                        gradient: slope.gradient.array(ofRow: lane)
                    )
                )
            }
        }
        return slopes
    }
}

extension Tensor {
    /// One row's elements.
    func array(ofRow row: Int) -> [Float] { elements.array(row * rowSize..<(row + 1) * rowSize) }
}
