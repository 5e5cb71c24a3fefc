import BulwarkEvidence
import BulwarkProvenance

/// The two pictures: the layers of the decision, and where the model comes from.
extension ReleasePage {
    static func hierarchySection(_ report: ReleaseReport) -> HTMLReport.Section? {
        guard let decision = report.decision else { return nil }
        return HTMLReport.Section(
            id: "layers",
            title: "Security first",
            introduction: """
                Security is the base layer: safety means nothing where somebody can make the model do what they like. \
                The verdict is the least of the two. Improvement goes on around both; it is reported and does not decide.
                """,
            body: """
                <div class="side layers">
                <figure>\(HierarchyChart(decision: decision).markup)</figure>
                <dl class="words">\(GatePhase.allCases.reversed().map { meaning($0, decision) })
                <dt>Words</dt><dd><i>inconclusive</i>: the evidence does not settle it; <i>waived</i>: somebody who may \
                has let it be until a stated day; <i>not looked at</i>: what it stands on has not passed.</dd></dl>
                </div>
                """
        )
    }

    private static func meaning(_ phase: GatePhase, _ decision: GateDecision) -> Markup {
        """
        <dt>\(phase.title): \(HierarchyChart.word(phase, in: decision))</dt><dd>\(introduction(phase))</dd>

        """
    }

    static func lineageSection(_ report: ReleaseReport) -> HTMLReport.Section {
        let model = ContentReference(name: report.model, sha256: report.evidence.model)
        let steps = report.lineage.runs.map { step($0, report) }
        let unknown: Markup = steps.isEmpty ? "<li>Nobody says how the model was made.</li>" : ""
        return HTMLReport.Section(
            id: "lineage",
            title: "Where the model comes from",
            introduction: """
                As far as signed entries say. Data without a signed manifest, and steps that nobody has stated, are \
                dashed.
                """,
            body: """
                <div class="side lines">
                <figure>\(LineageChart(report.lineage, model: model).markup)</figure>
                <ol class="words">\(unknown)\(steps)\(measurements(report))</ol>
                </div>
                """
        )
    }

    /// A run in words, which those who do not see the picture read.
    private static func step(_ run: ModelLineage.Run, _ report: ReleaseReport) -> Markup {
        let verb: Markup = run.entry.claimType == .training ? "trained" : "hardened"
        let inputs = run.inputs.map { input($0, report) }
        let from = run.original.map { original -> Markup in
            " from \(ForeignText.line(original.reference.name, maximumLength: 120))"
        }
        let with: Markup = inputs.isEmpty ? "" : " with \(list(inputs))"
        return """
            <li>\(ForeignText.line(run.output.name, maximumLength: 120)) was \(verb) \
            (\(link(run.entry.index, in: report)))\(from)\(with).</li>

            """
    }

    private static func measurements(_ report: ReleaseReport) -> [Markup] {
        guard !report.lineage.assessments.isEmpty else { return ["<li>Nobody has assessed the model.</li>"] }
        return report.lineage.assessments.map { measurement in
            """
            <li>It was assessed (\(link(measurement.entry.index, in: report))) on \
            \(input(measurement.data, report)).</li>

            """
        }
    }

    private static func input(_ input: ModelLineage.Input, _ report: ReleaseReport) -> Markup {
        let source = input.manifest.map { link($0, in: report) } ?? "no signed manifest"
        return "<b>\(ForeignText.line(input.reference.name, maximumLength: 120))</b> (\(source))"
    }
}
