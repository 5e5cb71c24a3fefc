import BulwarkTensors
import RealModule

/// How parameters follow their gradients.
public enum Optimizer: Sendable, Equatable {
    /// Stochastic gradient descent with momentum: `v ← momentum · v + g`, `w ← w − learningRate · v`.
    ///
    /// Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep
    /// learning" (ICML 2013), section 2, with the learning rate applied to the velocity.
    case sgd(learningRate: Float, momentum: Float)
    /// Adam: Kingma and Ba, "Adam: a method for stochastic optimization" (ICLR 2015), algorithm 1.
    case adam(learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)

    /// What an optimizer remembers between steps.
    public struct State: Sendable {
        fileprivate var steps = 0
        fileprivate var first: [ValueID: Tensor] = [:]
        fileprivate var second: [ValueID: Tensor] = [:]

        /// Nothing remembered.
        public init() {}
    }

    /// One step down the gradients.
    ///
    /// - Parameters:
    ///   - parameters: The tensors to change, by value.
    ///   - gradients: A gradient of the same shape for each of them.
    ///   - state: What was remembered; changed in place.
    public func step(_ parameters: inout [ValueID: Tensor], gradients: [ValueID: Tensor], state: inout State)
    {
        state.steps += 1
        for (id, gradient) in gradients {
            guard var parameter = parameters.removeValue(forKey: id) else { continue }
            precondition(parameter.shape == gradient.shape, "a gradient has the shape of its parameter")
            let slope = gradient.elements
            var first = state.first.removeValue(forKey: id) ?? Tensor(gradient.shape)
            switch self {
            case .sgd(let learningRate, let momentum):
                first.mutate { velocity in
                    for index in velocity.indices {
                        velocity[index] = momentum * velocity[index] + slope[index]
                    }
                }
                let velocity = first.elements
                parameter.mutate { weights in
                    for index in weights.indices { weights[index] -= learningRate * velocity[index] }
                }
            case .adam(let learningRate, let beta1, let beta2, let epsilon):
                var second = state.second.removeValue(forKey: id) ?? Tensor(gradient.shape)
                let firstCorrection = 1 - Float.pow(beta1, state.steps)
                let secondCorrection = 1 - Float.pow(beta2, state.steps)
                first.mutate { mean in
                    for index in mean.indices {
                        mean[index] = beta1 * mean[index] + (1 - beta1) * slope[index]
                    }
                }
                second.mutate { square in
                    for index in square.indices {
                        square[index] = beta2 * square[index] + (1 - beta2) * slope[index] * slope[index]
                    }
                }
                let (mean, square) = (first.elements, second.elements)
                parameter.mutate { weights in
                    for index in weights.indices {
                        let scale = (square[index] / secondCorrection).squareRoot() + epsilon
                        weights[index] -= learningRate * (mean[index] / firstCorrection) / scale
                    }
                }
                state.second[id] = second
            }
            state.first[id] = first
            parameters[id] = parameter
        }
    }
}
