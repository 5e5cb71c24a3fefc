/// An equation of Einstein's sum convention, as in `bij,bjk->bik`, for operands of known ranks.
struct EinsumEquation {
    /// An axis: a letter, or an axis that an ellipsis stands for, counted from its end.
    enum Label: Hashable, Comparable {
        case ellipsis(fromEnd: Int)
        case letter(Character)
    }

    /// The axes of each operand.
    let operands: [[Label]]
    /// The axes of the result.
    let result: [Label]

    /// - Throws: `OperatorError` if the equation is malformed or does not fit operands of these ranks.
    init(_ text: String, ranks: [Int]) throws(OperatorError) {
        func refuse(_ problem: String) -> OperatorError { .attribute(name: "equation", problem: problem) }
        let written = text.filter { $0 != " " }
        let sides = written.split(separator: "->", omittingEmptySubsequences: false)
        guard sides.count <= 2 else { throw refuse("has several arrows") }
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        guard terms.count == ranks.count else { throw refuse("has \(terms.count) terms") }
        var operands: [[Label]] = []
        var widest = 0
        for (term, rank) in zip(terms, ranks) {
            guard let labels = Self.labels(term, rank: rank) else {
                throw refuse("'\(term.prefix(40))' does not fit an operand with \(rank) axes")
            }
            operands.append(labels)
            widest = max(widest, labels.count { if case .ellipsis = $0 { true } else { false } })
        }
        let present = Set(operands.joined())
        if sides.count == 2 {
            let letters = sides[1].replacing("...", with: "").count
            let axes = sides[1].contains("...") ? widest : 0
            guard let labels = Self.labels(sides[1], rank: letters + axes),
                Set(labels).count == labels.count, present.isSuperset(of: labels)
            else { throw refuse("'\(sides[1].prefix(40))' is no result of its operands") }
            result = labels
        } else {
            // Without a result: the axes of the ellipsis, and then each letter that occurs once.
            var occurrences: [Label: Int] = [:]
            for label in operands.joined() { occurrences[label, default: 0] += 1 }
            let letters = present.filter { if case .letter = $0 { occurrences[$0] == 1 } else { false } }
            result = (0..<widest).reversed().map { .ellipsis(fromEnd: $0) } + letters.sorted()
        }
        self.operands = operands
    }

    /// The labels of one term, or nil if it is malformed or has another number of axes.
    private static func labels(_ term: Substring, rank: Int) -> [Label]? {
        let parts = term.split(separator: "...", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isLetter } }) else {
            return nil
        }
        let letters = parts.map { $0.map { Label.letter($0) } }
        guard parts.count == 2 else { return letters[0].count == rank ? letters[0] : nil }
        let hidden = rank - letters[0].count - letters[1].count
        guard hidden >= 0 else { return nil }
        return letters[0] + (0..<hidden).reversed().map { .ellipsis(fromEnd: $0) } + letters[1]
    }
}
