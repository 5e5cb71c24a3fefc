import BulwarkTensors

/// Where the maxima of a `MaxPool` lie (the second output of ONNX `MaxPool`): positions in the whole input,
/// all samples and channels one after the other.
public struct MaxPoolIndices: Operator {
    /// The pool whose maxima are meant.
    public let pool: MaxPool
    /// Whether positions inside an image count along its first axis first, as in Fortran.
    public let isColumnMajor: Bool

    /// The positions of a pool's maxima.
    public init(_ pool: MaxPool, isColumnMajor: Bool = false) {
        self.pool = pool
        self.isColumnMajor = isColumnMajor
    }

    /// The pool's.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try pool.outputShape(for: inputs)
    }

    /// The position of each window's largest element: of the first one where there are several.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let extents = Array(inputs[0].shape.dimensions.dropFirst(2))
        let plane = extents.reduce(1, *)
        return Tensor(shape) { target in
            pool.forEachMaximum(inputs[0].elements, inputs[0].shape, shape) { output, best in
                target[output] = Float(isColumnMajor ? transposed(best, extents, plane) : best)
            }
        }
    }

    private func transposed(_ position: Int, _ extents: [Int], _ plane: Int) -> Int {
        var (rest, coordinates) = (position % plane, [Int]())
        for extent in extents.reversed() {
            coordinates.insert(rest % extent, at: 0)
            rest /= extent
        }
        var (result, step) = (position / plane * plane, 1)
        for (coordinate, extent) in zip(coordinates, extents) {
            result += coordinate * step
            step *= extent
        }
        return result
    }

    /// Zero: positions move in steps.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Tensor(inputs[0].shape) : nil]
    }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// `true`.
    public var givesIntegers: Bool { true }

    /// The second output of `MaxPool`.
    public var onnx: ONNXForm {
        let form = pool.onnx
        let order = ["storage_order": ONNXForm.Attribute.int(isColumnMajor ? 1 : 0)]
        return ONNXForm(form.type, form.attributes.merging(order) { $1 }, output: 1, outputType: .int64)
    }
}
