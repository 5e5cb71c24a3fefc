/// The exponential of numbers that are not positive, without a call and without a branch.
///
/// A loss takes it of every logit in every step of an attack. The reduction by multiples of ln 2 in two parts and
/// the polynomial of degree 7 are those of Moshier, "Methods and Programs for Mathematical Functions" (1989),
/// for single precision; the relative error is below 2⁻²³.
enum NegativeExponential {
    /// Below this the result would not be a normal number.
    static let lowest: Float = -87

    /// e to the power of a number from `lowest` to 0; meaningless for others.
    @inline(__always)
    static func value(_ exponent: Float) -> Float {
        // Adding 1.5 · 2²³ leaves the nearest integer in the lowest bits.
        let shifted = exponent * 1.442_695_04 + 12_582_912
        let count = shifted - 12_582_912
        let rest = (exponent - count * 0.693_359_375) + count * 2.121_944_4e-4
        var sum: Float = 1.987_569_15e-4
        sum = sum * rest + 1.398_199_95e-3
        sum = sum * rest + 8.333_451_9e-3
        sum = sum * rest + 4.166_579_6e-2
        sum = sum * rest + 1.666_666_55e-1
        sum = sum * rest + 0.5
        let fraction = sum * (rest * rest) + rest + 1
        let power = Float(bitPattern: (shifted.bitPattern &+ 127) << 23)
        return fraction * power
    }
}
