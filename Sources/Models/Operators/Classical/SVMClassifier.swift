import BulwarkTensors

/// A support vector machine that decides between any two classes (`SVMClassifier` in `ai.onnx.ml`).
///
/// Its decision of a pair is a weighted sum of kernels with the support vectors of both classes, positive for
/// the first. Probabilities are coupled from those of the pairs; without them the decisions are the scores.
enum SVMClassifier {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let labels = try ClassLabels(node, numbers: "classlabels_ints", names: "classlabels_strings")
        let transform = try node.postTransform()
        let decisions = try decisions(node, classes: labels.count, into: &lowering)
        let pairs = labels.count * (labels.count - 1) / 2
        let (a, b) = (try node.finiteFloats("prob_a") ?? [], try node.finiteFloats("prob_b") ?? [])
        let scores: ImportedValue
        if !a.isEmpty {
            guard a.count == pairs, b.count == pairs else {
                throw node.error(
                    "has \(a.count) and \(b.count) numbers for the probabilities of \(pairs) pairs"
                )
            }
            guard labels.count <= CoupledProbabilities.maximumClasses else {
                throw node.error(
                    "couples probabilities of more than \(CoupledProbabilities.maximumClasses) classes"
                )
            }
            let coupling = CoupledProbabilities(classCount: labels.count, slopes: a, offsets: b)
            let step = transform == .none ? node : node.step("probabilities")
            let coupled = try lowering.emit(
                coupling,
                step,
                arguments: [(decisions, name: "\(node.name).decisions")]
            )
            scores = try transform.applied(to: coupled, columns: labels.count, node, into: &lowering)
        } else if labels.count == 2 {
            guard transform == .none || transform == .logistic else {
                throw node.error(
                    "makes two classes of a single score with post_transform \(transform.rawValue)"
                )
            }
            // ONNX Runtime answers −s and s although it decides for the first class where s is positive.
            let pair = transform == .none ? TwoClassScores.opposite : .sigmoids
            scores = try pair.applied(to: decisions, node, into: &lowering)
        } else {
            scores = try transform.applied(to: decisions, columns: pairs, node, into: &lowering)
        }
        guard node.reads(output: 0) else {
            return try labels.outputs(scores: scores, node, into: &lowering)
        }
        let votes = try votes(decisions, classes: labels.count, node, into: &lowering)
        return try labels.outputs(scores: scores, ranking: votes, node, into: &lowering)
    }

    /// The decisions of all pairs of classes, `[N, pairs]`, from 0 against 1 and 0 against 2 on.
    private static func decisions(
        _ node: ONNXNode,
        classes: Int,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let sizes = try node.ints("vectors_per_class") ?? []
        let total = sizes.reduce(0) { $1 < 0 || $0 > 1 << 40 ? .max : $0 + min($1, 1 << 40) }
        let coefficients = try node.finiteFloats("coefficients") ?? []
        let rho = try node.finiteFloats("rho") ?? []
        let pairs = classes.multipliedReportingOverflow(by: classes - 1).partialValue / 2
        guard sizes.count == classes, total <= coefficients.count,
            coefficients.count == (classes - 1) * total, rho.count == pairs
        else {
            throw node.error("its support vectors, coefficients and rho do not fit \(classes) classes")
        }
        let support = try SupportVectors(node, count: total)
        let kernel = try support.kernel(node, into: &lowering)
        // A file holds classes − 1 coefficients of each vector; the matrix has a column for each pair.
        try lowering.charge(total * pairs, for: node)
        var starts = [0]
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        let weights = Tensor(Shape(trusted: [total, pairs])) { target in
            var pair = 0
            for first in 0..<classes {
                for second in first + 1..<classes {
                    for vector in starts[first]..<starts[first + 1] {
                        target[vector * pairs + pair] = coefficients[(second - 1) * total + vector]
                    }
                    for vector in starts[second]..<starts[second + 1] {
                        target[vector * pairs + pair] = coefficients[first * total + vector]
                    }
                    pair += 1
                }
            }
        }
        return try lowering.emit(
            Gemm(),
            node.step("decisions"),
            arguments: [
                (kernel, name: "\(node.name).kernel"),
                (.constant(weights), name: "\(node.name).coefficients"),
                (.constant(Tensor([pairs], rho)), name: "\(node.name).rho"),
            ]
        )
    }

    /// How many of its pairs each class wins, `[N, classes]`.
    private static func votes(
        _ decisions: ImportedValue,
        classes: Int,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let pairs = classes * (classes - 1) / 2
        try lowering.charge(classes * pairs, for: node)
        let wins = try lowering.emit(
            Binarizer(threshold: 0),
            node.step("wins"),
            arguments: [(decisions, name: "\(node.name).decisions")]
        )
        // A pair that the first class does not win the second one does.
        var base = [Float](repeating: 0, count: classes)
        let matrix = Tensor(Shape(trusted: [pairs, classes])) { target in
            var pair = 0
            for first in 0..<classes {
                for second in first + 1..<classes {
                    target[pair * classes + first] = 1
                    target[pair * classes + second] = -1
                    base[second] += 1
                    pair += 1
                }
            }
        }
        return try lowering.emit(
            Gemm(),
            node.step("votes"),
            arguments: [
                (wins, name: "\(node.name).wins"), (.constant(matrix), name: "\(node.name).pairs"),
                (.constant(Tensor([classes], base)), name: "\(node.name).base"),
            ]
        )
    }
}
