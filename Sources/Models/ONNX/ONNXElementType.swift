/// The element types of ONNX tensors that are read (`TensorProto.DataType`).
///
/// Whatever the type, elements are carried as 32-bit floats when a model runs, and as exact integers where
/// they are known at import.
enum ONNXElementType: Int32, Sendable {
    case float = 1
    case uint8, int8, uint16, int16, int32, int64
    case bool = 9
    case float16, double, uint32, uint64
    case bfloat16 = 16

    /// The type of a name, as in `int64`.
    init?(name: some StringProtocol) {
        guard let found = Self.all.first(where: { "\($0)" == name }) else { return nil }
        self = found
    }

    private static let all: [ONNXElementType] = (1...16).compactMap { ONNXElementType(rawValue: $0) }

    var isFloat: Bool {
        switch self {
        case .float, .float16, .double, .bfloat16: true
        default: false
        }
    }

    /// Whether it is a type of integers; booleans are none.
    var isInteger: Bool { !isFloat && self != .bool }

    var byteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .float, .int32, .uint32: 4
        case .int64, .double, .uint64: 8
        }
    }

    /// The integers of the type, as far as `Int` has them; 0 and 1 for booleans, nil for floats.
    var range: ClosedRange<Int>? {
        switch self {
        case .float, .float16, .double, .bfloat16: nil
        case .bool: 0...1
        case .uint8: 0...Int(UInt8.max)
        case .int8: Int(Int8.min)...Int(Int8.max)
        case .uint16: 0...Int(UInt16.max)
        case .int16: Int(Int16.min)...Int(Int16.max)
        case .uint32: 0...Int(UInt32.max)
        case .int32: Int(Int32.min)...Int(Int32.max)
        case .uint64: 0...Int.max
        case .int64: Int.min...Int.max
        }
    }

    /// The integer of the type that has the same lowest bits: what arithmetic that overflows gives.
    ///
    /// Nil for what an unsigned 64-bit integer holds and `Int` does not.
    func wrapping(_ number: Int) -> Int? {
        switch self {
        case .float, .float16, .double, .bfloat16, .int64: number
        case .bool: number == 0 ? 0 : 1
        case .uint8: Int(UInt8(truncatingIfNeeded: number))
        case .int8: Int(Int8(truncatingIfNeeded: number))
        case .uint16: Int(UInt16(truncatingIfNeeded: number))
        case .int16: Int(Int16(truncatingIfNeeded: number))
        case .uint32: Int(UInt32(truncatingIfNeeded: number))
        case .int32: Int(Int32(truncatingIfNeeded: number))
        case .uint64: number < 0 ? nil : number
        }
    }

    /// What values of a graph that hold such elements are said to hold.
    var elementType: ElementType {
        switch self {
        case .float, .float16, .double, .bfloat16: .float32
        case .bool: .bool
        case .uint8: .uint8
        case .int8: .int8
        case .uint16: .uint16
        case .int16: .int16
        case .uint32: .uint32
        case .int32: .int32
        case .uint64: .uint64
        case .int64: .int64
        }
    }

    /// The type of that name.
    init(_ type: ElementType) {
        self =
            switch type {
            case .float16: .float16
            case .float32: .float
            case .float64: .double
            case .bool: .bool
            case .uint8: .uint8
            case .int8: .int8
            case .uint16: .uint16
            case .int16: .int16
            case .uint32: .uint32
            case .int32: .int32
            case .uint64: .uint64
            case .int64: .int64
            }
    }
}
