import BulwarkTensors

/// Lines along one axis divided by their norm (ONNX `LpNormalization`).
///
/// A line of zeros stays as it is.
public struct LpNormalization: Operator {
    /// The norm that the lines are divided by.
    public enum Norm: Int, Sendable {
        /// The sum of magnitudes.
        case l1 = 1
        /// The Euclidean norm.
        case l2
    }

    /// The axis; negative from the end.
    public let axis: Int
    /// The norm.
    public let norm: Norm

    /// A normalisation along an axis.
    public init(axis: Int = -1, norm: Norm = .l2) {
        self.axis = axis
        self.norm = norm
    }

    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        _ = try Axes.resolve(axis, rank: inputs[0].rank)
        return inputs[0]
    }

    /// `x / ‖x‖` along the axis.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        return Tensor(shape) { target in
            forEachLine(inputs[0]) { line, length in
                guard length != 0 else { return }
                for position in line { target[position] = Float(Double(source[position]) / length) }
            }
        }
    }

    /// `(g - n · Σ g · y) / ‖x‖`, where `n`, the derivative of the norm, is the sign of `x` or `y`; 0 for a
    /// line of zeros.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (y, gradient) = (output.elements, cotangent.elements)
        let result = Tensor(output.shape) { target in
            forEachLine(inputs[0]) { line, length in
                guard length != 0 else { return }
                var sum = 0.0
                for position in line { sum += Double(gradient[position]) * Double(y[position]) }
                for position in line {
                    let growth =
                        switch norm {
                        case .l1: y[position] > 0 ? 1 : y[position] < 0 ? -1 : 0.0
                        case .l2: Double(y[position])
                        }
                    target[position] = Float((Double(gradient[position]) - growth * sum) / length)
                }
            }
        }
        return [result]
    }

    /// Visits the lines with the positions of their elements and their norms.
    private func forEachLine(_ input: Tensor, _ body: (_ line: StrideTo<Int>, _ norm: Double) -> Void) {
        let source = input.elements
        let lines = AxisBlocks(input.shape, axis: axis)
        lines.forEachLine { start in
            let line = stride(from: start, to: start + lines.length * lines.inner, by: lines.inner)
            var sum = 0.0
            for position in line {
                let element = Double(source[position])
                sum += norm == .l1 ? abs(element) : element * element
            }
            body(line, norm == .l1 ? sum : sum.squareRoot())
        }
    }

    /// `LpNormalization`.
    public var onnx: ONNXForm {
        ONNXForm("LpNormalization", ["axis": .int(axis), "p": .int(norm.rawValue)])
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let order = try node.int("p") ?? 2
        guard let norm = Norm(rawValue: order) else {
            throw node.error("attribute p is \(order), not 1 or 2")
        }
        let operation = LpNormalization(axis: try node.int("axis") ?? -1, norm: norm)
        return [try lowering.emit(operation, node, inputs: [0])]
    }
}
