/// Text that strangers have put into claims, on its way to a reader.
enum ForeignText {
    /// The most characters of one text that are shown; the entry itself has all of it.
    static let maximumLength = 320

    /// How many marks one letter may carry; they are drawn above each other, over the lines around.
    private static let maximumMarks = 4

    /// A text as one line: characters that steer, hide or reorder others are replaced by �, marks that pile
    /// up are left out, and a long text is cut with a word about it.
    static func line(_ text: String, maximumLength: Int = maximumLength) -> String {
        var shown = String.UnicodeScalarView()
        var (count, marks) = (0, 0)
        for scalar in text.unicodeScalars {
            count += 1
            guard count <= maximumLength else { continue }
            let isMark = [.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory)
            marks = isMark ? marks + 1 : 0
            if marks <= maximumMarks { shown.append(VisibleText.shown(scalar)) }
        }
        guard count > maximumLength else { return String(shown) }
        return "\(String(shown))… (cut; \(NumberText.grouped(count)) characters)"
    }

    /// A text of at most so many characters, with … in place of what is left out in its middle.
    static func clipped(_ text: String, to length: Int) -> String {
        let shown = Array(line(text, maximumLength: 4_096))
        guard shown.count > length else { return String(shown) }
        let tail = length / 3
        return String(shown.prefix(length - tail - 1)) + "…" + String(shown.suffix(tail))
    }
}
