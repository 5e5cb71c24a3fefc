import BulwarkTensors

/// A matrix product whose sums are exact when its operands hold integers (ONNX `MatMulInteger` once its zero
/// points are taken off).
///
/// The shapes are those of `MatMul`. Products are added up in double precision, which loses nothing below
/// 2⁵³; what comes out is rounded to a float once.
public struct ExactMatMul: HeavyOperator {
    /// Whether the results have to be integers that a float carries.
    public let givesIntegers: Bool

    /// A matrix product.
    public init(givesIntegers: Bool) { self.givesIntegers = givesIntegers }

    /// `[…, m, k] · […, k, n] = […, m, n]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try MatMul().outputShape(for: inputs)
    }

    /// The product of every pair of matrices.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Tensor(shape) { target in
            Stacks(inputs[0], inputs[1]).forEachPair { position, left, right in
                let right = right.rowMajor
                let columns = right.columns
                var sums = [Double](repeating: 0, count: columns)
                for row in 0..<left.rows {
                    for column in 0..<columns { sums[column] = 0 }
                    for inner in 0..<left.columns {
                        let factor = Double(left[row, inner])
                        let start = right.start(ofRow: inner)
                        for column in 0..<columns {
                            sums[column] += factor * Double(right.elements[start + column])
                        }
                    }
                    let start = (position * left.rows + row) * columns
                    for column in 0..<columns { target[start + column] = Float(sums[column]) }
                }
            }
        }
    }

    /// The products of the cotangent with the other operand.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        MatMul().vjp(cotangent, inputs: inputs, output: output, needed: needed)
    }

    /// `MatMul`, whose sums are exact as long as they stay below 2²⁴.
    public var onnx: ONNXForm { ONNXForm("MatMul") }

    func stepsPerElement(_ inputs: [Tensor]) -> Int { inputs[0].shape.dimensions.last ?? 1 }
}
