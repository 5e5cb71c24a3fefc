import BulwarkTensors

/// Elements put back where a `MaxPool` took them from, with zeros between them (ONNX `MaxUnpool`).
///
/// Inputs: values `[N, C, …]`, and for each its position in the pool's whole input.
public struct MaxUnpool: Operator {
    /// The extents of the pool's window.
    public let kernel: [Int]
    /// The step of the pool's window along each spatial axis.
    public let strides: [Int]
    /// How far the pool's windows began before the image along each spatial axis.
    public let padsBegin: [Int]
    /// How far the pool's windows reached beyond the image along each spatial axis.
    public let padsEnd: [Int]

    /// The inverse of a pool; each list has one entry for each spatial axis.
    public init(kernel: [Int], strides: [Int], padsBegin: [Int], padsEnd: [Int]) {
        self.kernel = kernel
        self.strides = strides
        self.padsBegin = padsBegin
        self.padsEnd = padsEnd
    }

    /// `[N, C, …]` with extents `stride · (input - 1) + kernel - padding`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        guard inputs[0] == inputs[1] else {
            throw .shapes("there is one position for each element", inputs)
        }
        // The extents of a transposed convolution without its weights.
        let extents = try ConvTranspose(
            strides: strides,
            dilations: kernel.map { _ in 1 },
            padsBegin: padsBegin,
            padsEnd: padsEnd,
            outputPadding: kernel.map { _ in 0 }
        ).extents(inputs[0], kernel: kernel)
        return SymbolicShape(inputs[0].dimensions[..<2] + extents.map { Dimension(constant: $0) })
    }

    /// The values at their positions; of several at one position the last, and NaN everywhere if a position
    /// does not exist.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        guard let places = places(inputs[1], shape.count) else { return Tensor(shape, repeating: .nan) }
        let source = inputs[0].elements
        return Tensor(shape) { target in
            for (index, place) in places.enumerated() { target[place] = source[index] }
        }
    }

    /// The cotangent at the positions, for the values that are there; zero for the positions themselves.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let positions: Tensor? = needed[1] ? Tensor(inputs[1].shape) : nil
        guard needed[0] else { return [nil, positions] }
        guard let places = places(inputs[1], output.count) else {
            return [Tensor(inputs[0].shape, repeating: .nan), positions]
        }
        let gradient = cotangent.elements
        var taken: Set<Int> = []
        var result = Tensor(inputs[0].shape)
        result.mutate { target in
            for (index, place) in places.enumerated().reversed() where taken.insert(place).inserted {
                target[index] = gradient[place]
            }
        }
        return [result, positions]
    }

    /// The positions as numbers, or nil if one does not exist.
    private func places(_ positions: Tensor, _ count: Int) -> [Int]? {
        var places: [Int] = []
        places.reserveCapacity(positions.count)
        for position in positions.elements {
            guard let place = Int(exactly: position), (0..<count).contains(place) else { return nil }
            places.append(place)
        }
        return places
    }

    /// `MaxUnpool` with explicit padding.
    public var onnx: ONNXForm {
        ONNXForm(
            "MaxUnpool",
            ["kernel_shape": .ints(kernel), "strides": .ints(strides), "pads": .ints(padsBegin + padsEnd)],
            inputTypes: [1: .int64]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let kernel = try node.ints("kernel_shape") else {
            throw node.error("attribute kernel_shape is missing")
        }
        let (values, positions) = (try node.input(0), try node.input(1))
        let shape = lowering.shape(of: values)
        let window = try SlidingWindow.reading(node, kernel: kernel, input: shape)
        let operation = MaxUnpool(
            kernel: kernel,
            strides: window.strides,
            padsBegin: window.padsBegin,
            padsEnd: window.padsEnd
        )
        guard let target = try node.optionalIntegers(2) else {
            return [try lowering.apply(operation, values, positions, of: node)]
        }
        let result = try lowering.apply(operation, values, positions, as: "unpooled", of: node)
        let extents = lowering.shape(of: result)
        guard target.elements.count == extents.rank else {
            throw node.error("input 2 is not an extent for each axis")
        }
        // Beyond what the pool covered there are zeros.
        let end = try zip(target.elements, extents.dimensions).enumerated().map { axis, pair in
            guard axis > 1 else { return 0 }
            guard let wanted = pair.0.fixed, let own = pair.1.fixed, wanted >= own else {
                throw node.error("input 2 does not hold what is put back, \(extents)")
            }
            return wanted - own
        }
        if end.allSatisfy({ $0 == 0 }) { return [result] }
        return [try lowering.apply(Pad(begin: end.map { _ in 0 }, end: end), result, of: node)]
    }
}
