import BulwarkModels
import BulwarkTensors
import COneDNN

/// A `MatMul` or `Gemm` node on oneDNN; what oneDNN is not asked to do is left to the operator itself.
final class ProductKernel: Kernel {
    private let plain: PlainKernel
    private let factors: Factors
    private let isRightConstant: Bool
    /// The product with its bias, or nil if there is a third input that is not a vector.
    private let forward: Primitive?
    private lazy var leftGradient = Result { try makeLeftGradient() }
    private lazy var rightGradient = Result { try makeRightGradient() }

    /// A kernel for `factors`, or nil if oneDNN has no such product.
    ///
    /// `bias` is the shape of the summand, if there is one; `isRightConstant` says whether the right factor
    /// is the same in many calls. Throws `BackendError.library` if oneDNN fails.
    init?(_ operation: any Operator, _ factors: Factors, bias: Shape?, isRightConstant: Bool) throws {
        plain = PlainKernel(operation: operation)
        self.factors = factors
        self.isRightConstant = isRightConstant
        let isVector = bias.map { $0.count == factors.columns && $0.dimensions.last == factors.columns }
        guard isVector != false else {
            forward = nil
            return
        }
        forward = try factors.product(isRightConstant: isRightConstant, hasBias: bias != nil)
        if forward == nil { return nil }
    }

    func value(of inputs: [Tensor], shape: Shape) throws -> Tensor {
        guard let forward else { return plain.value(of: inputs, shape: shape) }
        if inputs.count == 3 {
            return try forward.run(
                reading: [.source: inputs[0], .weights: inputs[1], .bias: inputs[2]],
                writing: [.destination: shape]
            )[0]
        }
        return try forward.run(
            reading: [.source: inputs[0], .weights: inputs[1]],
            writing: [.destination: shape]
        )[0]
    }

    func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) throws -> [Tensor?] {
        var gradients = [Tensor?](repeating: nil, count: inputs.count)
        var missing = needed
        if needed[0], let primitive = try leftGradient.get() {
            let right = inputs[1]
            gradients[0] = try primitive.run(
                reading: factors.isLeftTransposed
                    ? [.source: right, .weights: cotangent] : [.source: cotangent, .weights: right],
                writing: [.destination: inputs[0].shape]
            )[0]
            missing[0] = false
        }
        if needed[1], let primitive = try rightGradient.get() {
            let left = inputs[0]
            gradients[1] = try primitive.run(
                reading: factors.isRightTransposed
                    ? [.source: cotangent, .weights: left] : [.source: left, .weights: cotangent],
                writing: [.destination: inputs[1].shape]
            )[0]
            missing[1] = false
        }
        if inputs.count == 3, needed[2], forward != nil {
            gradients[2] = cotangent.sumOfRows(columns: factors.columns).reshaped(to: inputs[2].shape)
            missing[2] = false
        }
        if missing.contains(true) {
            let rest = plain.vjp(cotangent, inputs: inputs, output: output, needed: missing)
            for (position, gradient) in rest.enumerated() where missing[position] {
                gradients[position] = gradient
            }
        }
        return gradients
    }

    /// `cotangent · rightᵀ`, or the transpose of that.
    private func makeLeftGradient() throws -> Primitive? {
        var gradient = factors
        if factors.isLeftTransposed {
            (gradient.rows, gradient.inner, gradient.columns) = (factors.inner, factors.columns, factors.rows)
            (gradient.isLeftTransposed, gradient.isRightTransposed) = (factors.isRightTransposed, true)
            return try gradient.product(isRightConstant: false, hasBias: false)
        }
        (gradient.inner, gradient.columns) = (factors.columns, factors.inner)
        gradient.isRightTransposed.toggle()
        return try gradient.product(isRightConstant: isRightConstant, hasBias: false)
    }

    /// `leftᵀ · cotangent`, or the transpose of that.
    private func makeRightGradient() throws -> Primitive? {
        var gradient = factors
        if factors.isRightTransposed {
            (gradient.rows, gradient.inner, gradient.columns) = (factors.columns, factors.rows, factors.inner)
            (gradient.isLeftTransposed, gradient.isRightTransposed) = (true, factors.isLeftTransposed)
        } else {
            (gradient.rows, gradient.inner) = (factors.inner, factors.rows)
            gradient.isLeftTransposed.toggle()
        }
        return try gradient.product(isRightConstant: false, hasBias: false)
    }
}

extension Tensor {
    /// The sum of all rows of a matrix that is `columns` wide.
    fileprivate func sumOfRows(columns: Int) -> Tensor {
        var sums = [Double](repeating: 0, count: columns)
        withUnsafePointer { address in
            sums.withUnsafeMutableBufferPointer { sums in
                for start in stride(from: 0, to: count, by: columns) {
                    for column in 0..<columns { sums[column] += Double(address[start + column]) }
                }
            }
        }
        return Tensor([columns], generating: { Float(sums[$0]) })
    }
}
