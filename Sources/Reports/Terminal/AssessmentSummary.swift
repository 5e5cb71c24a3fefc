import BulwarkEvaluation

/// An assessment as plain text for a terminal, at most 100 characters wide.
public enum AssessmentSummary {
    private static let width = 100

    /// Draws the summary.
    ///
    /// - Parameter outcome: What an assessment found.
    /// - Returns: UTF-8 text that ends in a line break and holds no control characters but line breaks.
    public static func text(_ outcome: AssessmentOutcome) -> String {
        let assessment = outcome.assessment
        let parts = [
            heading(assessment),
            verdict(assessment),
            figures(assessment),
            attacks(assessment),
            constraints(assessment),
            traffic(assessment),
            certificates(assessment),
            curve(assessment),
            warnings(assessment),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n").replacing("\u{A0}", with: " ")
    }

    private static func heading(_ assessment: Assessment) -> String {
        let threat = assessment.threat
        let samples =
            "\(NumberText.grouped(assessment.data.samples)) of \(NumberText.grouped(assessment.data.available))"
        return wrapped("\(assessment.tool.name) \(assessment.tool.version) on \(assessment.model.path)")
            + wrapped(
                "\(samples) samples of \(assessment.data.path), suite \(assessment.suite), "
                    + "\(Wording.norm(threat.norm)) ≤ \(NumberText.distance(threat.epsilon)), \(threat.knowledge), "
                    + "\(threat.goal), seed \(assessment.seed)"
            )
    }

    private static func verdict(_ assessment: Assessment) -> String {
        wrapped(
            "Verdict: \(assessment.verdict.rawValue)"
                + (assessment.partial.map { " (partial run: \($0.summary))" } ?? "")
        )
            + assessment.verdictReasons.map { wrapped($0, first: "  • ", others: "    ") }.joined()
    }

    private static func figures(_ assessment: Assessment) -> String {
        let vulnerability = assessment.vulnerability
        let score = NumberText.fixed(vulnerability.score, decimals: 1)
        let ends = [vulnerability.lower, vulnerability.upper].map { NumberText.fixed($0, decimals: 1) }
        let origin = vulnerability.severityIsDefault ? "default severity" : "stated severity"
        let severity = NumberText.fixed(vulnerability.severity, decimals: 1)
        let rows = [
            ["clean accuracy", NumberText.percentWithInterval(assessment.cleanAccuracy), ""],
            [
                "worst-case robust accuracy",
                NumberText.percentWithInterval(assessment.worstCase.robustAccuracy),
                "required \(NumberText.percent(assessment.requiredRobustAccuracy))",
            ],
            ["accuracy drop", NumberText.percentWithInterval(assessment.accuracyDrop), ""],
            [
                "vulnerability score",
                "\(score) [\(ends[0]), \(ends[1])]",
                "\(Wording.severity(vulnerability.score)), of 10; \(origin) \(severity)",
            ],
        ]
        let columns = [
            TerminalTable.Column(""), TerminalTable.Column("95 % interval"), TerminalTable.Column(""),
        ]
        return TerminalTable(columns: columns, rows: rows).render(maximumWidth: width)
    }

    private static func attacks(_ assessment: Assessment) -> String {
        guard !assessment.attacks.isEmpty else { return "" }
        let columns = [
            TerminalTable.Column("attack"),
            TerminalTable.Column("robust accuracy", isNumeric: true),
            TerminalTable.Column("success", isNumeric: true),
            TerminalTable.Column("median \(Wording.norm(assessment.threat.norm))", isNumeric: true),
            TerminalTable.Column("queries", isNumeric: true),
            TerminalTable.Column("gradients", isNumeric: true),
            TerminalTable.Column("time", isNumeric: true),
        ]
        let rows = assessment.attacks.map { attack in
            [
                attack.name + (isWeak(attack) ? " *" : "") + (attack.remaining == nil ? "" : " …"),
                NumberText.percentWithInterval(attack.robustAccuracy),
                NumberText.percentWithInterval(attack.successRate),
                NumberText.distance(attack.medianPerturbation),
                NumberText.median(attack.queries.median),
                NumberText.median(attack.gradients.median),
                NumberText.seconds(attack.seconds),
            ]
        }
        let note =
            assessment.attacks.contains(where: isWeak)
            ? wrapped("* a weak preset, which cannot support the verdict robust") : ""
        let unfinished =
            assessment.attacks.contains { $0.remaining != nil }
            ? wrapped("… not done with every sample; what it did not attack counts as withstanding") : ""
        let gradients = Wording.gradients(of: assessment.model).map { wrapped($0) } ?? ""
        let surrogates = (assessment.surrogates ?? []).map { wrapped(Wording.surrogates($0)) }.joined()
        return TerminalTable(columns: columns, rows: rows).render(maximumWidth: width) + note + unfinished
            + gradients
            + surrogates
    }

    /// What the rows that attacks made had to satisfy.
    private static func constraints(_ assessment: Assessment) -> String {
        guard let constraints = assessment.constraints else { return "" }
        return wrapped(Wording.constraints(constraints))
            + Wording.leftOut(by: constraints).map { wrapped($0) }.joined()
    }

    /// What a served model was asked.
    private static func traffic(_ assessment: Assessment) -> String {
        assessment.model.endpoint.map { wrapped("Asked: \(Wording.traffic($0)).") } ?? ""
    }

    private static func isWeak(_ attack: Assessment.AttackResult) -> Bool {
        !attack.isStrong && attack.kind != "control"
    }

    /// What is certified beside what attacks left, and estimates that certify nothing.
    private static func certificates(_ assessment: Assessment) -> String {
        guard let certificates = assessment.certificates else { return "" }
        let norm = { (result: Assessment.Certificates.Result) in Wording.norm(result.norm) }
        let rows = certificates.results.filter { $0.certifiedAccuracy != nil }.map { result in
            [
                result.method + (result.standing == "smoothed" ? " (smoothed classifier)" : ""),
                result.certifiedAccuracy.map { NumberText.percentWithInterval($0) } ?? "",
                result.medianRadius.map { "\(norm(result)) \(NumberText.distance($0))" } ?? "",
                NumberText.grouped(result.samples), NumberText.seconds(result.seconds),
            ]
        }
        let columns = [
            TerminalTable.Column("certificate"),
            TerminalTable.Column("certified accuracy", isNumeric: true),
            TerminalTable.Column("median radius", isNumeric: true),
            TerminalTable.Column("samples", isNumeric: true),
            TerminalTable.Column("time", isNumeric: true),
        ]
        let table =
            rows.isEmpty ? "" : TerminalTable(columns: columns, rows: rows).render(maximumWidth: width)
        let bracket = certificates.bracket.map { bracket in
            wrapped(
                "Of \(NumberText.grouped(bracket.certified.samples)) samples "
                    + "\(NumberText.percent(bracket.attacked.value)) withstood the attacks: "
                    + "\(NumberText.percent(bracket.certified.value)) are certified, and of "
                    + "\(NumberText.percent(bracket.gap.value)) it is not known whether another attack breaks them."
            )
        }
        let estimates = certificates.results.filter { $0.standing == "estimate" }.map { result in
            wrapped(
                "\(result.method), an estimate that certifies nothing: median \(norm(result)) "
                    + "\(NumberText.distance(result.medianEstimate)) on \(NumberText.grouped(result.samples)) samples"
            )
        }
        return table + (bracket ?? "") + estimates.joined() + certificates.notes.map { wrapped($0) }.joined()
    }

    private static func curve(_ assessment: Assessment) -> String {
        guard !assessment.resilienceCurve.isEmpty else { return "" }
        let columns = [
            TerminalTable.Column("epsilon", isNumeric: true),
            TerminalTable.Column("robust accuracy", isNumeric: true),
        ]
        let rows = assessment.resilienceCurve.map { point in
            [NumberText.distance(point.epsilon), NumberText.percentWithInterval(point.robustAccuracy)]
        }
        return TerminalTable(columns: columns, rows: rows).render(maximumWidth: width)
    }

    /// The checks that did not pass, and how many did.
    private static func warnings(_ assessment: Assessment) -> String {
        guard !assessment.sanityChecks.isEmpty else { return "" }
        let passed = assessment.sanityChecks.count { $0.status == .pass }
        let open = assessment.sanityChecks.filter { $0.status != .pass }.map { check in
            wrapped("\(check.status.word): \(check.id): \(check.evidence)", first: "  ", others: "    ")
        }
        return wrapped("Sanity checks: \(passed) of \(assessment.sanityChecks.count) passed") + open.joined()
    }

    /// A paragraph in lines of at most `width` characters; a longer word is broken.
    private static func wrapped(_ text: String, first: String = "", others: String = "") -> String {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in VisibleText.line(text).split(separator: " ") {
            var rest = word
            while true {
                let needed = line.count + (isEmpty ? 0 : 1) + rest.count
                if needed <= width {
                    line += (isEmpty ? "" : " ") + rest
                    isEmpty = false
                    break
                }
                if isEmpty {
                    let room = width - line.count
                    line += rest.prefix(room)
                    rest = rest.dropFirst(room)
                }
                lines.append(line)
                line = others
                isEmpty = true
            }
        }
        lines.append(line)
        return lines.map { $0 + "\n" }.joined()
    }
}
