/// IEEE 754 binary16, decoded by hand because `Float16` does not exist on every platform.
package enum HalfPrecision {
    /// The value of sixteen bits.
    package static func float(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1F
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0: return (sign == 0 ? 1 : -1) * Float(fraction) * 0x1p-24
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The nearest binary16 to a number, the even one of two; an infinity beyond 65504.
    package static func rounding(_ x: Float) -> Float {
        guard x.isFinite, x != 0 else { return x }
        let spacing = Float(sign: .plus, exponent: max(x.exponent, -14) - 10, significand: 1)
        let rounded = (min(max(x, -0x1p17), 0x1p17) / spacing).rounded(.toNearestOrEven) * spacing
        return abs(rounded) > 65504 ? (x < 0 ? -.infinity : .infinity) : rounded
    }
}

/// The sixteen-bit float that is the upper half of a 32-bit one (bfloat16).
enum BrainFloat {
    /// The nearest bfloat16 to a number, the even one of two.
    static func rounding(_ x: Float) -> Float {
        guard x.isFinite else { return x }
        let bits = x.bitPattern
        return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
    }
}
