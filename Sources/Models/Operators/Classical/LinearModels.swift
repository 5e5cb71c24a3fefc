import BulwarkTensors

/// Weighted sums of features (`LinearClassifier` and `LinearRegressor` in `ai.onnx.ml`), as a `Gemm` and what
/// makes probabilities of its result.
enum LinearModels {
    /// `LinearClassifier`.
    static func lowerClassifier(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        let labels = try ClassLabels(node, numbers: "classlabels_ints", names: "classlabels_strings")
        let transform = try node.postTransform()
        let intercepts = try node.finiteFloats("intercepts") ?? []
        let rows = intercepts.isEmpty ? labels.count : intercepts.count
        let scores: ImportedValue
        if rows == 1, labels.count == 2 {
            // ONNX Runtime decides by the sign of the score, but answers 1 − s and s: only for sigmoids do
            // label and scores agree.
            guard transform == .logistic else {
                throw node.error(
                    "has one row of coefficients for two classes, which only LOGISTIC gives meaning"
                )
            }
            let score = try sums(node.step("score"), rows: 1, intercepts, into: &lowering)
            scores = try TwoClassScores.sigmoids.applied(to: score, node, into: &lowering)
        } else {
            guard rows == labels.count else {
                throw node.error("has \(rows) rows of coefficients for \(labels.count) classes")
            }
            let step = transform == .none ? node : node.step("scores")
            let raw = try sums(step, rows: rows, intercepts, into: &lowering)
            scores = try transform.applied(to: raw, columns: rows, node, into: &lowering)
        }
        return try labels.outputs(scores: scores, node, into: &lowering)
    }

    /// `LinearRegressor`.
    static func lowerRegressor(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        let targets = try node.int("targets") ?? 1
        let transform = try node.postTransform()
        let intercepts = try node.finiteFloats("intercepts") ?? []
        guard targets >= 1 else { throw node.error("attribute targets is \(targets)") }
        let step = transform == .none ? node : node.step("scores")
        let raw = try sums(step, rows: targets, intercepts, into: &lowering)
        return [try transform.applied(to: raw, columns: targets, node, into: &lowering)]
    }

    /// `X · coefficientsᵀ + intercepts`.
    private static func sums(
        _ node: ONNXNode,
        rows: Int,
        _ intercepts: [Float],
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let coefficients = try node.finiteFloats("coefficients") ?? []
        guard coefficients.count.isMultiple(of: rows), intercepts.isEmpty || intercepts.count == rows,
            !coefficients.isEmpty
        else {
            throw node.error("has \(coefficients.count) coefficients and \(intercepts.count) intercepts")
        }
        let matrix = Tensor(Shape(trusted: [rows, coefficients.count / rows]), coefficients)
        var arguments = [
            (try node.features(), name: "\(node.name).0"),
            (ImportedValue.constant(matrix), name: "\(node.name).coefficients"),
        ]
        if !intercepts.isEmpty {
            arguments.append((.constant(Tensor([rows], intercepts)), name: "\(node.name).intercepts"))
        }
        return try lowering.emit(Gemm(transposesRight: true), node, arguments: arguments)
    }
}
