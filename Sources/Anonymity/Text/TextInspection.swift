import BulwarkProvenance

/// Finds the personal information of a text, each place once.
package struct TextInspection: Sendable {
    private let detectors: [any Detector]
    private let minimumCertainty: Certainty

    /// An inspection.
    ///
    /// - Parameters:
    ///   - kinds: What is looked for.
    ///   - minimumCertainty: How sure something has to be to count.
    package init(_ kinds: [PersonalInformation], minimumCertainty: Certainty = .likely) {
        detectors = DetectorTable.rows.filter { kinds.contains($0.kind) }
        self.minimumCertainty = minimumCertainty
    }

    /// What there is, in the order of the text; of what overlaps the longest stays, then the most certain, then what
    /// comes first in the table of detectors.
    package func matches(in text: FoldedText) -> [TextMatch] {
        let found = detectors.flatMap { $0.matches(in: text) }.filter { $0.certainty >= minimumCertainty }
        guard found.count > 1 else { return found }
        let ranked = found.enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            if first.range.count != second.range.count { return first.range.count > second.range.count }
            if first.certainty != second.certainty { return first.certainty > second.certainty }
            return left.offset < right.offset
        }
        var isTaken = [Bool](repeating: false, count: text.count)
        var kept: [TextMatch] = []
        for (_, match) in ranked {
            // No taken range is shorter than this one, so one that overlaps covers one of its ends.
            guard !isTaken[match.range.lowerBound], !isTaken[match.range.upperBound - 1] else { continue }
            for place in match.range { isTaken[place] = true }
            kept.append(match)
        }
        return kept.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}
