import BulwarkEvaluation

/// The threat model in words, and what it takes to run the assessment again.
extension HTMLReport {
    static func threatSection(_ assessment: Assessment) -> Section? {
        let threat = assessment.threat
        let box = "\(NumberText.distance(threat.lowerBound)) and \(NumberText.distance(threat.upperBound))"
        return Section(
            id: "threat",
            title: "Threat model",
            introduction: "What the numbers hold for, and therefore what they do not hold for.",
            body: """
                <p class="text">The adversary wants \(Wording.goal(threat.goal)) and \(Wording.knowledge(threat.knowledge)). Every \
                input may change by at most <b>\(NumberText.distance(threat.epsilon))</b>, measured as \
                \(Wording.normMeaning(threat.norm)) in the model’s own input units\(share(threat)). Inputs stay between \
                \(box). Nothing here speaks about larger changes, other norms, changes that are not small (rotation, \
                weather, paraphrase), or attacks on training data and supply chain.</p>
                """
        )
    }

    /// How large the radius is compared with the range of an input element, where that means something.
    private static func share(_ threat: Assessment.Threat) -> Markup? {
        let length = threat.upperBound - threat.lowerBound
        guard threat.norm == "linf", length > 0, length.isFinite else { return nil }
        return " (\(NumberText.percent(threat.epsilon / length)) of the range of an element)"
    }

    static func reproductionSection(_ assessment: Assessment) -> Section? {
        let (tool, model, data) = (assessment.tool, assessment.model, assessment.data)
        let notes = (model.notes + data.notes).map { note -> Markup in "<li>\(note)</li>" }
        let remarks: Markup? =
            notes.isEmpty ? nil : "<h3>How model and data were read</h3><ul class=\"notes\">\(notes)</ul>"
        return Section(
            id: "reproduce",
            title: "How to reproduce",
            introduction: "The same command with the same files gives the same numbers; only times differ.",
            body: """
                <pre tabindex="0"><code>\(Wording.command(of: tool))</code></pre>
                <dl class="facts">
                <dt>Seed</dt><dd><code>\(String(assessment.seed))</code></dd>
                \(modelFacts(model))
                <dt>Data</dt><dd><code>\(data.path)</code><br />\(NumberText.grouped(data.samples)) of \
                \(NumberText.grouped(data.available)) samples\
                <code class="block">sha256 \(data.sha256)</code></dd>
                <dt>Software</dt><dd>\(tool.name) \(tool.version), backend \(tool.backend), \(tool.platform)\
                \(tool.processor.map { ", \($0)" } ?? "")</dd>
                <dt>Records</dt><dd>\(records(assessment.attacks))</dd>
                </dl>
                \(remarks)
                """
        )
    }

    private static func records(_ attacks: [Assessment.AttackResult]) -> Markup {
        let files = attacks.map { attack -> Markup in "<code>\(attack.records)</code> " }
        return attacks.isEmpty ? "none" : "\(files)"
    }
}
