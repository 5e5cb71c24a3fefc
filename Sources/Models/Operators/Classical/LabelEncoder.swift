import BulwarkTensors

/// Numbers replaced by others from a list (`LabelEncoder` in `ai.onnx.ml`, from numbers to numbers).
public struct LabelEncoder: Operator {
    /// What is replaced; no number occurs twice.
    public let keys: [Float]
    /// What each key becomes.
    public let values: [Float]
    /// What everything else becomes.
    public let fallback: Float
    /// Whether all that may come out are integers.
    public let givesIntegers: Bool
    private let table: [Float: Float]

    /// A replacement; traps unless there is a value for each key.
    public init(keys: [Float], values: [Float], fallback: Float, givesIntegers: Bool = false) {
        precondition(keys.count == values.count, "a value for each key")
        self.keys = keys
        self.values = values
        self.fallback = fallback
        self.givesIntegers = givesIntegers
        table = Dictionary(zip(keys, values), uniquingKeysWith: { first, _ in first })
    }

    /// `.piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        return inputs[0]
    }

    /// The value of each element's key.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        inputs[0].map { table[$0] ?? fallback }
    }

    /// Zero.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Tensor(inputs[0].shape) : nil]
    }

    /// `LabelEncoder`, from integers if all keys are integers.
    public var onnx: ONNXForm {
        var attributes: [String: ONNXForm.Attribute] = ["keys_floats": .floats(keys)]
        if givesIntegers {
            attributes["values_int64s"] = .ints(values.map { Int($0) })
            attributes["default_int64"] = .int(Int(fallback))
        } else {
            attributes["values_floats"] = .floats(values)
            attributes["default_float"] = .float(fallback)
        }
        return .classical("LabelEncoder", attributes, outputType: givesIntegers ? .int64 : .float32)
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        for attribute in ["keys_strings", "values_strings", "classes_strings"] where node.has(attribute) {
            throw node.error("encodes strings, which is not supported")
        }
        let keys = try numbers(node, "keys")
        let values = try numbers(node, "values")
        guard !keys.isEmpty, keys.count == values.count, Set(keys).count == keys.count else {
            throw node.error("has no keys, a key twice, or not a value for each")
        }
        let isInteger = !node.outputType.isFloat
        var fallback: Float = isInteger ? -1 : -0.0
        switch try node.constant("default_tensor") {
        case .constant(let tensor)? where tensor.count == 1: fallback = tensor[0]
        case .integers(let array)? where array.fixed?.count == 1:
            fallback = try carried(array.fixed?.first ?? 0, node)
        case nil where isInteger: fallback = try carried(node.int("default_int64") ?? -1, node)
        case nil: fallback = try node.float("default_float") ?? -0.0
        default: throw node.error("attribute default_tensor is no number")
        }
        let encoder = LabelEncoder(keys: keys, values: values, fallback: fallback, givesIntegers: isInteger)
        return [try lowering.emit(encoder, node, inputs: [0])]
    }

    /// The keys or values of a node, in whatever attribute they are.
    private static func numbers(_ node: ONNXNode, _ prefix: String) throws -> [Float] {
        if let list = try node.finiteFloats("\(prefix)_floats"), !list.isEmpty { return list }
        if let list = try node.ints("\(prefix)_int64s"), !list.isEmpty {
            return try list.map { try carried($0, node) }
        }
        switch try node.constant("\(prefix)_tensor") {
        case .constant(let tensor)?: return Array(tensor.elements)
        case .integers(let array)?: return try (array.fixed ?? []).map { try carried($0, node) }
        default: return []
        }
    }

    private static func carried(_ number: Int, _ node: ONNXNode) throws(ONNXError) -> Float {
        guard ExactIntegers.contains(number) else {
            throw node.error("encodes \(number), which is beyond what floats carry exactly")
        }
        return Float(number)
    }
}
