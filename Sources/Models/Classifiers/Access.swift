import BulwarkTensors

/// A classifier that answers with labels only: what a black-box adversary of the decision kind sees.
public protocol LabelAccess: Sendable {
    /// The shape of one sample, without the batch axis.
    var inputShape: Shape { get }
    /// The number of classes, at least 2.
    var classCount: Int { get }

    /// The predicted class of each sample.
    ///
    /// - Parameter inputs: Samples `[N, …inputShape]`, any N ≥ 0.
    /// - Returns: A class in 0..<classCount for each sample.
    /// - Throws: What the model underneath throws, for instance for samples of another shape.
    func labels(for inputs: Tensor) throws -> [Int]
}

/// A classifier that answers with scores: what a black-box adversary of the score kind sees.
public protocol ScoreAccess: LabelAccess {
    /// The scores before the softmax, `[N, classCount]`; the largest one is the prediction.
    ///
    /// - Parameter inputs: Samples `[N, …inputShape]`, any N ≥ 0.
    /// - Returns: Scores `[N, classCount]`.
    /// - Throws: What the model underneath throws, for instance for samples of another shape.
    func logits(for inputs: Tensor) throws -> Tensor

    /// How often `withScoreWorkers` and `withGradientWorkers` call what they are given.
    var workerCount: Int { get }

    /// Calls `body` on each thread that the model has, with something that computes scores for that thread
    /// alone.
    ///
    /// - Throws: What the model or one of the calls throws.
    func withScoreWorkers(_ body: @Sendable (any ScoreWorker) throws -> Void) throws
}

/// Computes scores of a fixed number of samples at a time, for one thread.
public protocol ScoreWorker: AnyObject {
    /// The number of samples.
    var lanes: Int { get }

    /// Whether lanes without a sample are computed as well, so that a question more costs nothing as long as
    /// there are such lanes.
    var computesIdleLanes: Bool { get }

    /// The scores before the softmax.
    ///
    /// No sample changes another's result, and each is what `ScoreAccess.logits` gives to the last bit. Lanes
    /// without a sample may hold anything.
    ///
    /// - Parameters:
    ///   - points: Samples `[lanes, …inputShape]`; back unchanged when the call returns.
    ///   - active: For each lane whether there is a sample in it.
    ///   - logits: What an earlier call gave, or anything; overwritten with `[lanes, classCount]`.
    /// - Throws: What the model underneath throws.
    func evaluate(_ points: inout Tensor, active: [Bool], into logits: inout Tensor) throws
}

/// A classifier that can be differentiated: what a white-box adversary sees.
public protocol GradientAccess: ScoreAccess {
    /// The loss of each sample and its gradient with respect to the sample.
    ///
    /// - Parameters:
    ///   - loss: What to differentiate; larger is better for the adversary.
    ///   - inputs: Samples `[N, …inputShape]`.
    ///   - aims: What the adversary wants of each sample.
    /// - Returns: Losses, gradients of the inputs' shape, and logits.
    /// - Throws: What the model underneath throws, for instance for samples of another shape.
    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient

    /// Calls `body` on each thread that the model has, with something that computes gradients for that thread
    /// alone.
    ///
    /// An attack that takes many steps shares its samples out between the calls, so that threads meet once an
    /// attack and not once a step.
    ///
    /// - Throws: What the model or one of the calls throws.
    func withGradientWorkers(_ body: @Sendable (any GradientWorker) throws -> Void) throws
}

/// Computes gradients of a fixed number of samples at a time, for one thread.
public protocol GradientWorker: ScoreWorker {
    /// The loss of each sample and its gradient with respect to the sample.
    ///
    /// No sample changes another's result, so lanes without a sample may hold anything, and mean nothing in
    /// the slope.
    ///
    /// - Parameters:
    ///   - loss: What to differentiate; larger is better for the adversary.
    ///   - points: Samples `[lanes, …inputShape]`; back unchanged when the call returns.
    ///   - aims: What the adversary wants of each sample.
    ///   - active: For each lane whether there is a sample in it.
    ///   - slope: What an earlier call gave, or anything; overwritten.
    /// - Throws: What the model underneath throws.
    func evaluate(
        _ loss: Loss,
        at points: inout Tensor,
        aims: [Aim],
        active: [Bool],
        into slope: inout LossGradient
    ) throws
}

/// A classifier whose inner activations can be read, for detectors that look at them.
public protocol ActivationAccess: GradientAccess {
    /// The activations that the last layer with weights reads, `[N, d]`; nil if the model has no such layer.
    ///
    /// - Parameter inputs: Samples `[N, …inputShape]`.
    /// - Returns: One row of activations a sample, or nil.
    /// - Throws: What the model underneath throws, for instance for samples of another shape.
    func activations(for inputs: Tensor) throws -> Tensor?
}

extension ScoreAccess {
    /// The position of the largest score of each sample; the first one on a tie.
    public func labels(for inputs: Tensor) throws -> [Int] { try logits(for: inputs).argmaxOfRows() }
}

/// What an adversary wants a classifier to say of one sample.
public enum Aim: Sendable, Hashable {
    /// Anything but the true label.
    case anythingBut(Int)
    /// A chosen class, where the true label is `not`.
    case exactly(Int, not: Int)

    /// Whether a predicted label is what the adversary wanted.
    public func isReached(by label: Int) -> Bool {
        switch self {
        case .anythingBut(let truth): label != truth
        case .exactly(let target, _): label == target
        }
    }

    /// The label the sample really has.
    public var truth: Int {
        switch self {
        case .anythingBut(let truth): truth
        case .exactly(_, let truth): truth
        }
    }
}

/// The losses of a batch, their gradients with respect to the inputs, and the logits they came from.
public struct LossGradient: Sendable {
    /// The loss of each sample; larger is better for the adversary.
    public var losses: [Float]
    /// The gradient of each sample's loss, of the inputs' shape.
    public var gradient: Tensor
    /// The logits of each sample, `[N, classCount]`.
    public var logits: Tensor

    /// The parts together.
    public init(losses: [Float], gradient: Tensor, logits: Tensor) {
        self.losses = losses
        self.gradient = gradient
        self.logits = logits
    }
}
