/// The core of the stream cipher Salsa20, with 8 rounds (RFC 7914, section 3).
enum Salsa20 {
    /// Mixes sixteen words.
    @inline(__always)
    static func core(_ input: SIMD16<UInt32>) -> SIMD16<UInt32> {
        // The diagonals of the square as rows, so that four quarters are mixed at once.
        var a = SIMD4(input[0], input[5], input[10], input[15])
        var b = SIMD4(input[4], input[9], input[14], input[3])
        var c = SIMD4(input[8], input[13], input[2], input[7])
        var d = SIMD4(input[12], input[1], input[6], input[11])
        for _ in 0..<4 {
            mix(&a, &b, &c, &d)
            (b, c, d) = (left(b, by: 3), left(c, by: 2), left(d, by: 1))
            mix(&a, &d, &c, &b)
            (b, c, d) = (left(b, by: 1), left(c, by: 2), left(d, by: 3))
        }
        return input
            &+ SIMD16(
                a[0],
                d[1],
                c[2],
                b[3],
                b[0],
                a[1],
                d[2],
                c[3],
                c[0],
                b[1],
                a[2],
                d[3],
                d[0],
                c[1],
                b[2],
                a[3]
            )
    }

    @inline(__always)
    private static func mix(
        _ a: inout SIMD4<UInt32>,
        _ b: inout SIMD4<UInt32>,
        _ c: inout SIMD4<UInt32>,
        _ d: inout SIMD4<UInt32>
    ) {
        b ^= rotated(a &+ d, by: 7)
        c ^= rotated(b &+ a, by: 9)
        d ^= rotated(c &+ b, by: 13)
        a ^= rotated(d &+ c, by: 18)
    }

    @inline(__always)
    private static func rotated(_ value: SIMD4<UInt32>, by bits: UInt32) -> SIMD4<UInt32> {
        value &<< SIMD4(repeating: bits) | value &>> SIMD4(repeating: 32 - bits)
    }

    /// The lanes moved to the left, the first ones to the end.
    @inline(__always)
    private static func left(_ value: SIMD4<UInt32>, by count: Int) -> SIMD4<UInt32> {
        SIMD4(value[count & 3], value[(count + 1) & 3], value[(count + 2) & 3], value[(count + 3) & 3])
    }
}
