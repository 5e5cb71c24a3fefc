/// Finds one kind of personal information.
package protocol Detector: Sendable {
    /// What it finds.
    var kind: PersonalInformation { get }
    /// All places where it is, in time proportional to the text. They may overlap.
    func matches(in text: FoldedText) -> [TextMatch]
}

/// A number of a fixed form whose digits are checked.
package protocol NumberDetector: Detector {
    /// The forms that it is written in.
    var shapes: [NumberShape] { get }
    /// Whether its check digits and other rules hold.
    func isValid(_ content: [UInt8]) -> Bool
    /// How sure it is that a valid number is one of this kind.
    func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty
}

extension NumberDetector {
    package func matches(in text: FoldedText) -> [TextMatch] {
        shapes.flatMap { $0.matches(in: text) }.filter { isValid($0.content) }.map {
            TextMatch(kind, $0.range, certainty(of: $0, in: text))
        }
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty { .likely }
}
