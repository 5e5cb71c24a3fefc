import BulwarkTensors

/// A classifier that refuses to answer once somebody wants the work to end.
///
/// Every attack asks its model every few milliseconds, so an attack of an hour ends within a block, and no
/// attack has to know of it. Answers are those of the classifier underneath.
public struct StoppableClassifier<Base: LabelAccess>: LabelAccess {
    /// What answers.
    public let base: Base
    /// Asked before each answer, on any thread: why to end; nil to go on.
    private let stop: @Sendable () -> RunStop?

    /// A classifier that asks `stop` before each answer.
    ///
    /// - Parameters:
    ///   - base: What answers.
    ///   - stop: Asked on any thread, and often: why to end; nil to go on.
    public init(_ base: Base, stop: @escaping @Sendable () -> RunStop?) {
        self.base = base
        self.stop = stop
    }

    /// The shape of one sample.
    public var inputShape: Shape { base.inputShape }
    /// The number of classes.
    public var classCount: Int { base.classCount }

    /// The predicted class of each sample.
    ///
    /// - Throws: `RunStop`, and what the classifier underneath throws.
    public func labels(for inputs: Tensor) throws -> [Int] {
        try goOn()
        return try base.labels(for: inputs)
    }

    private func goOn() throws(RunStop) { if let stop = stop() { throw stop } }
}

extension StoppableClassifier: ScoreAccess where Base: ScoreAccess {
    /// The number of threads.
    public var workerCount: Int { base.workerCount }

    /// The scores of each sample, `[N, classCount]`.
    ///
    /// - Throws: `RunStop`, and what the classifier underneath throws.
    public func logits(for inputs: Tensor) throws -> Tensor {
        try goOn()
        return try base.logits(for: inputs)
    }

    /// Calls `body` on each thread with a worker that asks whether to go on before each answer.
    ///
    /// - Throws: `RunStop`, and what the classifier underneath or one of the calls throws.
    public func withScoreWorkers(_ body: @Sendable (any ScoreWorker) throws -> Void) throws {
        try base.withScoreWorkers { try body(StoppableScoreWorker($0, goOn: goOn)) }
    }
}

extension StoppableClassifier: GradientAccess where Base: GradientAccess {
    /// The loss of each sample and its gradient.
    ///
    /// - Throws: `RunStop`, and what the classifier underneath throws.
    public func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        try goOn()
        return try base.inputGradient(of: loss, at: inputs, aims: aims)
    }

    /// Calls `body` on each thread with a worker that asks whether to go on before each answer.
    ///
    /// - Throws: `RunStop`, and what the classifier underneath or one of the calls throws.
    public func withGradientWorkers(_ body: @Sendable (any GradientWorker) throws -> Void) throws {
        try base.withGradientWorkers { try body(StoppableGradientWorker($0, goOn: goOn)) }
    }
}

extension StoppableClassifier: ActivationAccess where Base: ActivationAccess {
    /// The activations that the last layer with weights reads, `[N, d]`; nil if there is no such layer.
    ///
    /// - Throws: `RunStop`, and what the classifier underneath throws.
    public func activations(for inputs: Tensor) throws -> Tensor? {
        try goOn()
        return try base.activations(for: inputs)
    }
}

private final class StoppableScoreWorker: ScoreWorker {
    private let base: any ScoreWorker
    private let goOn: () throws(RunStop) -> Void

    init(_ base: any ScoreWorker, goOn: @escaping () throws(RunStop) -> Void) {
        (self.base, self.goOn) = (base, goOn)
    }

    var lanes: Int { base.lanes }
    var computesIdleLanes: Bool { base.computesIdleLanes }

    func evaluate(_ points: inout Tensor, active: [Bool], into logits: inout Tensor) throws {
        try goOn()
        try base.evaluate(&points, active: active, into: &logits)
    }
}

private final class StoppableGradientWorker: GradientWorker {
    private let base: any GradientWorker
    private let goOn: () throws(RunStop) -> Void

    init(_ base: any GradientWorker, goOn: @escaping () throws(RunStop) -> Void) {
        (self.base, self.goOn) = (base, goOn)
    }

    var lanes: Int { base.lanes }
    var computesIdleLanes: Bool { base.computesIdleLanes }

    func evaluate(_ points: inout Tensor, active: [Bool], into logits: inout Tensor) throws {
        try goOn()
        try base.evaluate(&points, active: active, into: &logits)
    }

    func evaluate(
        _ loss: Loss,
        at points: inout Tensor,
        aims: [Aim],
        active: [Bool],
        into slope: inout LossGradient
    ) throws {
        try goOn()
        try base.evaluate(loss, at: &points, aims: aims, active: active, into: &slope)
    }
}
