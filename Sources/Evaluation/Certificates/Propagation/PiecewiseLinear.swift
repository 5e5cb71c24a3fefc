import BulwarkModels

/// A continuous function of one number that is made of straight pieces, such as a rectifier.
struct PiecewiseLinear: Sendable {
    /// A straight line.
    struct Line: Equatable {
        /// How steep it is.
        let slope: Float
        /// Its value at 0.
        let offset: Double
    }

    /// Where two pieces meet, ascending.
    private let breaks: [Double]
    /// The lines of the pieces, one more than there are breaks.
    private let pieces: [(slope: Double, offset: Double)]

    private init(_ breaks: [Double], _ pieces: [(slope: Double, offset: Double)]) {
        self.breaks = breaks
        self.pieces = pieces
    }

    /// The function of an operator, or nil if it is none of these.
    init?(_ operation: any Operator) {
        switch operation {
        case is Relu: self.init([0], [(0, 0), (1, 0)])
        case is Abs: self.init([0], [(-1, 0), (1, 0)])
        case let leaky as LeakyRelu: self.init([0], [(Double(leaky.slope), 0), (1, 0)])
        case let clip as Clip:
            self.init(
                lower: clip.lower.flatMap { $0 == -.infinity ? nil : Double($0) },
                upper: clip.upper.flatMap { $0 == .infinity ? nil : Double($0) }
            )
        default: return nil
        }
    }

    /// A limit on either side; the upper one wins.
    private init(lower: Double?, upper: Double?) {
        switch (lower, upper) {
        case (nil, nil): self.init([], [(1, 0)])
        case (let lower?, nil): self.init([lower], [(0, lower), (1, 0)])
        case (nil, let upper?): self.init([upper], [(1, 0), (0, upper)])
        case (let lower?, let upper?) where lower < upper:
            self.init([lower, upper], [(0, lower), (1, 0), (0, upper)])
        case (_, let upper?): self.init([], [(0, upper)])
        }
    }

    /// The function's value.
    func value(at x: Double) -> Double {
        let piece = pieces[breaks.firstIndex { x <= $0 } ?? breaks.count]
        return piece.slope * x + piece.offset
    }

    /// Whether the function is one line between two numbers.
    func isStraight(from lower: Double, to upper: Double) -> Bool {
        !breaks.contains { lower < $0 && $0 < upper }
    }

    /// Whether the function is the same number everywhere between two numbers.
    func isConstant(from lower: Double, to upper: Double) -> Bool {
        let (low, high) = image(from: lower, to: upper)
        return low == high
    }

    /// What the function's values lie between while its argument lies between two numbers.
    func image(from lower: Double, to upper: Double) -> (lower: Double, upper: Double) {
        guard lower.isFinite, upper.isFinite else { return (-.infinity, .infinity) }
        let ends = (value(at: lower), value(at: upper))
        var (low, high) = (min(ends.0, ends.1), max(ends.0, ends.1))
        for x in breaks where lower < x && x < upper {
            let y = value(at: x)
            (low, high) = (min(low, y), max(high, y))
        }
        return (low, high)
    }

    /// The line under the function between two numbers that encloses the least area with it.
    ///
    /// For a rectifier this is the choice of CROWN (Zhang et al., NeurIPS 2018, section 3.3): slope 1 if the
    /// interval reaches further up than down, else 0. Whatever its slope, the line is as high as it can be,
    /// so that no rounding of the slope lets it cross the function.
    func lineBelow(from lower: Double, to upper: Double) -> Line { line(from: lower, to: upper, side: 1) }

    /// The line above the function between two numbers that encloses the least area with it: for a rectifier
    /// its chord.
    func lineAbove(from lower: Double, to upper: Double) -> Line { line(from: lower, to: upper, side: -1) }

    /// The area under a line grows with its height at the middle of the interval, so that decides.
    private func line(from lower: Double, to upper: Double, side: Double) -> Line {
        guard lower.isFinite, upper.isFinite else { return Line(slope: 0, offset: -side * .infinity) }
        var best = Line(slope: 0, offset: -side * .infinity)
        var height = -Double.infinity
        func consider(_ slope: Double) {
            let slope = Float(slope)
            func distance(_ x: Double) -> Double { side * (value(at: x) - Double(slope) * x) }
            var offset = min(distance(lower), distance(upper))
            for x in breaks where lower < x && x < upper { offset = min(offset, distance(x)) }
            let middle = side * Double(slope) * ((lower + upper) / 2) + offset
            guard middle > height else { return }
            height = middle
            best = Line(slope: slope, offset: side * offset)
        }
        for index in pieces.indices.reversed() {
            let begins = index == 0 || breaks[index - 1] < upper
            let ends = index == breaks.count || breaks[index] > lower
            if begins && ends { consider(pieces[index].slope) }
        }
        if !isStraight(from: lower, to: upper) {
            consider((value(at: upper) - value(at: lower)) / (upper - lower))
        }
        return best
    }
}
