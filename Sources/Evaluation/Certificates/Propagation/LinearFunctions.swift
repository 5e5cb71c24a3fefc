/// Sixteen linear functions of the features of one value, side by side.
///
/// A feature of a convolution depends on a small window of what lies before, so the features that have a
/// coefficient at all are listed, and nothing is done for the others.
struct LinearFunctions: Sendable {
    /// The coefficients of one feature: one for each function.
    typealias Lanes = SIMD16<Float>

    /// How many functions there are.
    static let count = Lanes.scalarCount

    /// The coefficients of every feature.
    private(set) var coefficients: [Lanes]
    /// The features whose coefficients may differ from zero.
    private(set) var support: [Int32] = []
    private var isInSupport: [Bool]

    /// Sixteen times zero.
    init(featureCount: Int) {
        coefficients = Array(repeating: .zero, count: featureCount)
        isInSupport = Array(repeating: false, count: featureCount)
    }

    /// Adds to the coefficients of a feature.
    @inline(__always)
    mutating func add(_ lanes: Lanes, at feature: Int) {
        if !isInSupport[feature] {
            isInSupport[feature] = true
            support.append(Int32(truncatingIfNeeded: feature))
        }
        coefficients[feature] += lanes
    }

    /// Adds to the coefficient that one function has of a feature.
    mutating func add(_ coefficient: Float, at feature: Int, function: Int) {
        var lanes = Lanes.zero
        lanes[function] = coefficient
        add(lanes, at: feature)
    }

    /// Makes all functions zero.
    mutating func clear() {
        for feature in support {
            coefficients[Int(feature)] = .zero
            isInSupport[Int(feature)] = false
        }
        support.removeAll(keepingCapacity: true)
    }
}

/// Sixteen sums of products in double precision that know how large their terms were.
struct LaneSums {
    private var sums = SIMD16<Double>.zero
    /// The sums of the terms' magnitudes.
    private var sizes = SIMD16<Double>.zero
    private var operations = 0

    /// Adds the smallest that each coefficient times something between `lower` and `upper` can be.
    @inline(__always)
    mutating func addMinimum(of lanes: LinearFunctions.Lanes, lower: Double, upper: Double) {
        let wide = SIMD16<Double>(lanes)
        let positive = wide.replacing(with: 0, where: wide .< 0)
        let negative = wide - positive
        sums += positive * lower + negative * upper
        sizes += positive * lower.magnitude - negative * upper.magnitude
        operations += 4
    }

    /// Numbers that the sums without rounding are not below.
    var lowerEnds: SIMD16<Double> { sums - sizes * (Double(operations + 4) * .ulpOfOne) }
}

/// Sixteen sums of products in single precision that know how large their terms were.
///
/// Terms are summed a few at a time and those sums in double precision, so that rounding stays below two
/// millionths of the terms' magnitudes however many there are.
struct BlockedLaneSums {
    private static let blockSize = 16
    private var sums = SIMD16<Double>.zero
    private var block = LinearFunctions.Lanes.zero
    /// The sums of the terms' magnitudes.
    private var sizes = LinearFunctions.Lanes.zero
    private var count = 0

    /// Adds the smallest that each coefficient times something between `lower` and `upper` can be.
    @inline(__always)
    mutating func addMinimum(of lanes: LinearFunctions.Lanes, lower: Float, upper: Float) {
        let positive = lanes.replacing(with: 0, where: lanes .< 0)
        let negative = lanes - positive
        block += positive * lower + negative * upper
        sizes += positive * lower.magnitude - negative * upper.magnitude
        count += 1
        if count % Self.blockSize == 0 { flush() }
    }

    private mutating func flush() {
        sums += SIMD16<Double>(block)
        block = .zero
    }

    /// Numbers that the sums without rounding are not below.
    var lowerEnds: SIMD16<Double> {
        let all = sums + SIMD16<Double>(block)
        // Two products, their sum and a block's sums; sizes themselves may be too small by their own.
        let inBlocks = Rounding.relativeError(of: Self.blockSize + 3)
        let inDoubles = Double(count / Self.blockSize + 2) * .ulpOfOne
        let share = (inBlocks + inDoubles) / (1 - min(Rounding.relativeError(of: count + 3), 1))
        return all - SIMD16<Double>(sizes) * share
    }
}

/// What several numbers lie between, in single precision.
struct FloatIntervals: Sendable {
    /// What each number is not below.
    let lower: [Float]
    /// What each number is not above.
    let upper: [Float]

    /// The narrowest such intervals around others; what is too small for a float counts as 0.
    init(around intervals: Intervals) {
        lower = intervals.lower.map { Self.outwards($0) }
        upper = intervals.upper.map { -Self.outwards(-$0) }
    }

    private static func outwards(_ number: Double) -> Float {
        guard number.magnitude > 1e-40 else { return 0 }
        let float = Float(number)
        return Double(float) > number ? float.nextDown : float
    }
}

/// What several numbers lie between.
struct Intervals: Sendable {
    /// What each number is not below.
    var lower: [Double]
    /// What each number is not above.
    var upper: [Double]

    /// The largest magnitude that a number can have.
    func magnitude(_ index: Int) -> Double { max(lower[index].magnitude, upper[index].magnitude) }

    /// The largest magnitude that each number can have.
    var magnitudes: [Double] { lower.indices.map(magnitude) }
}
