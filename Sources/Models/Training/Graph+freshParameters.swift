import BulwarkTensors
import RealModule

extension Graph {
    /// The same layers with nothing of what they have learnt: parameters drawn anew, ready to be trained.
    ///
    /// Weights before a rectifier are normal with variance 2 / fan-in (He, Zhang, Ren and Sun, "Delving deep
    /// into rectifiers", ICCV 2015, equation 10), others with variance 2 / (fan-in + fan-out) (Glorot and
    /// Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010,
    /// equation 12). Biases are 0, scales 1, slopes of rectifiers ¼, tokens normal with deviation 0.02;
    /// running means are 0 and running variances 1. Single numbers, and what prepares inputs before the first
    /// layer, stay: they belong to the architecture.
    ///
    /// - Parameter seed: The seed of the weights.
    /// - Returns: A graph of the same operators, whose learnt parameters are trainable and new.
    /// - Throws: `FreshParametersError` if a parameter that may have been learnt has no known role, so that
    ///   nothing of it stays behind unnoticed.
    public func withFreshParameters(seed: UInt64) throws(FreshParametersError) -> Graph {
        let roles = try ParameterRoles(self).roles
        var (fresh, trainable) = (parameters, [ValueID]())
        for id in parameters.keys.sorted(by: { $0.index < $1.index }) {
            guard let tensor = parameters[id], let role = roles[id], role != .constant else { continue }
            var random = SeededRandom(seed: seed, stream: "fresh parameters: \(self[id].name)")
            fresh[id] = role.draw(tensor.shape, &random)
            if role != .mean, role != .variance { trainable.append(id) }
        }
        return Graph(
            values: values,
            inputs: inputs,
            outputs: outputs,
            parameters: fresh,
            trainable: trainable,
            nodes: nodes
        )
    }
}

extension ParameterRoles.Role {
    /// What training begins with.
    fileprivate func draw(_ shape: Shape, _ random: inout SeededRandom) -> Tensor {
        switch self {
        case .weight(let fanIn, let fanOut, let isRectified):
            let variance = isRectified ? 2 / Float(max(fanIn, 1)) : 2 / Float(max(fanIn + fanOut, 1))
            return .normal(shape, deviation: .sqrt(variance), &random)
        case .token: return .normal(shape, deviation: 0.02, &random)
        case .bias, .mean, .constant: return Tensor(shape)
        case .scale, .variance: return Tensor(shape, repeating: 1)
        case .slope: return Tensor(shape, repeating: 0.25)
        }
    }
}

extension Tensor {
    fileprivate static func normal(
        _ shape: Shape,
        deviation: Float,
        _ random: inout SeededRandom
    ) -> Tensor {
        Tensor(shape, generating: { _ in deviation * random.normal() })
    }
}
