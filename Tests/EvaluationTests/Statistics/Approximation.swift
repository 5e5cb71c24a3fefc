/// Whether two numbers agree to a relative tolerance; zero agrees with zero only.
func agree(_ a: Double, _ b: Double, relative tolerance: Double) -> Bool {
    a == b || (a - b).magnitude <= tolerance * max(a.magnitude, b.magnitude)
}
