/// The integers that 32-bit floats carry without doubt.
///
/// Floats hold every integer up to 2²⁴ in magnitude, but 2²⁴ itself is also what larger ones are rounded to.
/// So an operation on integers whose result lies below it was exact.
package enum ExactIntegers {
    /// The largest of them.
    package static let largest = (1 << 24) - 1

    /// Whether an integer is one of them.
    package static func contains(_ number: Int) -> Bool { number.magnitude <= largest }

    /// Whether a float is one of them.
    package static func contains(_ number: Float) -> Bool {
        abs(number) <= Float(largest) && number.rounded(.towardZero) == number
    }
}
