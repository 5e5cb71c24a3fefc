import BulwarkTensors

/// One of the functions that recurrent layers let a model choose, as a composition.
struct RecurrentActivation {
    private enum Kind: String {
        case relu = "relu"
        case tanh = "tanh"
        case sigmoid = "sigmoid"
        case affine = "affine"
        case leakyRelu = "leakyrelu"
        case thresholdedRelu = "thresholdedrelu"
        case scaledTanh = "scaledtanh"
        case hardSigmoid = "hardsigmoid"
        case elu = "elu"
        case softsign = "softsign"
        case softplus = "softplus"

        /// What alpha is unless it is written, or nil if the function has none.
        var alpha: Float? {
            switch self {
            case .affine, .thresholdedRelu, .scaledTanh, .elu: 1
            case .leakyRelu: 0.01
            case .hardSigmoid: 0.2
            case .relu, .tanh, .sigmoid, .softsign, .softplus: nil
            }
        }

        /// What beta is unless it is written, or nil if the function has none.
        var beta: Float? {
            switch self {
            case .affine: 0
            case .scaledTanh: 1
            case .hardSigmoid: 0.5
            default: nil
            }
        }
    }

    private let kind: Kind
    private let alpha: Float
    private let beta: Float

    /// The functions a node names, or the standard ones; `perDirection` of them for each direction.
    static func reading(
        _ node: ONNXNode,
        standard: [String],
        directions: Int
    ) throws -> [[RecurrentActivation]] {
        let names = try node.strings("activations") ?? []
        let all = (0..<directions).flatMap { _ in standard }
        guard names.isEmpty || names.count == all.count else {
            throw node.error("attribute activations has \(names.count) entries, not \(all.count)")
        }
        var alphas = (node.floats("activation_alpha") ?? [])[...]
        var betas = (node.floats("activation_beta") ?? [])[...]
        guard alphas.allSatisfy(\.isFinite), betas.allSatisfy(\.isFinite) else {
            throw node.error("attribute activation_alpha or activation_beta is not finite")
        }
        let functions = try (names.isEmpty ? all : names).map { name in
            guard let kind = Kind(rawValue: name.lowercased()) else {
                throw node.error("attribute activations has the unknown value '\(name.prefix(40))'")
            }
            // Functions take the numbers they need in turn.
            return RecurrentActivation(
                kind: kind,
                alpha: kind.alpha.map { alphas.popFirst() ?? $0 } ?? 0,
                beta: kind.beta.map { betas.popFirst() ?? $0 } ?? 0
            )
        }
        guard alphas.isEmpty, betas.isEmpty else {
            throw node.error(
                "it has more numbers in activation_alpha or activation_beta than its functions take"
            )
        }
        return (0..<directions).map { Array(functions[($0 * standard.count)..<(($0 + 1) * standard.count)]) }
    }

    /// The function of every element.
    func apply(
        _ x: ImportedValue,
        as step: String,
        of node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        switch kind {
        case .relu: return try lowering.apply(Relu(), x, as: step, of: node)
        case .tanh: return try lowering.apply(Tanh(), x, as: step, of: node)
        case .sigmoid: return try lowering.apply(Sigmoid(), x, as: step, of: node)
        case .leakyRelu: return try lowering.apply(LeakyRelu(slope: alpha), x, as: step, of: node)
        case .affine: return try line(x, as: step, of: node, into: &lowering)
        case .hardSigmoid:
            let line = try line(x, as: "\(step)_line", of: node, into: &lowering)
            return try lowering.apply(Clip(lower: 0, upper: 1), line, as: step, of: node)
        case .scaledTanh:
            let inner = try lowering.apply(Mul(), x, .number(beta), as: "\(step)_inner", of: node)
            let tanh = try lowering.apply(Tanh(), inner, as: "\(step)_tanh", of: node)
            return try lowering.apply(Mul(), tanh, .number(alpha), as: step, of: node)
        case .elu: return try lowering.apply(Elu(alpha: alpha), x, as: step, of: node)
        case .thresholdedRelu:
            return try lowering.apply(ThresholdedRelu(alpha: alpha), x, as: step, of: node)
        case .softsign: return try lowering.apply(Softsign(), x, as: step, of: node)
        case .softplus: return try lowering.apply(Softplus(), x, as: step, of: node)
        }
    }

    private func line(
        _ x: ImportedValue,
        as step: String,
        of node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let slope = try lowering.apply(Mul(), x, .number(alpha), as: "\(step)_slope", of: node)
        return try lowering.apply(Add(), slope, .number(beta), as: step, of: node)
    }
}
