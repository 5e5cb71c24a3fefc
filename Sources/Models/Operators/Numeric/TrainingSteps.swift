import BulwarkTensors
import RealModule

/// Steps of optimizers as operators of a model (`ai.onnx.preview.training`), made of elementary ones.
///
/// Inputs: the learning rate, the number of updates so far, and then groups of tensors: all parameters, all
/// their gradients, and all of each kind of state. Outputs: the new parameters and the new states.
enum TrainingSteps {
    /// `Adagrad` (Duchi, Hazan and Singer, JMLR 12, 2011): the state is the sum of squared gradients.
    static func lowerAdagrad(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let epsilon = try node.float("epsilon") ?? 0
        let decay = try node.float("decay_factor") ?? 0
        return try lower(node, &lowering, states: 1) { steps, rate, count, parameter, gradient, states in
            let age = try steps.apply(Add(), [number(1), steps.apply(Mul(), [count, number(decay)])])
            let decayed = try steps.apply(Div(), [rate, age])
            let square = try steps.apply(Mul(), [gradient, gradient])
            let sum = try steps.apply(Add(), [states[0], square])
            let scale = try steps.apply(Add(), [steps.apply(Sqrt(), [sum]), number(epsilon)])
            let step = try steps.apply(Div(), [steps.apply(Mul(), [decayed, gradient]), scale])
            return [try steps.apply(Sub(), [parameter, step]), sum]
        }
    }

    /// `Adam` (Kingma and Ba, arXiv 1412.6980): the states are the means of gradients and of their squares.
    static func lowerAdam(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let alpha = try node.float("alpha") ?? 0.9
        let beta = try node.float("beta") ?? 0.999
        let epsilon = try node.float("epsilon") ?? 1e-6
        let after = try node.float("norm_coefficient_post") ?? 0
        guard alpha > 0, beta > 0 else { throw node.error("its rates of decay are not positive") }
        return try lower(node, &lowering, states: 2) { steps, rate, count, parameter, gradient, states in
            let first = try mean(alpha, states[0], gradient, &steps)
            let second = try mean(beta, states[1], steps.apply(Mul(), [gradient, gradient]), &steps)
            // Both means start at zero; without any update so far nothing is corrected.
            let isLater = try steps.apply(Comparison(.greater), [count, number(0)])
            let safe = try steps.apply(Where(), [isLater, count, number(1)])
            let short = try steps.apply(Sqrt(), [missing(beta, safe, &steps)])
            let correction = try steps.apply(Div(), [short, missing(alpha, safe, &steps)])
            let corrected = try steps.apply(Mul(), [rate, correction])
            let adjusted = try steps.apply(Where(), [isLater, corrected, rate])
            let scale = try steps.apply(Add(), [steps.apply(Sqrt(), [second]), number(epsilon)])
            let step = try steps.apply(Div(), [steps.apply(Mul(), [adjusted, first]), scale])
            let moved = try steps.apply(Sub(), [parameter, step])
            return [try steps.apply(Mul(), [moved, number(1 - after)]), first, second]
        }
    }

    /// `Momentum`, ordinary or Nesterov's: the state is the velocity.
    static func lowerMomentum(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let alpha = try node.float("alpha"), let beta = try node.float("beta"),
            let mode = try node.string("mode"), mode == "standard" || mode == "nesterov"
        else { throw node.error("its attributes alpha, beta and mode are missing or unknown") }
        return try lower(node, &lowering, states: 1) { steps, rate, count, parameter, gradient, states in
            // The very first gradient counts in full.
            let isLater = try steps.apply(Comparison(.greater), [count, number(0)])
            let weight = try steps.apply(Where(), [isLater, number(beta), number(1)])
            let velocity = try steps.apply(
                Add(),
                [
                    steps.apply(Mul(), [number(alpha), states[0]]),
                    steps.apply(Mul(), [weight, gradient]),
                ]
            )
            var direction = velocity
            if mode == "nesterov" {
                let ahead = try steps.apply(Mul(), [number(alpha), velocity])
                direction = try steps.apply(Add(), [gradient, ahead])
            }
            let step = try steps.apply(Mul(), [rate, direction])
            return [try steps.apply(Sub(), [parameter, step]), velocity]
        }
    }

    private typealias Update = (
        _ steps: inout LoweringSteps,
        _ rate: ImportedValue,
        _ count: ImportedValue,
        _ parameter: ImportedValue,
        _ gradient: ImportedValue,
        _ states: [ImportedValue]
    ) throws -> [ImportedValue]

    /// Applies an update to each group of tensors.
    ///
    /// - Returns: All new parameters, and then all new states of each kind.
    private static func lower(
        _ node: ONNXNode,
        _ lowering: inout ONNXLowering,
        states: Int,
        _ update: Update
    ) throws -> [ImportedValue] {
        let (groups, rest) = (node.inputs.count - 2).quotientAndRemainder(dividingBy: states + 2)
        guard rest == 0, groups > 0 else { throw node.error("its tensors come in no whole groups") }
        let decay = try node.float("norm_coefficient") ?? 0
        var steps = LoweringSteps(node, lowering)
        let (rate, count) = try (node.input(0), node.input(1))
        var results: [[ImportedValue]] = []
        for group in 0..<groups {
            let tensors = try (0..<states + 2).map { try node.input(2 + $0 * groups + group) }
            let shapes = tensors.map { steps.lowering.shape(of: $0) }
            guard shapes.allSatisfy({ $0 == shapes[0] }) else {
                throw node.error("a parameter, its gradient and its states have different shapes")
            }
            let pull = try steps.apply(Mul(), [number(decay), tensors[0]])
            let gradient = try steps.apply(Add(), [pull, tensors[1]])
            results.append(
                try update(&steps, rate, count, tensors[0], gradient, Array(tensors[2...]))
            )
        }
        lowering = steps.lowering
        return (0..<states + 1).flatMap { kind in results.map { $0[kind] } }
    }

    private static func number(_ value: Float) -> ImportedValue { .constant(Tensor(scalar: value)) }

    /// `rate · old + (1 - rate) · new`.
    private static func mean(
        _ rate: Float,
        _ old: ImportedValue,
        _ new: ImportedValue,
        _ steps: inout LoweringSteps
    ) throws -> ImportedValue {
        let kept = try steps.apply(Mul(), [number(rate), old])
        return try steps.apply(Add(), [kept, steps.apply(Mul(), [number(1 - rate), new])])
    }

    /// What a mean with this rate still lacks after a number of updates: `1 - rateᵗ`.
    private static func missing(
        _ rate: Float,
        _ count: ImportedValue,
        _ steps: inout LoweringSteps
    ) throws -> ImportedValue {
        let logarithm = number(Float(Double.log(Double(rate))))
        let left = try steps.apply(Exp(), [steps.apply(Mul(), [count, logarithm])])
        return try steps.apply(Sub(), [number(1), left])
    }
}
