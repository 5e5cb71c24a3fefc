/// Numbers become ranges of growing width: 23, `[20,25)`, `[20,30)`, `*`.
public struct RangeHierarchy: GeneralizationHierarchy {
    /// The widths in multiples of the grid.
    private let widths: [Int]
    private let origin: Int
    private let bottom: Int?
    private let top: Int?
    private let grid: DecimalGrid

    /// A hierarchy from decimal numbers in text; nil unless each width is positive and a whole multiple of the one
    /// before it, which is what makes ranges lie in each other.
    ///
    /// - Parameters:
    ///   - widths: The widths, from the smallest.
    ///   - origin: Where a range begins.
    ///   - bottom: Numbers below this all become `<bottom`; nil for none.
    ///   - top: Numbers from this on all become `>=top`; nil for none.
    public init?(widths: [String], origin: String = "0", bottom: String? = nil, top: String? = nil) {
        let texts = widths + [origin] + [bottom, top].compactMap(\.self)
        var fractionDigits = 0
        for text in texts {
            guard let digits = DecimalGrid.fractionDigits(of: text), digits <= 9 else { return nil }
            fractionDigits = max(fractionDigits, digits)
        }
        let grid = DecimalGrid(fractionDigits: fractionDigits)
        let units = texts.compactMap(grid.floor)
        guard units.count == texts.count else { return nil }
        self.widths = Array(units.prefix(widths.count))
        self.origin = units[widths.count]
        self.bottom = bottom.flatMap(grid.floor)
        self.top = top.flatMap(grid.floor)
        self.grid = grid
        guard self.widths.allSatisfy({ $0 > 0 }),
            zip(self.widths, self.widths.dropFirst()).allSatisfy({ $1 > $0 && $1.isMultiple(of: $0) })
        else { return nil }
        if let bottom = self.bottom, let top = self.top, bottom >= top { return nil }
    }

    /// As many as there are widths.
    public var innerLevelCount: Int { widths.count }

    /// The range of a number.
    ///
    /// - Throws: `UnfitValue` if the text is no decimal number.
    public func generalized(_ text: String, to level: Int) throws(UnfitValue) -> String {
        guard let units = grid.floor(text) else {
            throw UnfitValue("a decimal number of up to 18 digits is expected")
        }
        if let bottom, units < bottom { return "<\(grid.text(bottom))" }
        if let top, units >= top { return ">=\(grid.text(top))" }
        let width = widths[level - 1]
        let distance = units - origin
        let remainder = distance % width
        let start = units - (remainder < 0 ? remainder + width : remainder)
        return "[\(grid.text(start)),\(grid.text(start + width)))"
    }
}
