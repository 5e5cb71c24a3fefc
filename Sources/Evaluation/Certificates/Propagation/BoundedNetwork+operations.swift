extension BoundedNetwork {
    /// How many multiplications in single precision take as long as bounding every layer by the intervals of
    /// the one before it: products and sums of magnitudes are in double precision there, and count for more.
    var intervalOperations: Double {
        layers.reduce(0) { sum, layer in
            guard case .affine(let map) = layer else { return sum }
            let terms = map.parts.reduce(0.0) { $0 + $1.rows.termCount(of: 0..<map.offset.count) }
            return sum + 16 * terms
        }
    }

    /// How many multiplications it takes to bound every layer by functions of the input, if no neuron's sign
    /// is known.
    ///
    /// Counted is one group of functions in the middle of each value; the others cost about the same.
    var substitutionOperations: Double {
        featureCounts.indices.reduce(0) { sum, value in
            let isOutput = value == output
            guard isOutput || (isBent[value] && !isAffine[value]) else { return sum }
            let width = LinearFunctions.count
            let groups = (featureCounts[value] + width - 1) / width
            return sum + Double(groups * (isOutput ? 1 : 2) * width) * terms(of: value)
        }
    }

    /// How many terms one group of functions of a value meets on its way to the input.
    private func terms(of value: Int) -> Double {
        var supports = featureCounts.map { Support(featureCount: $0) }
        let features = neighbourly(0..<featureCounts[value], of: value)
        let start = max(features.count / 2 - LinearFunctions.count / 2, 0)
        for feature in features[start..<min(start + LinearFunctions.count, features.count)] {
            supports[value].insert(feature)
        }
        var sum = 0.0
        for current in stride(from: value, to: 0, by: -1) {
            let entries = supports[current].features
            switch layers[current - 1] {
            case .affine(let map):
                for part in map.parts {
                    sum += part.rows.termCount(of: entries)
                    part.rows.forEachInput(of: entries) { supports[part.input].insert($0) }
                }
            case .piecewise(_, let input):
                sum += Double(entries.count)
                for feature in entries { supports[input].insert(feature) }
            case .maximum(let windows, let input):
                // Below a maximum lies one feature, above it a sum of two.
                sum += 3 * Double(entries.count)
                for entry in entries {
                    for feature in windows.features(under: entry).prefix(3) {
                        supports[input].insert(feature)
                    }
                }
            }
        }
        return sum
    }
}

/// Features that a function may have coefficients for.
private struct Support {
    private(set) var features: [Int] = []
    private var isIn: [Bool]

    init(featureCount: Int) { isIn = Array(repeating: false, count: featureCount) }

    mutating func insert(_ feature: Int) {
        guard !isIn[feature] else { return }
        isIn[feature] = true
        features.append(feature)
    }
}
