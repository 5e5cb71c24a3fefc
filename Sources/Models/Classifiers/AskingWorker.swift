import BulwarkTensors

extension ScoreWorker {
    /// No, unless a worker says otherwise: what is asked may be counted or paid for.
    public var computesIdleLanes: Bool { false }
}

extension ScoreAccess {
    /// One.
    public var workerCount: Int { 1 }

    /// One worker, which asks for scores like everybody else.
    public func withScoreWorkers(_ body: @Sendable (any ScoreWorker) throws -> Void) throws {
        try body(AskingScoreWorker(model: self))
    }
}

extension GradientAccess {
    /// One worker, which asks for gradients like everybody else.
    public func withGradientWorkers(_ body: @Sendable (any GradientWorker) throws -> Void) throws {
        try body(AskingGradientWorker(model: self))
    }
}

/// A worker for models that have no faster way.
private class AskingScoreWorker<Model: ScoreAccess>: ScoreWorker {
    let lanes = 64
    let model: Model

    init(model: Model) { self.model = model }

    func evaluate(_ points: inout Tensor, active: [Bool], into logits: inout Tensor) throws {
        // Whoever counts what the model is asked counts samples, not lanes.
        let rows = active.indices.filter { active[$0] }
        let shape = Shape(trusted: [lanes, model.classCount])
        if logits.shape != shape { logits = Tensor(shape) }
        logits.setRows(rows, to: try model.logits(for: points.gatheringRows(rows)))
    }
}

private final class AskingGradientWorker<Model: GradientAccess>: AskingScoreWorker<Model>, GradientWorker {
    func evaluate(
        _ loss: Loss,
        at points: inout Tensor,
        aims: [Aim],
        active: [Bool],
        into slope: inout LossGradient
    ) throws {
        let rows = active.indices.filter { active[$0] }
        let found = try model.inputGradient(
            of: loss,
            at: points.gatheringRows(rows),
            aims: rows.map { aims[$0] }
        )
        if slope.losses.count != lanes {
            slope = LossGradient(
                losses: Array(repeating: 0, count: lanes),
                gradient: Tensor(points.shape),
                logits: Tensor(found.logits.shape.dropFirst.batched(lanes))
            )
        }
        slope.gradient.setRows(rows, to: found.gradient)
        slope.logits.setRows(rows, to: found.logits)
        for (position, row) in rows.enumerated() { slope.losses[row] = found.losses[position] }
    }
}
