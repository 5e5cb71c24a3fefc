extension NetworkBounds {
    /// Numbers that sixteen functions of one value are not below.
    ///
    /// The value is replaced by what the layer before it computes, layer by layer, until only the input is
    /// left: where a coefficient is positive by the function below, else by the one above. These are the
    /// backward linear bounds of CROWN: Zhang, Weng, Chen, Hsieh and Daniel, "Efficient neural network
    /// robustness certification with general activation functions" (NeurIPS 2018), theorem 3.2.
    ///
    /// - Parameters:
    ///   - value: The number of the value.
    ///   - stopsAtIntervals: Whether values of layers that are not affine are replaced by their intervals.
    ///   - start: Writes the coefficients of the functions.
    /// - Returns: One number for each function, −∞ where arithmetic overflows.
    mutating func lowerEnds(
        at value: Int,
        stopsAtIntervals: Bool,
        _ start: (inout LinearFunctions) -> Void
    ) -> SIMD16<Double> {
        var (sums, exact) = (BlockedLaneSums(), LaneSums())
        start(&workspace[value])
        for current in stride(from: value, to: 0, by: -1) where !workspace[current].support.isEmpty {
            // Taken out, so that no copy is made when it is cleared.
            var functions = LinearFunctions(featureCount: 0)
            swap(&functions, &workspace[current])
            substitute(functions, of: current, stopsAtIntervals, &sums, &exact)
            functions.clear()
            swap(&functions, &workspace[current])
        }
        let atInput = region.minima(of: workspace[0])
        workspace[0].clear()
        let (sum, atIntervals) = (sums.lowerEnds, exact.lowerEnds)
        let size = sum.magnitudes + atIntervals.magnitudes + atInput.magnitudes
        let result = sum + atIntervals + atInput - size * (4 * .ulpOfOne)
        return result.replacing(with: -.infinity, where: result .!= result)
    }

    private mutating func substitute(
        _ functions: LinearFunctions,
        of value: Int,
        _ stopsAtIntervals: Bool,
        _ sums: inout BlockedLaneSums,
        _ exact: inout LaneSums
    ) {
        let side = sides[value - 1]
        if stopsAtIntervals, let box = intervals[value], !side.isAffine {
            Self.add(box, times: functions, to: &exact)
            return
        }
        let offsets = offsets[value - 1]
        switch side {
        case .weights(let map):
            for entry in functions.support {
                let (lower, upper) = (offsets.lower[Int(entry)], offsets.upper[Int(entry)])
                sums.addMinimum(of: functions.coefficients[Int(entry)], lower: lower, upper: upper)
            }
            for part in map.parts { part.rows.substitute(functions, into: &workspace[part.input]) }
        case .lines(let input, let lower, let upper):
            Self.substitute(functions, lower, upper, offsets, into: &workspace[input], &sums)
        case .planes(let input, let planes):
            Self.substitute(functions, planes, offsets, into: &workspace[input], &sums)
        }
    }

    private static func add(
        _ box: Intervals,
        times functions: LinearFunctions,
        to sums: inout LaneSums
    ) {
        for entry in functions.support {
            let feature = Int(entry)
            sums.addMinimum(
                of: functions.coefficients[feature],
                lower: box.lower[feature],
                upper: box.upper[feature]
            )
        }
    }

    private static func substitute(
        _ functions: LinearFunctions,
        _ lower: [Float],
        _ upper: [Float],
        _ offsets: FloatIntervals,
        into input: inout LinearFunctions,
        _ sums: inout BlockedLaneSums
    ) {
        for entry in functions.support {
            let feature = Int(entry)
            let lanes = functions.coefficients[feature]
            if offsets.lower[feature] != 0 || offsets.upper[feature] != 0 {
                sums.addMinimum(of: lanes, lower: offsets.lower[feature], upper: offsets.upper[feature])
            }
            // A rectifier that is off ends here.
            if lower[feature] == 0, upper[feature] == 0 { continue }
            let (positive, negative) = lanes.parts
            input.add(positive * lower[feature] + negative * upper[feature], at: feature)
        }
    }

    private static func substitute(
        _ functions: LinearFunctions,
        _ planes: [MaximumPlanes],
        _ offsets: FloatIntervals,
        into input: inout LinearFunctions,
        _ sums: inout BlockedLaneSums
    ) {
        for entry in functions.support {
            let plane = planes[Int(entry)]
            sums.addMinimum(
                of: functions.coefficients[Int(entry)],
                lower: offsets.lower[Int(entry)],
                upper: offsets.upper[Int(entry)]
            )
            let (positive, negative) = functions.coefficients[Int(entry)].parts
            input.add(positive, at: plane.below)
            if plane.slopes.first > 0 { input.add(negative * plane.slopes.first, at: plane.above.first) }
            if plane.slopes.second > 0 { input.add(negative * plane.slopes.second, at: plane.above.second) }
        }
    }
}

extension NetworkBounds.Sides {
    /// Whether these are the layer's own weights.
    var isAffine: Bool {
        if case .weights = self { true } else { false }
    }
}

extension SIMD16<Float> {
    /// The positive numbers and the others, each with zeros in place of the rest.
    fileprivate var parts: (positive: Self, negative: Self) {
        let positive = replacing(with: 0, where: self .< 0)
        return (positive, self - positive)
    }
}

extension SIMD16<Double> {
    fileprivate var magnitudes: Self { replacing(with: -self, where: self .< 0) }
}
