import BulwarkTensors

/// The values that each feature of one row may be given, as far as that depends on no other feature.
struct FeatureDomain: Sendable {
    let original: [Float]
    /// The smallest and the largest value of each feature; the box holds no infinite ones.
    let lower: [Float]
    let upper: [Float]
    /// Where values are equally spaced.
    private let lattices: [Lattice?]
    /// The number of the original on its lattice, where it is on one.
    private let originalIndex: [Double?]

    /// What a box allows.
    init(around original: [Float], in box: Box) {
        self.init(original, lower: box.lower, upper: box.upper, lattices: [])
    }

    /// What a box and constraints allow; groups and relations are left out.
    init(_ constraints: FeatureConstraints, around original: [Float], in box: Box) {
        var (lower, upper) = (constraints.lower, constraints.upper)
        for index in original.indices {
            lower[index] = max(lower[index], box.lower[index])
            upper[index] = min(upper[index], box.upper[index])
            let direction = constraints.directions[index]
            if constraints.isImmutable[index] || direction == .rising {
                lower[index] = max(lower[index], original[index])
            }
            if constraints.isImmutable[index] || direction == .falling {
                upper[index] = min(upper[index], original[index])
            }
        }
        self.init(original, lower: lower, upper: upper, lattices: constraints.lattices)
    }

    private init(_ original: [Float], lower: [Float], upper: [Float], lattices: [Lattice?]) {
        self.original = original
        self.lower = lower.map { max($0, -.greatestFiniteMagnitude) }
        self.upper = upper.map { min($0, .greatestFiniteMagnitude) }
        self.lattices = lattices
        originalIndex = lattices.enumerated().map { index, lattice in
            guard let lattice, lattice.contains(original[index], tolerance: Lattice.tolerance) else {
                return nil
            }
            return lattice.index(nearestTo: Double(original[index]))
        }
    }

    /// A box without the values that a feature may not have; as it is where the sample's own is such a value.
    func narrowed(_ box: Box) -> Box {
        let isInside = original.indices.map { original[$0] >= lower[$0] && original[$0] <= upper[$0] }
        // Ends at infinity stay there.
        let narrow = Bounds(
            lower: isInside.indices.map { isInside[$0] ? max(box.lower[$0], end(lower[$0])) : box.lower[$0] },
            upper: isInside.indices.map { isInside[$0] ? min(box.upper[$0], end(upper[$0])) : box.upper[$0] }
        )
        return Box(narrow, count: original.count)
    }

    /// An end of an interval; infinite if it is the last float.
    private func end(_ end: Float) -> Float {
        abs(end) == .greatestFiniteMagnitude ? Float(signOf: end, magnitudeOf: .infinity) : end
    }

    /// Whether a feature has equally spaced values.
    func isSpaced(_ feature: Int) -> Bool { !lattices.isEmpty && lattices[feature] != nil }

    /// How far neighbouring values are apart; nil where values are not spaced.
    func step(_ feature: Int) -> Double? { lattices.isEmpty ? nil : lattices[feature]?.step }

    /// The value of a feature nearest to another one, which is not NaN.
    func nearest(_ feature: Int, to value: Double) -> Float? {
        nearest(feature, to: value, from: lower[feature], through: upper[feature])
    }

    /// The value of a feature in an interval that is nearest to another one; nil if there is none.
    ///
    /// Where the original is the nearest it comes back to the last bit, also if floats do not hold the step
    /// exactly.
    func nearest(_ feature: Int, to value: Double, from low: Float, through high: Float) -> Float? {
        let (low, high) = (max(low, lower[feature]), min(high, upper[feature]))
        guard low <= high else { return nil }
        guard isSpaced(feature), let lattice = lattices[feature] else {
            return min(max(low, Float(value)), high)
        }
        guard let index = lattice.index(nearestTo: value, from: low, through: high) else { return nil }
        let found = index == originalIndex[feature] ? original[feature] : lattice.value(index)
        return min(max(low, found), high)
    }
}
