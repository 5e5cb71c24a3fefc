import BulwarkTensors

/// Arithmetic on integers that are known at import up to the batch size.
enum IntegerFolding {
    /// The most integers a folded array may have: shapes and indices are short, so more is an attack or a
    /// mistake.
    static let maximumElements = 1 << 20

    /// The element-wise result if both inputs of a node are integers, or nil if one of them is not.
    ///
    /// - Throws: `ONNXError` if the integers do not broadcast or the result is not affine in the batch size.
    static func combine(
        _ node: ONNXNode,
        _ operation: (Dimension, Dimension) -> Dimension?
    ) throws -> ImportedValue? {
        guard case .integers(let left)? = node.optionalInput(0),
            case .integers(let right)? = node.optionalInput(1)
        else { return nil }
        let symbolic = try? Broadcasting.shape(SymbolicShape(left.shape), SymbolicShape(right.shape))
        guard let shape = symbolic?.fixed else { throw node.error("its integer operands do not broadcast") }
        guard shape.count <= maximumElements else { throw node.error("its integer result is too large") }
        let leftIndex = Broadcasting.StridedIndex(left.shape, in: shape)
        let rightIndex = Broadcasting.StridedIndex(right.shape, in: shape)
        var elements: [Dimension?] = Array(repeating: nil, count: shape.count)
        Broadcasting.forEachPair(leftIndex, rightIndex, shape) { position, one, other in
            elements[position] = operation(left.elements[one], right.elements[other])
        }
        let known = elements.compactMap { $0 }
        guard known.count == elements.count else {
            throw node.error("computes with the batch size in a way that is not supported")
        }
        return .integers(IntegerArray(shape: shape, elements: known))
    }

    /// The result for each element if the first input of a node is made of integers that are known at import,
    /// else nil.
    ///
    /// - Throws: `ONNXError` if a result does not exist.
    static func map(_ node: ONNXNode, _ operation: (Int) -> Int?) throws -> ImportedValue? {
        guard case .integers(let array)? = node.optionalInput(0), let numbers = array.fixed else {
            return nil
        }
        let results = numbers.compactMap { operation($0).flatMap(node.inputType(0).wrapping) }
        guard results.count == numbers.count else { throw node.error("an integer result does not exist") }
        return .integers(
            IntegerArray(shape: array.shape, elements: results.map { Dimension(constant: $0) })
        )
    }
}
