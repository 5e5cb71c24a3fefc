import BulwarkTensors

/// The lowering of an operator that takes several others, step by step.
struct LoweringSteps {
    let node: ONNXNode
    var lowering: ONNXLowering
    private var count = 0

    init(_ node: ONNXNode, _ lowering: ONNXLowering) {
        self.node = node
        self.lowering = lowering
    }

    /// Applies an operator on the way to the result.
    mutating func apply(_ operation: some Operator, _ inputs: [ImportedValue]) throws -> ImportedValue {
        count += 1
        let step = node.step("\(count)")
        return try lowering.emit(
            operation,
            step,
            arguments: inputs.enumerated().map { ($1, name: "\(step.name).\($0)") }
        )
    }

    /// Applies the operator that gives the node's output.
    mutating func finish(_ operation: some Operator, _ inputs: [ImportedValue]) throws -> ImportedValue {
        try lowering.emit(
            operation,
            node,
            arguments: inputs.enumerated().map { ($1, name: "\(node.name).\($0)") }
        )
    }

    /// A value under another shape.
    mutating func reshape(_ value: ImportedValue, _ shape: SymbolicShape) throws -> ImportedValue {
        lowering.shape(of: value) == shape ? value : try apply(Reshape(to: shape), [value])
    }

    /// Integers less their zero point, if there is one and it is not 0 anyway.
    mutating func centered(_ value: ImportedValue, zero: ImportedValue?) throws -> ImportedValue {
        guard let zero else { return value }
        switch zero {
        case .constant(let tensor) where tensor.elements.allSatisfy { $0 == 0 }: return value
        case .integers(let array) where array.elements.allSatisfy { $0 == 0 }: return value
        default: break
        }
        let result = try apply(Sub(), [value, zero])
        guard lowering.shape(of: result) == lowering.shape(of: value) else {
            throw node.error("its zero points do not fit its operands")
        }
        return result
    }

    /// A parameter of the rows of a matrix product as a column, or one of the columns as it is.
    ///
    /// Parameters of rank 0, of one element, or of the operand's own rank need no change.
    mutating func alongRows(_ parameter: ImportedValue, rank: Int) throws -> ImportedValue {
        let shape = lowering.shape(of: parameter)
        guard shape.rank == 1, shape != [1], rank > 1 else { return parameter }
        return try reshape(parameter, [shape[0], 1])
    }

    /// A parameter of the output channels, standing along an axis of a tensor of this rank.
    mutating func alongChannels(
        _ parameter: ImportedValue,
        axis: Int,
        rank: Int
    ) throws -> ImportedValue {
        let shape = lowering.shape(of: parameter)
        guard shape.rank == 1, shape != [1] else { return parameter }
        return try reshape(parameter, SymbolicShape((0..<rank).map { $0 == axis ? shape[0] : 1 }))
    }

    /// Whether sums of products with integers of these weights stay exact in single precision.
    ///
    /// Every partial sum has to lie within ±2²⁴; the other operand holds bytes less a zero point.
    ///
    /// - Parameters:
    ///   - weights: The weights less their zero point.
    ///   - isSummedUp: For each axis of the weights whether products are added up along it.
    /// - Returns: True only if the weights are known and small enough.
    func staysExact(_ weights: ImportedValue, isSummedUp: [Bool]) -> Bool {
        let tensor: Tensor
        switch weights {
        case .value: return false
        case .constant(let known): tensor = known
        case .integers(let array):
            guard let numbers = array.fixed else { return false }
            tensor = Tensor(array.shape, numbers.map { Float($0) })
        }
        let kept = Shape(
            trusted: tensor.shape.dimensions.enumerated().map { isSummedUp[$0] ? 1 : $1 }
        )
        let sums = Broadcasting.reduce(tensor.map(abs), to: kept)
        return sums.elements.allSatisfy { $0 * 255 < 0x1p24 }
    }
}
