import BulwarkEvaluation

/// The attacks of the run and the resilience curve.
extension HTMLReport {
    static func attackSection(_ assessment: Assessment) -> Section? {
        guard !assessment.attacks.isEmpty else { return nil }
        let threat = assessment.threat
        return Section(
            id: "attacks",
            title: "Attacks",
            introduction: """
                What each attack left of the accuracy at ε = \(NumberText.distance(threat.epsilon)), and what it took. \
                A sample counts for the worst case only if no attack broke it.
                """,
            body: """
                \(table("Attacks", head: attackHead(threat), rows: attackRows(assessment), style: "attacks"))
                <p class="key">Brackets hold 95 % confidence intervals. Queries and gradients are medians for one \
                attacked sample, with the sum below, and what surrogates took beforehand. A <span class="tag weak">weak</span> preset is fast but cannot \
                support the verdict <i>robust</i>; a <span class="tag">control</span> is a comparison, not an attack.\
                \(gradients(assessment.model))</p>
                """
        )
    }

    /// What the model's gradients are not, as further sentences.
    private static func gradients(_ model: Assessment.Model) -> Markup? {
        Wording.gradients(of: model).map { " \($0)" }
    }

    private static func attackHead(_ threat: Assessment.Threat) -> Markup {
        """
        <th scope="col">Attack</th><th scope="col" class="n">Robust accuracy</th><td></td>\
        <th scope="col" class="n">Success</th>\
        <th scope="col" class="n">Median \(Wording.norm(threat.norm))</th><th scope="col" class="n">Queries</th>\
        <th scope="col" class="n">Gradients</th><th scope="col" class="n">Time</th>
        """
    }

    private static func attackRows(_ assessment: Assessment) -> [Markup] {
        let required = assessment.requiredRobustAccuracy
        let none: Markup = "<td class=\"n\"></td>"
        let clean: Markup = """
            <tr class="summary"><th scope="row">no attack</th>\(robustness(assessment.cleanAccuracy, required, "no attack"))\
            \(none)\(none)\(none)\(none)\(none)</tr>

            """
        let worst = assessment.worstCase.robustAccuracy
        let seconds = assessment.attacks.reduce(0) { $0 + $1.seconds }
        let last: Markup = """
            <tr class="summary"><th scope="row">worst case</th>\(robustness(worst, required, "worst case"))\
            \(none)\(none)\(none)\(none)<td class="n">\(NumberText.seconds(seconds))</td></tr>

            """
        return [clean] + assessment.attacks.map { attackRow($0, required: required) } + [last]
    }

    private static func attackRow(_ attack: Assessment.AttackResult, required: Double) -> Markup {
        let weak: Markup? =
            attack.isStrong || attack.kind == "control" ? nil : " <span class=\"tag weak\">weak</span>"
        let control: Markup? = attack.kind == "control" ? " <span class=\"tag\">control</span>" : nil
        let unfinished = attack.remaining.map { count -> Markup in
            " <span class=\"tag\">\(NumberText.grouped(count)) samples not attacked</span>"
        }
        return """
            <tr><th scope="row">\(attack.name)\(weak)\(control)\(unfinished)\
            <small>\(attack.kind), \(attack.knowledge), preset \(attack.preset) (\(attack.provenance))</small>\
            <small>\(attack.settings)</small></th>\
            \(robustness(attack.robustAccuracy, required, attack.name))\
            \(estimateCell(attack.successRate))\
            \(distanceCell(attack.medianPerturbation))\
            \(costCell(attack.queries))\(costCell(attack.gradients))\
            <td class="n">\(NumberText.seconds(attack.seconds))</td></tr>

            """
    }

    private static func robustness(_ estimate: Estimate, _ required: Double, _ name: String) -> Markup {
        let bar = IntervalBar(estimate, reference: .requirement(required), name: "Robust accuracy, \(name)")
        return "\(estimateCell(estimate))<td class=\"bar\">\(bar.markup)</td>"
    }

    private static func distanceCell(_ distance: Double?) -> Markup {
        let style: Markup = distance == nil ? "n undefined" : "n"
        return "<td class=\"\(style)\">\(NumberText.distance(distance))</td>"
    }

    private static func costCell(_ cost: Assessment.AttackResult.Cost) -> Markup {
        let before = cost.before.map { " + \(NumberText.grouped($0))" } ?? ""
        return """
            <td class="n">\(NumberText.median(cost.median))\
            <small>\(NumberText.grouped(cost.total))\(before)</small></td>
            """
    }

    static func curveSection(_ assessment: Assessment) -> Section? {
        guard !assessment.resilienceCurve.isEmpty else { return nil }
        let threat = assessment.threat
        let chart = ResilienceChart(
            points: assessment.resilienceCurve,
            norm: threat.norm,
            threatEpsilon: threat.epsilon,
            requiredRobustAccuracy: assessment.requiredRobustAccuracy
        )
        let rows = assessment.resilienceCurve.map { point -> Markup in
            """
            <tr><th scope="row" class="n">\(NumberText.distance(point.epsilon))</th>\
            \(estimateLine(point.robustAccuracy))</tr>

            """
        }
        let head: Markup = """
            <th scope="col" class="n">Epsilon</th><th scope="col" class="n">Robust accuracy</th>
            """
        let samples = Set(assessment.resilienceCurve.map(\.robustAccuracy.samples))
            .sorted().map(NumberText.grouped).joined(separator: ", ")
        return Section(
            id: "resilience",
            title: "Resilience",
            introduction: """
                How robust accuracy gives way as the adversary may change more. A curve that does not reach zero at \
                large radii points to an attack that fails, not to a model that resists.
                """,
            body: """
                <div class="side"><figure>\(chart.markup)</figure>
                <div>\(table("Resilience curve", head: head, rows: rows, style: "tight"))
                <p class="key">Brackets hold 95 % intervals on \(samples) samples.</p></div></div>
                """
        )
    }
}
