/// One axis of images that `GridSample` samples.
struct GridAxis {
    /// One coordinate that takes part in a sample.
    struct Tap {
        let coordinate: Int
        let weight: Float
        /// How the weight grows with the place, which goes from -1 to 1.
        let slope: Float
    }

    let extent: Int
    let sampling: GridSample

    /// The coordinates around a place from -1 to 1, without those that count for nothing.
    ///
    /// A place that is not a number gives NaN.
    func taps(_ place: Float) -> [Tap] {
        let length = Float(extent)
        let factor = sampling.alignsCorners ? (length - 1) / 2 : length / 2
        var x = sampling.alignsCorners ? (place + 1) / 2 * (length - 1) : ((place + 1) * length - 1) / 2
        var slope = factor
        if sampling.interpolation == .nearest { x.round(.toNearestOrEven) }
        let border = sampling.alignsCorners ? 0...length - 1 : -0.5...length - 0.5
        if !border.contains(x) {
            switch sampling.padding {
            case .zeros: break
            case .border:
                // Pixels beyond the border are it, so between two of them the cubic has a slope.
                if sampling.interpolation == .cubic { break }
                x = min(max(x, 0), length - 1)
                slope = 0
            case .reflection:
                let (image, direction) = Self.reflected(x, border)
                x = image
                slope *= direction
            }
        }
        guard !x.isNaN else { return [Tap(coordinate: 0, weight: .nan, slope: .nan)] }
        // Whatever lies that far outside has no pixel near it.
        x = min(max(x, -0x1p30), 0x1p30)
        let first = x.rounded(.down)
        let fraction = x - first
        let start = Int(first)
        switch sampling.interpolation {
        case .nearest: return [tap(start, 1, 0)].compactMap { $0 }
        case .linear:
            return [tap(start, 1 - fraction, -slope), tap(start + 1, fraction, slope)].compactMap { $0 }
        case .cubic:
            return (-1...2).compactMap { offset in
                let (weight, growth) = Self.keys(Float(offset) - fraction)
                return tap(start + offset, weight, -growth * slope)
            }
        }
    }

    /// A tap at a coordinate, which the padding brings into the image; nil if there is nothing.
    private func tap(_ coordinate: Int, _ weight: Float, _ slope: Float) -> Tap? {
        let inside: Int
        switch sampling.padding {
        case .zeros:
            guard (0..<extent).contains(coordinate) else { return nil }
            inside = coordinate
        case .border: inside = min(max(coordinate, 0), extent - 1)
        case .reflection:
            // Mirrored at the centres or at the outer borders of the outermost pixels.
            let period = sampling.alignsCorners ? 2 * (extent - 1) : 2 * extent
            guard period > 0 else { return Tap(coordinate: 0, weight: weight, slope: slope) }
            let folded = (coordinate % period + period) % period
            let last = sampling.alignsCorners ? period : period - 1
            inside = folded < extent ? folded : last - folded
        }
        return Tap(coordinate: inside, weight: weight, slope: slope)
    }

    /// A place mirrored at both ends of an interval until it lies inside, and 1 or -1 for its direction.
    private static func reflected(_ x: Float, _ border: ClosedRange<Float>) -> (Float, direction: Float) {
        let range = border.upperBound - border.lowerBound
        guard range > 0 else { return (border.lowerBound, 0) }
        let isBelow = x < border.lowerBound
        let distance = isBelow ? border.lowerBound - x : x - border.upperBound
        let turns = (distance / range).rounded(.towardZero)
        let rest = distance - turns * range
        let isEven = turns.truncatingRemainder(dividingBy: 2) == 0
        // Outwards counts as the place's own direction, so an even number of turns goes back inwards.
        return isBelow == isEven
            ? (border.lowerBound + rest, isEven ? -1 : 1) : (border.upperBound - rest, isEven ? -1 : 1)
    }

    /// Keys's kernel with the coefficient -0.75, and its derivative.
    private static func keys(_ x: Float) -> (weight: Float, slope: Float) {
        let a: Float = -0.75
        let distance = abs(x)
        let sign: Float = x < 0 ? -1 : 1
        if distance <= 1 {
            let weight = ((a + 2) * distance - (a + 3)) * distance * distance + 1
            return (weight, sign * (3 * (a + 2) * distance - 2 * (a + 3)) * distance)
        }
        guard distance < 2 else { return (0, 0) }
        let weight = ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
        return (weight, sign * ((3 * a * distance - 10 * a) * distance + 8 * a))
    }
}
