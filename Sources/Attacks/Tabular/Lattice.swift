/// Equally spaced values: `offset + k · step` for whole numbers k.
struct Lattice: Sendable, Equatable {
    let offset: Double
    let step: Double

    /// How far from a value, in steps, something still is that value: floats do not hold every one exactly.
    static let tolerance = 1e-6

    /// The number k of the value nearest to another.
    func index(nearestTo value: Double) -> Double { ((value - offset) / step).rounded() }

    /// The value of a number.
    func value(_ index: Double) -> Float { Float(offset + index * step) }

    /// Whether something is one of the values, up to a tolerance.
    func contains(_ value: Float, tolerance: Double) -> Bool {
        let value = Double(value)
        let distance = abs(value - (offset + index(nearestTo: value) * step))
        return distance <= tolerance * max(1, abs(value))
    }

    /// The number of the value in an interval that is nearest to another; nil if the interval has none.
    func index(nearestTo value: Double, from lower: Float, through upper: Float) -> Double? {
        let first = ((Double(lower) - offset) / step - Self.tolerance).rounded(.up)
        let last = ((Double(upper) - offset) / step + Self.tolerance).rounded(.down)
        guard first <= last else { return nil }
        return min(max(first, index(nearestTo: value)), last)
    }
}
