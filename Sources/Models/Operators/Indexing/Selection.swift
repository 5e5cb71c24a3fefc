import BulwarkTensors

/// Operators whose output has as many elements as the data decides: they need what decides at import.
enum Selection {
    /// `Compress`: the entries of an axis, or of the flattened input, where a condition holds.
    static func lowerCompress(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let flags = try node.optionalFixedIntegers(1) else { throw node.error("input 1 is missing") }
        let indices = flags.indices.filter { flags[$0] != 0 }
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        guard let written = try node.int("axis") else {
            guard let count = shape.count?.fixed else {
                throw node.error("picks elements of a value that depends on the number of samples")
            }
            let flat = try lowering.moving(
                Reshape(to: [Dimension(constant: count)]),
                input,
                node.step("flat")
            )
            return [try lowering.moving(Gather(axis: 0, indices: indices), flat, node)]
        }
        return [try lowering.moving(Gather(axis: written, indices: indices), input, node)]
    }

    /// `NonZero`: the coordinates of all elements that are not zero.
    static func lowerNonZero(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let shape: Shape
        let positions: [Int]
        switch try node.input(0) {
        case .value: throw node.error("has as many results as its input decides when the model runs")
        case .constant(let tensor):
            guard tensor.count <= IntegerFolding.maximumElements else {
                throw node.error("its input is too large")
            }
            shape = tensor.shape
            positions = tensor.elements.indices.filter { tensor.elements[$0] != 0 }
        case .integers(let array):
            guard let numbers = array.fixed else { throw node.error("asks whether the batch size is 0") }
            shape = array.shape
            positions = numbers.indices.filter { numbers[$0] != 0 }
        }
        // A number counts as a list of one.
        let extents = shape.rank == 0 ? [1] : shape.dimensions
        let (total, overflow) = positions.count.multipliedReportingOverflow(by: extents.count)
        guard !overflow, total <= IntegerFolding.maximumElements else {
            throw node.error("its result is too large")
        }
        let strides = Shape(trusted: extents).strides
        let coordinates = extents.indices.flatMap { axis in
            positions.map { Dimension(constant: $0 / strides[axis] % extents[axis]) }
        }
        let result = Shape(trusted: [extents.count, positions.count])
        return [.integers(IntegerArray(shape: result, elements: coordinates))]
    }
}

extension ONNXLowering {
    /// Applies an operator that only moves elements to one value; integers known at import stay integers.
    mutating func moving(
        _ operation: some Operator,
        _ input: ImportedValue,
        _ node: ONNXNode
    ) throws -> ImportedValue {
        if case .integers(let array) = input {
            return try IntegerFolding.moving(operation, node, [.moved(array)])
        }
        return try emit(operation, node, arguments: [(input, name: "\(node.name).0")])
    }
}
