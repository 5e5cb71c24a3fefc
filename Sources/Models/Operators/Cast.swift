import BulwarkTensors

/// Changes of the element type (ONNX `Cast`).
///
/// Floats of every width are computed as 32-bit floats.
enum Cast {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let number = try node.int("to") else { throw node.error("attribute to is missing") }
        let input = try node.input(0)
        if let name = floats[number] {
            if number != 1 { lowering.note("values of type \(name) are computed as 32-bit floats") }
            guard case .integers(let array) = input else { return [input] }
            guard let numbers = array.fixed else {
                throw node.error("makes floats of numbers that depend on the batch size")
            }
            return [.constant(Tensor(array.shape, numbers.map { Float($0) }))]
        }
        guard let range = integers[number] else { throw node.error("casts to element type \(number)") }
        switch input {
        case .value:
            throw node.error("makes integers or booleans of values that are known only when the model runs")
        case .constant(let tensor):
            guard tensor.count <= IntegerFolding.maximumElements else {
                throw node.error("its result is too large")
            }
            let numbers = try tensor.elements.map { element in
                if number == boolean { return element != 0 ? 1 : 0 }
                // The range check comes first: a float beyond it has no integer.
                let whole = element.rounded(.towardZero)
                guard let integer = Int(exactly: whole), range.contains(integer) else {
                    throw node.error("\(element) does not fit element type \(number)")
                }
                return integer
            }
            let elements = numbers.map { Dimension(constant: $0) }
            return [.integers(IntegerArray(shape: tensor.shape, elements: elements))]
        case .integers(let array):
            let elements = try array.elements.map { dimension in
                // Extents that depend on the batch fit every type exporters use for them.
                guard let integer = dimension.fixed else {
                    if number == boolean { throw node.error("makes a boolean of the batch size") }
                    return dimension
                }
                if number == boolean { return Dimension(constant: integer == 0 ? 0 : 1) }
                guard range.contains(integer) else {
                    throw node.error("\(integer) does not fit element type \(number)")
                }
                return dimension
            }
            return [.integers(IntegerArray(shape: array.shape, elements: elements))]
        }
    }

    /// `CastLike`: the type of the second input, of which only float or not is known.
    static func lowerLike(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        switch try (node.input(0), node.input(1)) {
        case (.integers(let array), .constant), (.integers(let array), .value):
            guard let numbers = array.fixed else {
                throw node.error("makes floats of numbers that depend on the batch size")
            }
            return [.constant(Tensor(array.shape, numbers.map { Float($0) }))]
        case (.value, .integers), (.constant, .integers):
            throw node.error("makes integers or booleans of floats")
        case (let input, _): return [input]
        }
    }

    /// The float types by their number in `TensorProto.DataType`.
    private static let floats = [1: "float", 10: "float16", 11: "double", 16: "bfloat16"]
    private static let boolean = 9
    /// The integer types by number, with the values they hold as far as `Int` does.
    private static let integers: [Int: ClosedRange<Int>] = [
        2: 0...255, 3: -128...127, 4: 0...65535, 5: -32768...32767, 6: Int(Int32.min)...Int(Int32.max),
        7: Int.min...Int.max, 9: 0...1, 12: 0...Int(UInt32.max), 13: 0...Int.max,
    ]
}
