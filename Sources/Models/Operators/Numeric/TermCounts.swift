import BulwarkTensors

/// How often sequences of integers from a list occur in each row, weighted (ONNX `TfIdfVectorizer` for
/// integers).
public struct TermCounts: HeavyOperator {
    /// A sequence that is looked for.
    public struct Term: Sendable, Hashable {
        /// The integers, in order.
        public let sequence: [Int]
        /// The column of the result that counts it.
        public let column: Int
        /// What its count is multiplied with.
        public let weight: Float

        /// A sequence and where it is counted.
        public init(sequence: [Int], column: Int, weight: Float = 1) {
            self.sequence = sequence
            self.column = column
            self.weight = weight
        }
    }

    /// What is looked for; no two terms have the same column.
    public let terms: [Term]
    /// The lengths of the terms that are counted; the columns of others stay zero.
    public let lengths: ClosedRange<Int>
    /// How many integers may lie between neighbours of a sequence: every number up to this one is tried.
    public let maximumSkips: Int
    /// Whether a count above 1 is taken as 1.
    public let countsOnce: Bool
    private let columns: Int
    private let byLength: [Int: [[Int]: Term]]

    /// A count of terms.
    public init(terms: [Term], lengths: ClosedRange<Int>, maximumSkips: Int, countsOnce: Bool = false) {
        self.terms = terms
        self.lengths = lengths
        self.maximumSkips = maximumSkips
        self.countsOnce = countsOnce
        columns = terms.reduce(0) { max($0, $1.column + 1) }
        let counted = terms.filter { lengths.contains($0.sequence.count) }
        byLength = Dictionary(grouping: counted, by: \.sequence.count)
            .mapValues { Dictionary($0.map { ($0.sequence, $0) }, uniquingKeysWith: { first, _ in first }) }
    }

    /// `[columns]` for a list, `[N, columns]` for rows.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard (1...2).contains(inputs[0].rank), inputs[0][inputs[0].rank - 1].fixed != nil else {
            throw .shapes("these are no rows of integers", inputs)
        }
        return SymbolicShape(inputs[0].dimensions.dropLast() + [Dimension(constant: columns)])
    }

    /// The weighted counts.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let length = inputs[0].shape[inputs[0].shape.rank - 1]
        let source = inputs[0].elements
        return Tensor(shape) { target in
            guard columns > 0 else { return }
            for row in 0..<shape.count / columns {
                // What carries no integer equals no term.
                let numbers = (0..<length).map { integer(source[row * length + $0]) }
                for (size, terms) in byLength {
                    count(terms, size, numbers) { term in
                        let place = row * columns + term.column
                        if !countsOnce || target[place] == 0 { target[place] += 1 }
                    }
                }
                for term in terms { target[row * columns + term.column] *= term.weight }
            }
        }
    }

    private func integer(_ carrier: Float) -> Int? { ExactIntegers.contains(carrier) ? Int(carrier) : nil }

    /// Reports each occurrence of a term of `size` integers.
    private func count(
        _ terms: [[Int]: Term],
        _ size: Int,
        _ numbers: [Int?],
        _ report: (Term) -> Void
    ) {
        // A single integer has no neighbours to skip to.
        for distance in 1...(size == 1 ? 1 : maximumSkips + 1) {
            let (span, overflow) = (size - 1).multipliedReportingOverflow(by: distance)
            guard !overflow, span < numbers.count else { return }
            for start in 0..<numbers.count - span {
                let found = (0..<size).compactMap { numbers[start + $0 * distance] }
                if found.count == size, let term = terms[found] { report(term) }
            }
        }
    }

    /// Every pair of neighbours at every distance is looked up.
    func stepsPerElement(_ inputs: [Tensor]) -> Int {
        let length = inputs[0].shape.dimensions.last ?? 1
        let distances = Swift.min(maximumSkips + 1, length)
        return (byLength.count + 1) * Swift.max(distances * length / Swift.max(columns, 1), 1)
    }

    /// Zero: counts move in steps.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Tensor(inputs[0].shape) : nil]
    }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// `TfIdfVectorizer`.
    public var onnx: ONNXForm {
        let longest = max(terms.map(\.sequence.count).max() ?? 1, lengths.upperBound)
        var pool: [Int] = []
        var starts: [Int] = []
        var columns: [Int] = []
        var weights: [Float] = []
        for size in 1...longest {
            starts.append(pool.count)
            for term in terms where term.sequence.count == size {
                pool += term.sequence
                columns.append(term.column)
                weights.append(term.weight)
            }
        }
        return ONNXForm(
            "TfIdfVectorizer",
            [
                "mode": .string(countsOnce ? "IDF" : "TFIDF"), "min_gram_length": .int(lengths.lowerBound),
                "max_gram_length": .int(lengths.upperBound), "max_skip_count": .int(maximumSkips),
                "ngram_counts": .ints(starts), "ngram_indexes": .ints(columns), "pool_int64s": .ints(pool),
                "weights": .floats(weights),
            ],
            inputTypes: [0: .int64]
        )
    }
}
