import BulwarkModels
import BulwarkTensors

extension ScoreBlur {
    /// What an operator may do to scores that are close together.
    enum Step {
        /// Sums and products of floats.
        case arithmetic
        /// The logarithm of a score from 10⁻³⁰ up: of 69 a float holds seven digits, and as much of the score
        /// the logarithm tells.
        case logarithm
        /// The logarithm of the sigmoid, which changes by as little as half of what the score does.
        case logSigmoid
    }

    func after(_ step: Step) -> ScoreBlur {
        var blur = self
        blur.isOrdered = false
        switch step {
        case .arithmetic: blur.relative += 0x1p-20
        case .logarithm: blur.relative += 0x1p-14
        case .logSigmoid: (blur.relative, blur.floor) = (blur.relative + 0x1p-19, 1)
        }
        return blur
    }
}

extension TreeScoreForm {
    /// The largest magnitude at which the logarithm of the sigmoid tells scores apart in floats.
    private static let largestLogit = 80.0
    /// How far below 0 rounding may take a share of votes.
    private static let deepestShare = 0x1p-16

    /// Notes a rising function of each score; false if the operator is something else.
    ///
    /// - Throws: `TreeError.mergesScores` if the function makes scores equal that the trees can give.
    mutating func apply(_ node: Graph.Node) throws(TreeError) -> Bool {
        let problem = TreeError.mergesScores(node: node.name, type: node.operation.name)
        switch node.operation {
        case let clip as Clip:
            // Limits to positive numbers in front of a logarithm. Shares of votes that add up to 1 but for their
            // rounding may be that much below 0.
            let depth = -(smallestScores.min() ?? 0)
            guard clip.upper == nil, let lower = clip.lower, lower <= 1e-20, depth <= Self.deepestShare else {
                throw problem
            }
            blur.absolute += max(Double(lower) + depth, Double(lower), 0)
            isRanked = true
            isPositive = lower > 0
            return true
        case is Log:
            guard isPositive || smallestScores.allSatisfy({ $0 >= 0 }) else { throw problem }
            blur = blur.after(.logarithm)
            isRanked = true
            return true
        case is Softplus:
            guard neverSaturates else { throw problem }
            blur = blur.after(.logSigmoid)
            isRanked = true
            return true
        default: return false
        }
    }

    /// Whether no two scores are both so low that exp underflows, where both would count as equal.
    private var neverSaturates: Bool {
        let smallest = smallestScores
        let low = smallest.indices.filter { smallest[$0] < -Self.largestLogit }
        // Of two opposite scores at most one is low.
        return low.count < 2 || low.count == 2 && smallestMean(low[0], low[1]) >= -Self.largestLogit
    }

    /// Applies arithmetic with constants.
    ///
    /// - Throws: `problem` for an operator or constants that are not understood.
    mutating func compute(
        _ node: Graph.Node,
        constants: [Tensor],
        at position: Int,
        _ problem: TreeError
    ) throws(TreeError) {
        let zeros = [Double](repeating: 0, count: width)
        let ones = [Double](repeating: 1, count: width)
        var keepsOrder = false
        switch node.operation {
        case is Add:
            scale(ones, base: try row(constants, problem))
        case is Sub:
            let row = try row(constants, problem)
            if position == 0 {
                scale(ones, base: row.map { -$0 })
            } else {
                scale(ones.map { -$0 }, base: row)
            }
        case is Mul:
            let row = try row(constants, problem)
            scale(row, base: zeros)
            keepsOrder = row.allSatisfy { $0 > 0 && $0 == row[0] }
        case is Div where position == 0:
            let row = try row(constants, problem)
            guard !row.contains(0) else { throw problem }
            scale(row.map { 1 / $0 }, base: zeros)
            keepsOrder = row.allSatisfy { $0 > 0 && $0 == row[0] }
        case is MatMul where position == 0 && constants.count == 1:
            let matrix = try matrix(constants[0], isTransposed: false, problem)
            keepsOrder = Self.isPair(matrix, base: [0, 0])
            mix(matrix, base: matrix.map { _ in 0 })
        case let gemm as Gemm where position == 0 && !gemm.transposesLeft && !constants.isEmpty:
            let alpha = Double(gemm.alpha)
            let matrix = try matrix(constants[0], isTransposed: gemm.transposesRight, problem)
                .map { $0.map { alpha * $0 } }
            var base = matrix.map { _ in 0.0 }
            if constants.count > 1 {
                base = try Self.row(constants[1], width: matrix.count, problem).map { Double(gemm.beta) * $0 }
            }
            keepsOrder = Self.isPair(matrix, base: base)
            mix(matrix, base: base)
        default: throw problem
        }
        let wasOrdered = blur.isOrdered
        blur = blur.after(.arithmetic)
        blur.isOrdered = wasOrdered && keepsOrder
    }

    /// Whether one score becomes the pair −as, as or 1 − s, s, of which the second is never larger by a mere
    /// rounding.
    private static func isPair(_ matrix: [[Double]], base: [Double]) -> Bool {
        guard matrix.count == 2, matrix.allSatisfy({ $0.count == 1 }) else { return false }
        let factor = matrix[1][0]
        guard factor > 0, matrix[0][0] == -factor else { return false }
        return base == [0, 0] || base == [1, 0] && factor == 1
    }

    private func row(_ constants: [Tensor], _ problem: TreeError) throws(TreeError) -> [Double] {
        guard constants.count == 1 else { throw problem }
        return try Self.row(constants[0], width: width, problem)
    }

    /// A constant that is the same for every sample, as a number for each score.
    private static func row(
        _ tensor: Tensor,
        width: Int,
        _ problem: TreeError
    ) throws(TreeError) -> [Double] {
        let numbers = tensor.elements.map { Double($0) }
        if numbers.count == 1 { return Array(repeating: numbers[0], count: width) }
        guard numbers.count == width, tensor.shape.dimensions.last == width else { throw problem }
        return numbers
    }

    /// A constant matrix with a row for each new score.
    private func matrix(
        _ tensor: Tensor,
        isTransposed: Bool,
        _ problem: TreeError
    ) throws(TreeError) -> [[Double]] {
        guard tensor.shape.rank == 2, tensor.shape[isTransposed ? 1 : 0] == width else { throw problem }
        let rows = tensor.shape[isTransposed ? 0 : 1]
        return (0..<rows).map { row in
            (0..<width).map { Double(tensor[isTransposed ? row * width + $0 : $0 * rows + row]) }
        }
    }
}
