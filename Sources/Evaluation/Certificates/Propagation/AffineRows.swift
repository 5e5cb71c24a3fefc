/// For each feature of a layer's output what it sums: features of the input times weights.
enum AffineRows: Sendable {
    /// The same weights at every place: convolutions and matrix products.
    case shared(SharedWeights)
    /// Weights that are listed one by one.
    case sparse(SparseRows)

    /// Adds functions of the output, written as functions of the input.
    func substitute(_ functions: LinearFunctions, into input: inout LinearFunctions) {
        switch self {
        case .shared(let rows): Self.substitute(functions, rows, &input)
        case .sparse(let rows): Self.substitute(functions, rows, &input)
        }
    }

    /// Adds for each feature of the output the sum of its terms' magnitudes.
    func addMagnitudes(of input: [Double], to output: inout [Double]) {
        switch self {
        case .shared(let rows): Self.addMagnitudes(input, rows, &output)
        case .sparse(let rows): Self.addMagnitudes(input, rows, &output)
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

    private static func substitute(
        _ functions: LinearFunctions,
        _ rows: some TermRows,
        _ input: inout LinearFunctions
    ) {
        for entry in functions.support {
            let lanes = functions.coefficients[Int(entry)]
            if lanes == .zero { continue }
            rows.forEachTerm(of: Int(entry)) { feature, weight in input.add(weight * lanes, at: feature) }
        }
    }

    private static func addMagnitudes(
        _ input: [Double],
        _ rows: some TermRows,
        _ output: inout [Double]
    ) {
        for feature in output.indices {
            var sum = 0.0
            rows.forEachTerm(of: feature) { source, weight in
                sum += Double(weight.magnitude) * input[source]
            }
            output[feature] += sum
        }
    }
}

/// Sums of weighted features.
protocol TermRows {
    /// Visits what a feature of the output sums.
    func forEachTerm(of output: Int, _ body: (_ input: Int, _ weight: Float) -> Void)
}

/// Weights that are the same at every place of an image or a sequence.
struct SharedWeights: TermRows, Sendable {
    /// One weight for each channel of the output, channel of the input in its group, and tap.
    private let weights: [Float]
    private let outputChannels: Int
    private let outputsPerGroup: Int
    private let inputsPerGroup: Int
    /// How far neighbouring channels of the input are apart.
    private let inputStride: Int
    /// Whether the channels of one place lie beside each other in the output, not the places of one channel.
    private let hasChannelsLast: Bool
    private let window: WindowTaps

    init(
        weights: [Float],
        outputChannels: Int,
        groups: Int = 1,
        inputStride: Int,
        hasChannelsLast: Bool,
        window: WindowTaps
    ) {
        self.weights = weights
        self.outputChannels = outputChannels
        outputsPerGroup = max(outputChannels / groups, 1)
        inputsPerGroup = weights.count / max(outputChannels * window.tapCount, 1)
        self.inputStride = inputStride
        self.hasChannelsLast = hasChannelsLast
        self.window = window
    }

    var mostTerms: Int { inputsPerGroup * window.mostTaps }
    var mostReaders: Int { outputsPerGroup * window.mostReaders }

    @inline(__always)
    func forEachTerm(of output: Int, _ body: (_ input: Int, _ weight: Float) -> Void) {
        let places = window.placeCount
        let (channel, place) =
            hasChannelsLast
            ? (output % outputChannels, output / outputChannels) : (output / places, output % places)
        let taps = window.starts[place]..<window.starts[place + 1]
        let first = channel / outputsPerGroup * inputsPerGroup
        for inner in 0..<inputsPerGroup {
            let base = (first + inner) * inputStride
            let row = (channel * inputsPerGroup + inner) * window.tapCount
            for tap in taps {
                body(base + Int(window.offsets[tap]), weights[row + Int(window.taps[tap])])
            }
        }
    }
}

/// Weights that are listed one by one.
struct SparseRows: TermRows, Sendable {
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

    @inline(__always)
    func forEachTerm(of output: Int, _ body: (_ input: Int, _ weight: Float) -> Void) {
        for term in starts[output]..<starts[output + 1] { body(Int(features[term]), weights[term]) }
    }
}
