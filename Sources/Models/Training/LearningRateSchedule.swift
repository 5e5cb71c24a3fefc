import RealModule

/// How the learning rate goes on from what the optimizer begins with.
public enum LearningRateSchedule: String, Sendable, CaseIterable {
    /// It stays.
    case constant
    /// It falls to zero along half a cosine, step by step.
    ///
    /// Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (ICLR 2017), equation 5,
    /// without restarts.
    case cosine

    /// What the learning rate is multiplied by when this share of the steps is done, from 0 to 1.
    public func factor(at progress: Float) -> Float {
        switch self {
        case .constant: 1
        case .cosine: (1 + .cos(.pi * min(max(progress, 0), 1))) / 2
        }
    }
}

extension Optimizer {
    /// The same with a learning rate multiplied by a factor.
    func scaled(by factor: Float) -> Optimizer {
        switch self {
        case .sgd(let learningRate, let momentum):
            .sgd(learningRate: factor * learningRate, momentum: momentum)
        case .adam(let learningRate, let beta1, let beta2, let epsilon):
            .adam(learningRate: factor * learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
        }
    }
}
