import BulwarkTensors

/// The last step of the scores of models in `ai.onnx.ml`.
enum PostTransform: String {
    /// Scores as they are.
    case none = "NONE"
    /// A softmax over all scores of a sample.
    case softmax = "SOFTMAX"
    /// A sigmoid of each.
    case logistic = "LOGISTIC"
    /// A softmax over the scores that are not zero.
    case softmaxZero = "SOFTMAX_ZERO"
    /// The inverse of the normal distribution, of each.
    case probit = "PROBIT"

    /// The most scores for which an identity matrix is written to say one of the rarer steps in ONNX.
    static let maximumColumns = 4096

    /// Applies this to scores `[N, columns]`.
    ///
    /// - Throws: `ONNXError` for a single column, of which the specification and ONNX Runtime say different
    ///   things.
    func applied(
        to scores: ImportedValue,
        columns: Int,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        if self == .none { return scores }
        guard columns > 1 else { throw node.error("has a single score with post_transform \(rawValue)") }
        guard columns <= Self.maximumColumns || self == .softmax || self == .logistic else {
            throw node.error("has more than \(Self.maximumColumns) scores with post_transform \(rawValue)")
        }
        let arguments = [(scores, name: "\(node.name).scores")]
        switch self {
        case .none: return scores
        case .softmax: return try lowering.emit(Softmax(axis: 1), node, arguments: arguments)
        case .logistic: return try lowering.emit(Sigmoid(), node, arguments: arguments)
        case .softmaxZero:
            return try lowering.emit(SoftmaxOfNonzero(columns: columns), node, arguments: arguments)
        case .probit: return try lowering.emit(Probit(columns: columns), node, arguments: arguments)
        }
    }
}

/// What becomes of a single score s of the second of two classes, as ONNX Runtime has it.
enum TwoClassScores {
    /// The pair −s, s.
    case opposite
    /// The pair 1 − s, s.
    case complementary
    /// The pair σ(−s), σ(s).
    case sigmoids

    /// Makes scores `[N, 2]` of scores `[N, 1]`.
    func applied(
        to score: ImportedValue,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let step = self == .sigmoids ? node.step("pair") : node
        var arguments = [
            (score, name: "\(node.name).score"),
            (.constant(Tensor([1, 2], [-1, 1])), name: "\(node.name).signs"),
        ]
        if self == .complementary {
            arguments.append((.constant(Tensor([2], [1, 0])), name: "\(node.name).offsets"))
        }
        let pair = try lowering.emit(Gemm(), step, arguments: arguments)
        guard self == .sigmoids else { return pair }
        return try lowering.emit(Sigmoid(), node, arguments: [(pair, name: "\(node.name).scores")])
    }
}

extension ONNXForm {
    /// A linear model that does nothing but the last step of its scores.
    static func identity(columns: Int, postTransform: PostTransform) -> ONNXForm {
        let matrix = (0..<columns * columns).map { $0 / columns == $0 % columns ? Float(1) : 0 }
        return .classical(
            "LinearRegressor",
            [
                "targets": .int(columns), "coefficients": .floats(matrix),
                "post_transform": .string(postTransform.rawValue),
            ]
        )
    }
}
