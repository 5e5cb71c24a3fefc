import BulwarkEvaluation

/// An assessment as one self-contained web page.
///
/// The page asks for nothing from the network and runs no script; its own content security policy forbids
/// both. It adapts to light and dark, to narrow screens and to paper. Everything that came from outside
/// (paths, class names, feature names, reasons) is escaped, because `Markup` cannot be made otherwise.
public enum HTMLReport {
    /// Draws the page.
    ///
    /// - Parameter outcome: What an assessment found.
    /// - Returns: An HTML document that is also well-formed XML.
    public static func render(outcome: AssessmentOutcome) -> String {
        let assessment = outcome.assessment
        let sections = sections(of: outcome)
        let title =
            "\(assessment.verdict.word)\(assessment.partial == nil ? "" : " (partial run)") · \(Wording.name(of: assessment.model)) · Bulwark assessment"
        return page(
            title: "\(title)",
            tone: assessment.verdict.style,
            generator: "\(assessment.tool.name) \(assessment.tool.version)",
            style: style,
            main: "\(header(assessment))\n\(contents(sections))",
            footer: """
                Written by \(assessment.tool.name) \(assessment.tool.version). The numbers of this page are in \
                <code>assessment.json</code>; the judgement of every single sample is in the records of each attack.
                """
        )
        .source
    }

    /// A part of the page with a heading.
    struct Section {
        /// The target of links to it.
        var id: Markup
        /// The heading.
        var title: Markup
        /// What a reader finds here, in a sentence or two.
        var introduction: Markup
        /// The rest.
        var body: Markup
    }

    private static func sections(of outcome: AssessmentOutcome) -> [Section] {
        let assessment = outcome.assessment
        return [
            attackSection(assessment),
            constraintSection(assessment),
            surrogateSection(assessment),
            certificateSection(assessment),
            curveSection(assessment),
            exhibitSection(outcome),
            anomalySection(assessment),
            sanitySection(assessment),
            vulnerabilitySection(assessment),
            threatSection(assessment),
            reproductionSection(assessment),
            glossarySection(assessment),
        ].compactMap(\.self)
    }

    /// Links to sections, and the sections.
    static func contents(_ sections: [Section]) -> Markup {
        "\(navigation(sections))\n\(sections.map { section($0) })"
    }

    private static func navigation(_ sections: [Section]) -> Markup {
        let links = sections.map { section -> Markup in "<a href=\"#\(section.id)\">\(section.title)</a>\n" }
        return "<nav aria-label=\"Contents\">\(links)</nav>"
    }

    private static func section(_ section: Section) -> Markup {
        """
        <section id="\(section.id)">
        <h2>\(section.title)</h2>
        <p class="about">\(section.introduction)</p>
        \(section.body)
        </section>

        """
    }

    /// A table in a frame of its own, which scrolls where the screen is too narrow for it.
    static func table(_ name: Markup, head: Markup, rows: [Markup], style: Markup = "") -> Markup {
        """
        <div class="scroll" role="region" aria-label="\(name)" tabindex="0"><table class="\(style)">
        <thead><tr>\(head)</tr></thead>
        <tbody>
        \(rows)</tbody></table></div>
        """
    }

    /// A rate with its interval as one line of a table's cell.
    static func estimateLine(_ estimate: Estimate) -> Markup {
        guard estimate.value != nil else { return "<td class=\"n undefined\">\(NumberText.undefined)</td>" }
        return """
            <td class="n">\(NumberText.percent(estimate.value)) \
            <span class="range">\(NumberText.percentInterval(estimate))</span></td>
            """
    }

    /// A rate with its interval as two lines of a table's cell.
    static func estimateCell(_ estimate: Estimate) -> Markup {
        guard estimate.value != nil else { return "<td class=\"n undefined\">\(NumberText.undefined)</td>" }
        return """
            <td class="n">\(NumberText.percent(estimate.value))\
            <small>\(NumberText.percentInterval(estimate))</small></td>
            """
    }
}

extension Assessment.Verdict {
    /// The verdict as a heading.
    var word: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// The class that gives a page its colour.
    var style: Markup {
        switch self {
        case .robust: "robust"
        case .vulnerable: "vulnerable"
        case .inconclusive: "inconclusive"
        }
    }
}
