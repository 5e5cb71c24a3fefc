import BulwarkTensors

/// Operators that bring tensors of their own into a model.
enum Constants {
    /// The most floats `ConstantOfShape` may make: a few bytes of a file must not become much memory.
    static let maximumElements = 1 << 24

    /// `Constant` in each of its forms.
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        if let tensor = try node.tensor("value") {
            return [try ONNXTensorReader.importedValue(tensor, name: node.outputName)]
        }
        if let number = try node.rawFloat("value_float"), !number.isNaN {
            return [.constant(Tensor(scalar: number))]
        }
        if let numbers = node.floats("value_floats") {
            guard !numbers.contains(where: \.isNaN) else {
                throw node.error("attribute value_floats holds what is no number")
            }
            return [.constant(Tensor([numbers.count], numbers))]
        }
        if let number = try node.int("value_int") {
            return [.integers(IntegerArray(shape: [], elements: [Dimension(constant: number)]))]
        }
        if let numbers = try node.ints("value_ints") {
            return [.integers(IntegerArray(numbers.map { Dimension(constant: $0) }))]
        }
        throw node.error("holds neither a tensor nor numbers")
    }

    /// `ConstantOfShape`, for shapes known at import.
    static func lowerOfShape(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let integers = try node.optionalIntegers(0) else { throw node.error("input 0 is missing") }
        guard let extents = integers.fixed else { return [try lowerBatch(integers, node, into: &lowering)] }
        guard let shape = try? Shape(extents) else {
            throw node.error("\(extents.prefix(16)) is not a shape")
        }
        var value = ImportedValue.constant(Tensor([1]))
        if let tensor = try node.tensor("value") {
            value = try ONNXTensorReader.importedValue(tensor, name: node.outputName)
        }
        switch value {
        case .constant(let tensor) where tensor.count == 1:
            guard shape.fits(maximumElements) else {
                throw node.error("its result of shape \(shape) is too large")
            }
            return [.constant(Tensor(shape, repeating: tensor[0]))]
        case .integers(let array) where array.elements.count == 1:
            guard shape.fits(IntegerFolding.maximumElements) else {
                throw node.error("its integer result of shape \(shape) is too large")
            }
            let elements = [Dimension](repeating: array.elements[0], count: shape.count)
            return [.integers(IntegerArray(shape: shape, elements: elements))]
        default: throw node.error("attribute value is not one number")
        }
    }

    /// A constant whose extents depend on the number of samples.
    private static func lowerBatch(
        _ extents: IntegerArray,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let value = try node.constant("value") ?? .constant(Tensor([1]))
        guard lowering.shape(of: value).count == 1 else {
            throw node.error("attribute value is not one number")
        }
        return try lowering.emitAtRunTime(
            Expand(to: SymbolicShape(extents.elements)),
            node,
            arguments: [(value, name: "\(node.name).value")]
        )
    }
}
