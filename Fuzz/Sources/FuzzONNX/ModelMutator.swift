/// Changes a model without breaking the form of its file.
///
/// Bytes changed at random hardly ever keep the lengths of the messages around them right, and the importer
/// behind the decoder would see little of them.
struct ModelMutator {
    private var random: SplitMix
    /// Changes a leaf: libFuzzer's own mutation, which knows what the program compares with.
    private let mutateBytes: ([UInt8]) -> [UInt8]
    /// Fields of the model to copy from.
    private var donors: [WireMessage.Field] = []
    /// The names of values.
    private var names: [[UInt8]] = []
    private var isCrossing = false

    init(seed: UInt64, mutateBytes: @escaping ([UInt8]) -> [UInt8]) {
        random = SplitMix(state: seed)
        self.mutateBytes = mutateBytes
    }

    /// The bytes with one to four changes, which may take fields of another model; nil if they are no message.
    mutating func mutated(_ bytes: [UInt8], with other: [UInt8] = []) -> [UInt8]? {
        guard var model = WireMessage(bytes[...], kind: .model),
            let other = WireMessage(other[...], kind: .model)
        else { return nil }
        for _ in 0...below(4) {
            (donors, names) = ([], [])
            collect(model)
            guard !donors.isEmpty else { return nil }
            var target = below(donors.count)
            collect(other)
            isCrossing = !other.fields.isEmpty
            change(&model, &target)
        }
        return model.bytes
    }

    private mutating func collect(_ message: WireMessage) {
        for field in message.fields {
            donors.append(field)
            switch (message.kind, field.number, field.content) {
            case (.node, 1...2, .bytes(let name)), (.tensor, 8, .bytes(let name)),
                (.valueInfo, 1, .bytes(let name)):
                names.append(name)
            default: break
            }
            if case .message(let inner) = field.content { collect(inner) }
        }
    }

    /// Changes the field number `target` in the order of `collect`.
    private mutating func change(_ message: inout WireMessage, _ target: inout Int) {
        for position in message.fields.indices {
            if target == 0 {
                target = -1
                return changeField(&message, position)
            }
            target -= 1
            guard case .message(var inner) = message.fields[position].content else { continue }
            change(&inner, &target)
            message.fields[position].content = .message(inner)
            if target < 0 { return }
        }
    }

    private mutating func changeField(_ message: inout WireMessage, _ position: Int) {
        let field = message.fields[position]
        switch below(isCrossing ? 6 : 12) {
        case 0: message.fields.remove(at: position)
        case 1: message.fields.insert(field, at: position)
        case 2: message.fields.swapAt(position, below(message.fields.count))
        case 3:
            let same = donors.filter { $0.number == field.number }
            message.fields[position] = same[below(same.count)]
        case 4:
            let same = donors.filter { $0.number == field.number }
            message.fields.insert(same[below(same.count)], at: position)
        default: message.fields[position].content = leaf(message.kind, field)
        }
    }

    private mutating func leaf(_ kind: WireMessage.Kind, _ field: WireMessage.Field) -> WireMessage.Content {
        switch field.content {
        case .message: return field.content
        case .fixed(let bytes): return .fixed(fitted(mutateBytes(bytes), bytes.count))
        case .number(let value):
            let choice = below(4)
            if choice == 0 { return .number(value &+ 1) }
            if choice == 1 { return .number(value &- 1) }
            return .number(UInt64(bitPattern: Self.numbers[below(Self.numbers.count)]))
        case .bytes(let bytes):
            let isName = (kind == .node && field.number <= 2) || (kind == .valueInfo && field.number == 1)
            if isName, !names.isEmpty { return .bytes(names[below(names.count)]) }
            if kind == .node, field.number == 4 {
                return .bytes([UInt8](Self.operators[below(Self.operators.count)].utf8))
            }
            if kind == .attribute, field.number == 1 {
                return .bytes([UInt8](Self.attributes[below(Self.attributes.count)].utf8))
            }
            // The elements of an integer tensor are numbers worth choosing.
            if bytes.count >= 8, bytes.count % 8 == 0, below(2) == 0 {
                var bytes = bytes
                let start = below(bytes.count / 8) * 8
                let number = UInt64(bitPattern: Self.numbers[below(Self.numbers.count)])
                for offset in 0..<8 {
                    bytes[start + offset] = UInt8(truncatingIfNeeded: number >> (8 * offset))
                }
                return .bytes(bytes)
            }
            return .bytes(mutateBytes(bytes))
        }
    }

    private func fitted(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        [UInt8](bytes.prefix(count)) + [UInt8](repeating: 0, count: Swift.max(count - bytes.count, 0))
    }

    private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

    private static let numbers: [Int64] = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 19, 22, 64, 100, 255, 1000, 1 << 16,
        1 << 20, 1 << 24,
        1 << 28, 1 << 30, 1 << 31, 1 << 32, 1 << 40, 1 << 60, .max, .max - 1, .min, .min + 1, -1, -2, -3, -4,
        -5, -100,
        Int64(Int32.max), Int64(Int32.min),
    ]
    private static let operators = [
        "Abs", "Add", "ArgMax", "AveragePool", "BatchNormalization", "Cast", "CastLike", "Clip", "Concat",
        "Constant",
        "ConstantOfShape", "Conv", "Div", "Dropout", "Exp", "Expand", "Flatten", "Gather", "Gemm",
        "GlobalAveragePool",
        "GlobalMaxPool", "Identity", "LeakyRelu", "Log", "LogSoftmax", "MatMul", "MaxPool", "Mul", "Neg",
        "Pad", "Pow",
        "ReduceMean", "ReduceSum", "Relu", "Reshape", "Shape", "Sigmoid", "Slice", "Softmax", "Split", "Sqrt",
        "Squeeze", "Sub", "Tanh", "Transpose", "Unsqueeze", "ZipMap",
    ]
    private static let attributes = [
        "allowzero", "alpha", "auto_pad", "axes", "axis", "beta", "ceil_mode", "count_include_pad",
        "dilations",
        "end", "ends", "epsilon", "group", "keepdims", "kernel_shape", "max", "min", "mode", "num_outputs",
        "noop_with_empty_axes", "pads", "perm", "split", "start", "starts", "strides", "to", "transA",
        "transB",
        "value", "value_float", "value_floats", "value_int", "value_ints",
    ]
}

/// The generator SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
