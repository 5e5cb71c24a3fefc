import BulwarkTensors

/// The squared Euclidean distance of every row of one matrix to every row of another.
public struct SquaredDistances: Operator {
    /// Squared distances.
    public init() {}

    /// `[n, d]` and `[m, d]` give `[n, m]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        guard inputs[0].rank == 2, inputs[1].rank == 2, inputs[0][1] == inputs[1][1] else {
            throw .shapes("the rows are not equally long", inputs)
        }
        return [inputs[0][0], inputs[1][0]]
    }

    /// The sums of squared differences.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (left, right) = (inputs[0].elements, inputs[1].elements)
        let (rows, columns, width) = (shape[0], shape[1], inputs[0].shape[1])
        return Tensor(shape) { target in
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum: Float = 0
                    for position in 0..<width {
                        let difference = left[row * width + position] - right[column * width + position]
                        sum += difference * difference
                    }
                    target[row * columns + column] = sum
                }
            }
        }
    }

    /// Twice the differences, weighted with the cotangent: 2 Σ c (x − y) for x, and the opposite for y.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let gradient = cotangent.elements
        let (rows, columns, width) = (output.shape[0], output.shape[1], inputs[0].shape[1])
        func own(_ isLeft: Bool) -> Tensor {
            let (mine, other) = isLeft ? (inputs[0], inputs[1]) : (inputs[1], inputs[0])
            let (points, others) = (mine.elements, other.elements)
            return Tensor(mine.shape) { target in
                for row in 0..<(isLeft ? rows : columns) {
                    for column in 0..<(isLeft ? columns : rows) {
                        let weight = 2 * gradient[isLeft ? row * columns + column : column * columns + row]
                        if weight == 0 { continue }
                        for position in 0..<width {
                            let difference =
                                points[row * width + position] - others[column * width + position]
                            target[row * width + position] += weight * difference
                        }
                    }
                }
            }
        }
        return [needed[0] ? own(true) : nil, needed[1] ? own(false) : nil]
    }

    /// `CDist`, an operator of ONNX Runtime's own.
    public var onnx: ONNXForm {
        ONNXForm("CDist", ["metric": .string("sqeuclidean")], domain: "com.microsoft", opset: 1)
    }

    /// `CDist`.
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let metric = try node.string("metric") ?? "sqeuclidean"
        guard metric == "sqeuclidean" || metric == "euclidean" else {
            throw node.error("measures distances as '\(metric)'")
        }
        if metric == "sqeuclidean" { return [try lowering.emit(SquaredDistances(), node, inputs: [0, 1])] }
        let squared = try lowering.emit(SquaredDistances(), node.step("squared"), inputs: [0, 1])
        return [try lowering.emit(Sqrt(), node, arguments: [(squared, name: "\(node.name).squared")])]
    }
}

extension SquaredDistances: HeavyOperator {
    func stepsPerElement(_ inputs: [Tensor]) -> Int { inputs[0].shape[1] }
}
