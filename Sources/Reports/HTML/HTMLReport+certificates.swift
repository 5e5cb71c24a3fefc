import BulwarkEvaluation

/// What is certified, next to what attacks achieved.
extension HTMLReport {
    static func certificateSection(_ assessment: Assessment) -> Section? {
        guard let certificates = assessment.certificates else { return nil }
        return Section(
            id: "certificates",
            title: "What no attack can break",
            introduction: """
                An attack shows what can be broken, a certificate what cannot: no change within the radius gives \
                the sample another label, by whatever attack. The robust accuracy lies between the two.
                """,
            body: """
                \(contradictions(certificates.contradictions))\(bracket(certificates.bracket, assessment))\
                \(methodTable(certificates, assessment))\(estimateTable(certificates, assessment.threat))\
                \(notes(certificates.notes))
                """
        )
    }

    private static func contradictions(_ found: [Assessment.Certificates.Contradiction]) -> Markup? {
        guard !found.isEmpty else { return nil }
        let rows = found.prefix(20).map { contradiction -> Markup in
            """
            <tr><th scope="row">\(contradiction.attack)</th><td>\(contradiction.method)</td>\
            <td class="n">\(contradiction.sample)</td>\
            <td class="n">\(NumberText.distance(contradiction.distance))</td>\
            <td class="n">\(NumberText.distance(contradiction.certifiedRadius))</td></tr>

            """
        }
        let head: Markup = """
            <th scope="col">Attack</th><th scope="col">Certificate</th><th scope="col" class="n">Sample</th>\
            <th scope="col" class="n">Distance</th><th scope="col" class="n">Certified radius</th>
            """
        return """
            <h3>Contradictions</h3>
            <p class="about">On these samples an attack succeeded within the radius in which a certificate says that \
            nothing can. One of the two is wrong, so no number of this page can be relied on.</p>
            \(table("Contradictions", head: head, rows: rows, style: "tight"))
            """
    }

    private static func bracket(
        _ bracket: Assessment.Certificates.Bracket?,
        _ assessment: Assessment
    ) -> Markup? {
        guard let bracket else { return nil }
        let required = assessment.requiredRobustAccuracy
        let bar = BracketBar(bracket, requiredRobustAccuracy: required)
        let methods = bracket.methods.joined(separator: ", ")
        return """
            <figure class="bracket">\(bar.markup)</figure>
            <dl class="figures three">
            <div><dt><span class="swatch good"></span>Certified</dt>
            <dd class="big">\(NumberText.percent(bracket.certified.value))</dd>
            <dd>\(NumberText.percentInterval(bracket.certified)), by \(methods)</dd></div>
            <div><dt><span class="swatch open"></span>Not known</dt>
            <dd class="big">\(NumberText.percent(bracket.gap.value))</dd>
            <dd>\(NumberText.percentInterval(bracket.gap)), neither certified nor broken</dd></div>
            <div><dt>Left by the attacks</dt>
            <dd class="big">\(NumberText.percent(bracket.attacked.value))</dd>
            <dd>\(NumberText.percentInterval(bracket.attacked)), certified or not known</dd></div>
            </dl>
            <p class="key">All three on the same \(NumberText.grouped(bracket.certified.samples)) samples at \
            ε = \(NumberText.distance(assessment.threat.epsilon)); the rest of the bar was broken, or wrong without an \
            attack. Brackets hold 95 % intervals<span class="limit">, the dashed line is the required robust accuracy of \
            \(NumberText.percent(required))</span>.</p>
            """
    }

    private static func methodTable(
        _ certificates: Assessment.Certificates,
        _ assessment: Assessment
    ) -> Markup? {
        let methods = certificates.results.filter { $0.certifiedAccuracy != nil }
        guard !methods.isEmpty else { return nil }
        let head: Markup = """
            <th scope="col">Certificate</th><th scope="col" class="n">Certified accuracy</th><td></td>\
            <th scope="col" class="n">Median radius</th><th scope="col" class="n">Samples</th>\
            <th scope="col" class="n">Time</th>
            """
        let required = assessment.requiredRobustAccuracy
        let rows = methods.map { row($0, required: required) }
        let smoothed: Markup? =
            methods.contains { $0.standing == "smoothed" }
            ? """
             A <span class="tag">smoothed</span> certificate is about another classifier, the one that answers what this \
            model answers most often under noise; no attack of this run is about that one.
            """
            : nil
        return """
            <h3>Certificates</h3>
            \(table("Certificates", head: head, rows: rows, style: "attacks"))
            <p class="key">The radius is nearly the largest one that is certified, the median over samples that are \
            classified correctly.\(smoothed)</p>
            """
    }

    private static func row(_ result: Assessment.Certificates.Result, required: Double) -> Markup {
        let accuracy = result.certifiedAccuracy ?? .undefined()
        let bar = IntervalBar(
            accuracy,
            reference: .requirement(required),
            name: "Certified accuracy, \(result.method)"
        )
        let smoothed: Markup? = result.standing == "smoothed" ? " <span class=\"tag\">smoothed</span>" : nil
        return """
            <tr><th scope="row">\(result.method)\(smoothed)<small>\(result.settings)</small></th>\
            \(estimateCell(accuracy))<td class="bar">\(bar.markup)</td>\
            \(distance(result.medianRadius, result.norm))\
            <td class="n">\(NumberText.grouped(result.samples))</td>\
            <td class="n">\(NumberText.seconds(result.seconds))</td></tr>

            """
    }

    private static func distance(_ distance: Double?, _ norm: String) -> Markup {
        guard let distance else { return "<td class=\"n undefined\">not looked for</td>" }
        return "<td class=\"n\">\(Wording.norm(norm)) \(NumberText.distance(distance))</td>"
    }

    private static func estimateTable(
        _ certificates: Assessment.Certificates,
        _ threat: Assessment.Threat
    ) -> Markup? {
        let estimates = certificates.results.filter { $0.standing == "estimate" }
        guard !estimates.isEmpty else { return nil }
        let head: Markup = """
            <th scope="col">Estimate</th><th scope="col" class="n">Median distance</th>\
            <th scope="col" class="n">Samples</th><th scope="col" class="n">Time</th>
            """
        let rows = estimates.map { result -> Markup in
            """
            <tr><th scope="row">\(result.method) <span class="tag weak">estimate</span>\
            <small>\(result.settings)</small></th>\(distance(result.medianEstimate, result.norm))\
            <td class="n">\(NumberText.grouped(result.samples))</td>\
            <td class="n">\(NumberText.seconds(result.seconds))</td></tr>

            """
        }
        return """
            <h3>Estimates</h3>
            \(table("Estimates", head: head, rows: rows, style: "attacks"))
            <p class="key">An estimate of the distance to the nearest other class certifies nothing, is far too large where \
            gradients are masked, and does not enter the verdict.</p>
            """
    }

    private static func notes(_ notes: [String]) -> Markup? {
        guard !notes.isEmpty else { return nil }
        let items = notes.map { note -> Markup in "<li>\(note)</li>" }
        return "<ul class=\"notes key\">\(items)</ul>"
    }
}
