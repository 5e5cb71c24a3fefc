import BulwarkEvidence
import BulwarkProvenance

/// Where a model comes from as a picture, from top to bottom: data on the left go into runs on the right, and
/// each run leads to the next model; boxes are links to the entries that say so.
struct LineageChart {
    private let rows: [Row]
    private let title: Markup = "Where the model comes from, and what it was measured on"

    static let columnWidth = 194.0
    static let columnGap = 38.0
    static let boxHeight = 46.0
    static let rowGap = 24.0
    static let stackGap = 8.0
    /// Room on the right for lines from the model to its assessments.
    static let margin = 22.0

    /// The most boxes of data beside one run, and the most assessments; the others are counted.
    private static let maximum = 5

    /// A step on the right, with what goes into it on the left.
    struct Row {
        let inputs: [Box]
        let step: Box
        let isAssessment: Bool
    }

    /// A box of the picture.
    struct Box {
        /// What kind of thing it is.
        let kind: String
        /// What it is called.
        let name: String
        /// The entry that tells of it.
        let entry: UInt64?
        /// Whether nobody has stated it.
        var isMissing = false
        /// Whether something happens here, rather than something being there.
        var isRun = false
    }

    init(_ lineage: ModelLineage, model: ContentReference) {
        var rows: [Row] = []
        for (place, run) in lineage.runs.enumerated() {
            let kind = run.entry.claimType == .training ? "training" : "hardening"
            // The model that a later run goes on from is the one above it.
            let original = place == 0 ? run.original.map { [Self.box("model", $0)] } ?? [] : []
            rows.append(
                Row(
                    inputs: original + Self.inputs(run.inputs),
                    step: Self.run(kind, run.entry),
                    isAssessment: false
                )
            )
            guard run.output.sha256 != model.sha256 else { continue }
            rows.append(
                Row(
                    inputs: [],
                    step: Box(kind: "model", name: run.output.name, entry: nil),
                    isAssessment: false
                )
            )
        }
        if rows.isEmpty { rows.append(Self.missing("training", "nobody says how it was made", false)) }
        rows.append(
            Row(inputs: [], step: Box(kind: "model", name: model.name, entry: nil), isAssessment: false)
        )
        for measurement in lineage.assessments.suffix(Self.maximum) {
            rows.append(
                Row(
                    inputs: Self.inputs([measurement.data]),
                    step: Self.run("assessment", measurement.entry),
                    isAssessment: true
                )
            )
        }
        if lineage.assessments.isEmpty { rows.append(Self.missing("assessment", "there is none", true)) }
        self.rows = rows
    }

    private static func inputs(_ inputs: [ModelLineage.Input]) -> [Box] {
        var boxes = inputs.prefix(maximum).map { box("data", $0) }
        if inputs.count > maximum {
            boxes.append(Box(kind: "data", name: "and \(inputs.count - maximum) more", entry: nil))
        }
        return boxes
    }

    private static func box(_ kind: String, _ input: ModelLineage.Input) -> Box {
        Box(
            kind: kind,
            name: input.reference.name,
            entry: input.manifest,
            isMissing: input.manifest == nil
        )
    }

    private static func run(_ kind: String, _ entry: EvidenceEntry) -> Box {
        Box(
            kind: kind,
            name: entry.moment.map { "\($0)".prefix(16).split(separator: "T").joined(separator: " ") } ?? "",
            entry: entry.index,
            isRun: true
        )
    }

    private static func missing(_ kind: String, _ name: String, _ isAssessment: Bool) -> Row {
        let box = Box(kind: kind, name: name, entry: nil, isMissing: true, isRun: true)
        return Row(inputs: [], step: box, isAssessment: isAssessment)
    }

    /// The drawing as an `svg` element.
    var markup: Markup {
        var content: [Markup] = []
        var top = 2.0
        var last: Double?
        var modelMiddle = 0.0
        for row in rows {
            let count = Double(max(1, row.inputs.count))
            let height = count * Self.boxHeight + (count - 1) * Self.stackGap
            let middle = top + height / 2
            for (place, input) in row.inputs.enumerated() {
                let y = top + Double(place) * (Self.boxHeight + Self.stackGap)
                content.append(LineageDrawing.arrowAcross(from: y + Self.boxHeight / 2, to: middle))
                content.append(LineageDrawing.box(input, left: 2, top: y))
            }
            if row.isAssessment {
                content.append(LineageDrawing.arrowAround(from: modelMiddle, to: middle))
            } else if let last {
                content.append(LineageDrawing.arrowDown(from: last, to: middle - Self.boxHeight / 2))
            }
            let left = 2 + Self.columnWidth + Self.columnGap
            content.append(LineageDrawing.box(row.step, left: left, top: middle - Self.boxHeight / 2))
            last = middle + Self.boxHeight / 2
            if row.step.kind == "model" { modelMiddle = middle }
            top += height + Self.rowGap
        }
        return Drawing.frame(
            width: 4 + 2 * Self.columnWidth + Self.columnGap + Self.margin,
            height: top - Self.rowGap + 2,
            style: "lineage",
            title: title,
            description: "\(rows.map(\.description).joined(separator: "; "))",
            content: content
        )
    }
}

extension LineageChart.Row {
    /// The row in words.
    fileprivate var description: String {
        let names = inputs.map { ForeignText.line($0.name, maximumLength: 60) }
        let from = names.isEmpty ? "" : " with \(names.joined(separator: ", "))"
        return "\(step.kind) \(ForeignText.line(step.name, maximumLength: 60))\(from)"
    }
}
