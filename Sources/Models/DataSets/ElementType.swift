/// The types of numbers that array files hold and that are read; raw values are NumPy's names.
public enum ElementType: String, Sendable, CaseIterable {
    /// A truth value in a byte; anything but 0 is 1.
    case bool
    /// Signed 8-bit integers.
    case int8
    /// Unsigned 8-bit integers.
    case uint8
    /// Signed 16-bit integers.
    case int16
    /// Unsigned 16-bit integers.
    case uint16
    /// Signed 32-bit integers.
    case int32
    /// Unsigned 32-bit integers.
    case uint32
    /// Signed 64-bit integers.
    case int64
    /// Unsigned 64-bit integers.
    case uint64
    /// IEEE 754 binary16.
    case float16
    /// IEEE 754 binary32.
    case float32
    /// IEEE 754 binary64.
    case float64

    /// How many bytes an element takes.
    public var byteCount: Int {
        switch self {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .float16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// Whether elements have fractions.
    public var isFloatingPoint: Bool { self == .float16 || self == .float32 || self == .float64 }

    /// NumPy's kind and size, without the byte order: `f4`.
    var code: String {
        switch self {
        case .bool: "b1"
        case .int8, .int16, .int32, .int64: "i\(byteCount)"
        case .uint8, .uint16, .uint32, .uint64: "u\(byteCount)"
        case .float16, .float32, .float64: "f\(byteCount)"
        }
    }
}

extension Float {
    /// The value of an IEEE 754 binary16 number; `Float16` does not exist everywhere.
    init(binary16 bits: UInt16) {
        let sign: Float = bits >> 15 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0: self = sign * Float(fraction) * 0x1p-24
        case 31 where fraction != 0: self = .nan
        case 31: self = sign * .infinity
        default:
            self.init(bitPattern: UInt32(bits >> 15) << 31 | UInt32(exponent + 112) << 23 | fraction << 13)
        }
    }
}
