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
                <figure class="frame">\(HierarchyChart(decision: decision).markup)</figure>
                <p class="key">Each rule is a link to its numbers. <i>Inconclusive</i>: the evidence does not settle it; \
                <i>waived</i>: somebody who may has let it be, until a stated day.</p>
                """
        )
    }

    static func lineageSection(_ report: ReleaseReport) -> HTMLReport.Section {
        let model = ContentReference(name: report.model, sha256: report.evidence.model)
        return HTMLReport.Section(
            id: "lineage",
            title: "Where the model comes from",
            introduction: """
                As far as signed entries say. Data without a signed manifest, and steps that nobody has stated, are \
                dashed.
                """,
            body: "<figure class=\"frame small\">\(LineageChart(report.lineage, model: model).markup)</figure>"
        )
    }
}
