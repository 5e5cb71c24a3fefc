import BulwarkTensors

/// The entries at given coordinates of one axis (ONNX `Gather` with a list of indices known at import).
public struct Gather: Operator {
    /// The axis; negative from the end.
    public let axis: Int
    /// The coordinates, in the order of the result; negative ones count from the end of the axis.
    public let indices: [Int]

    /// A selection along an axis.
    public init(axis: Int, indices: [Int]) {
        self.axis = axis
        self.indices = indices
    }

    /// The input's shape, with the number of indices along the axis.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let axis = try Axes.resolve(axis, rank: inputs[0].rank)
        guard let extent = inputs[0][axis].fixed else {
            throw .shapes(
                "axis \(axis) depends on the number of samples; its entries cannot be picked",
                inputs
            )
        }
        for index in indices where index < -extent || index >= extent {
            throw .shapes("index \(index) lies outside axis \(axis)", inputs)
        }
        var result = inputs[0].dimensions
        result[axis] = Dimension(constant: indices.count)
        return SymbolicShape(result)
    }

    /// The entries at the indices.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        coordinates(inputs[0].shape).rearranging(inputs[0])
    }

    /// The cotangent added up at the indices.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? coordinates(inputs[0].shape).scattering(cotangent, to: inputs[0].shape) : nil]
    }

    private func coordinates(_ input: Shape) -> CoordinateMap {
        let axis = Axes.index(axis, rank: input.rank)
        var sources = input.dimensions.map { Array(0..<$0) }
        sources[axis] = indices.map { $0 < 0 ? $0 + input[axis] : $0 }
        return CoordinateMap(sources: sources)
    }

    /// `Gather` with its indices as a constant.
    public var onnx: ONNXForm { ONNXForm("Gather", ["axis": .int(axis)], trailing: [.ints(indices)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let indices = try node.optionalIntegers(1), let numbers = indices.fixed else {
            throw node.error("input 1 has to be indices that do not depend on the batch size")
        }
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        let written = try node.int("axis") ?? 0
        let gather = Gather(axis: written, indices: numbers)
        let gathered = try node.checked { () throws(OperatorError) in try gather.outputShape(for: [shape]) }
        // The operator holds the indices.
        try lowering.charge(2 * numbers.count, for: node)
        // Indices of another rank than one give the axis as many axes as they have.
        let axis = Axes.index(written, rank: shape.rank)
        let inserted = indices.shape.dimensions.map { Dimension(constant: $0) }
        let target = SymbolicShape(
            gathered.dimensions[..<axis] + inserted + gathered.dimensions[(axis + 1)...]
        )
        if case .integers(let array) = input {
            guard let fixed = target.fixed, fixed.count <= IntegerFolding.maximumElements else {
                throw node.error("its integer result is too large")
            }
            let picked = array.rearranged(by: gather.coordinates(array.shape))
            return [.integers(IntegerArray(shape: fixed, elements: picked.elements))]
        }
        if indices.shape.rank == 1 { return [try lowering.emit(gather, node, inputs: [0])] }
        let list = try lowering.emit(gather, node.step("list"), inputs: [0])
        return [try lowering.emit(Reshape(to: target), node, arguments: [(list, name: "\(node.name).0")])]
    }
}
