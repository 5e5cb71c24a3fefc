/// For each feature of a layer's output what it sums: features of the input times weights.
enum AffineRows: Sendable {
    /// The same weights at every place: convolutions and matrix products.
    case shared(SharedWeights)
    /// Weights that are listed one by one.
    case sparse(SparseRows)

    /// Adds functions of the output, written as functions of the input.
    func substitute(_ functions: LinearFunctions, into input: inout LinearFunctions) {
        switch self {
        case .shared(let rows): rows.substitute(functions, into: &input)
        case .sparse(let rows): rows.substitute(functions, into: &input)
        }
    }

    /// Adds for each feature of the output the sum of its terms' magnitudes.
    func addMagnitudes(of input: [Double], to output: inout [Double]) {
        switch self {
        case .shared(let rows): rows.addMagnitudes(of: input, to: &output)
        case .sparse(let rows): rows.addMagnitudes(of: input, to: &output)
        }
    }

    /// Adds for each feature of the output the middle of what its terms lie between, and how far they reach
    /// from there.
    func addIntervals(_ input: CenteredIntervals, to output: inout CenteredIntervals) {
        switch self {
        case .shared(let rows): rows.addIntervals(input, to: &output)
        case .sparse(let rows): rows.addIntervals(input, to: &output)
        }
    }

    /// The largest number of terms of a feature of the output.
    var mostTerms: Int {
        switch self {
        case .shared(let rows): rows.mostTerms
        case .sparse(let rows): rows.mostTerms
        }
    }

    /// The largest number of terms with the same feature of the input.
    var mostReaders: Int {
        switch self {
        case .shared(let rows): rows.mostReaders
        case .sparse(let rows): rows.mostReaders
        }
    }

    /// How many terms some features of the output have together.
    func termCount(of features: some Sequence<Int>) -> Double {
        var count = 0
        switch self {
        case .shared(let rows): for feature in features { count += rows.termCount(of: feature) }
        case .sparse(let rows): for feature in features { count += rows.termCount(of: feature) }
        }
        return Double(count)
    }

    /// Visits the features of the input that some features of the output sum, some of them more than once.
    func forEachInput(of features: [Int], _ body: (Int) -> Void) {
        for feature in features {
            switch self {
            case .shared(let rows): rows.forEachInput(of: feature, body)
            case .sparse(let rows): rows.forEachTerm(of: feature) { input, _ in body(input) }
            }
        }
    }
}

/// Numbers between two ends each, as the middle and the distance of the ends from it.
struct CenteredIntervals {
    /// The middles.
    var middles: [Double]
    /// Half the distance of the ends.
    var reaches: [Double]

    /// Zeros.
    init(zeros count: Int) {
        middles = Array(repeating: 0, count: count)
        reaches = middles
    }

    /// Intervals by their ends.
    init(_ intervals: Intervals) {
        middles = zip(intervals.lower, intervals.upper).map { ($0 + $1) / 2 }
        reaches = zip(intervals.lower, intervals.upper).map { ($1 - $0) / 2 }
    }
}

/// Weights that are listed one by one.
struct SparseRows: Sendable {
    /// Where the terms of each feature begin; one more at the end.
    private let starts: [Int]
    private let features: [Int32]
    private let weights: [Float]

    init(starts: [Int], features: [Int32], weights: [Float]) {
        precondition(features.count == weights.count && starts.last == features.count, "one weight a term")
        self.starts = starts
        self.features = features
        self.weights = weights
    }

    /// At most one term for each feature of the output.
    ///
    /// - Parameters:
    ///   - sources: For each feature of the output the one of the input, or nil for none.
    ///   - weight: The weight of the term of a feature of the output.
    init(sources: [Int?], weight: (Int) -> Float) {
        let present = sources.indices.filter { sources[$0] != nil }
        starts = sources.reduce(into: [0]) { $0.append(($0.last ?? 0) + ($1 == nil ? 0 : 1)) }
        features = sources.compactMap { source in source.map { Int32($0) } }
        weights = present.map(weight)
    }

    var mostTerms: Int { zip(starts, starts.dropFirst()).reduce(0) { max($0, $1.1 - $1.0) } }

    var mostReaders: Int {
        var counts = [Int](repeating: 0, count: (features.max().map(Int.init) ?? 0) + 1)
        for feature in features { counts[Int(feature)] += 1 }
        return counts.max() ?? 0
    }

    /// How many terms a feature of the output has.
    func termCount(of output: Int) -> Int { starts[output + 1] - starts[output] }

    /// Visits what a feature of the output sums.
    @inline(__always)
    func forEachTerm(of output: Int, _ body: (_ input: Int, _ weight: Float) -> Void) {
        for term in starts[output]..<starts[output + 1] { body(Int(features[term]), weights[term]) }
    }

    func substitute(_ functions: LinearFunctions, into input: inout LinearFunctions) {
        for entry in functions.support {
            let lanes = functions.coefficients[Int(entry)]
            if lanes == .zero { continue }
            forEachTerm(of: Int(entry)) { feature, weight in input.add(weight * lanes, at: feature) }
        }
    }

    func addMagnitudes(of input: [Double], to output: inout [Double]) {
        for feature in output.indices {
            forEachTerm(of: feature) { source, weight in
                output[feature] += Double(weight.magnitude) * input[source]
            }
        }
    }

    func addIntervals(_ input: CenteredIntervals, to output: inout CenteredIntervals) {
        for feature in output.middles.indices {
            forEachTerm(of: feature) { source, weight in
                output.middles[feature] += Double(weight) * input.middles[source]
                output.reaches[feature] += Double(weight.magnitude) * input.reaches[source]
            }
        }
    }
}
