import BulwarkEvaluation
import BulwarkEvidence

/// The layers of a release as a picture: security as the base, safety standing on it, improvement around both
/// (Tallam, "Security-First AI", arXiv 2504.16110).
///
/// Each layer and each rule has its outcome as a sign and as a word; colour only repeats them.
struct HierarchyChart {
    let decision: GateDecision

    private static let width = 560.0
    private static let row = 24.0
    private static let heading = 34.0

    /// A layer's frame.
    private struct Frame {
        let left: Double
        let top: Double
        let right: Double
        let bottom: Double
    }

    /// The drawing as an `svg` element that is also a list of links to the rules.
    var markup: Markup {
        let (improvement, safety, security) = (
            height(.improvement), height(.safety), height(.security)
        )
        let top = 1.5
        let safetyTop = top + improvement + 6
        let securityTop = safetyTop + safety
        let bottom = securityTop + security + 26
        let outer = Frame(left: 13.5, top: top, right: Self.width - 13.5, bottom: bottom)
        return Drawing.frame(
            width: Self.width,
            height: bottom + 1.5,
            style: "hierarchy",
            title: "Security is the base, safety stands on it, and improvement goes on around both",
            description: "\(GatePhase.allCases.map(summary).joined(separator: " "))",
            content: [
                around(outer),
                layer(
                    .improvement,
                    Frame(left: 13.5, top: top, right: outer.right, bottom: top + improvement)
                ),
                block(.safety, Frame(left: 74, top: safetyTop, right: Self.width - 74, bottom: securityTop)),
                block(
                    .security,
                    Frame(left: 34, top: securityTop, right: Self.width - 34, bottom: securityTop + security)
                ),
            ]
        )
    }

    private func results(_ phase: GatePhase) -> [GateDecision.Result] {
        decision.results.filter { $0.rule.phase == phase }
    }

    private func height(_ phase: GatePhase) -> Double {
        Self.heading + Self.row * Double(max(1, results(phase).count)) + 8
    }

    /// The outcome of a layer in a word.
    static func word(_ phase: GatePhase, in decision: GateDecision) -> String {
        guard let outcome = decision.outcome(of: phase) else { return "not asked for" }
        let isEvaluated = decision.results.contains { $0.rule.phase == phase && $0.isEvaluated }
        return isEvaluated ? outcome.rawValue : "not looked at"
    }

    /// The outcome of a rule in a word or two.
    static func word(_ result: GateDecision.Result) -> String {
        guard result.isEvaluated else { return "not looked at" }
        if result.waiver != nil { return "waived" }
        return result.finding.isMissing ? "fail, no evidence" : result.outcome.rawValue
    }

    /// The sign of a rule; a waived one has not passed by itself.
    static func status(_ result: GateDecision.Result) -> Assessment.SanityCheck.Status {
        guard result.isEvaluated else { return .skipped }
        return result.waiver == nil ? result.outcome.status : .warn
    }

    private func status(_ phase: GatePhase) -> Assessment.SanityCheck.Status {
        let isEvaluated = results(phase).contains(where: \.isEvaluated)
        return isEvaluated ? decision.outcome(of: phase)?.status ?? .skipped : .skipped
    }

    private func summary(_ phase: GatePhase) -> String {
        let rules = results(phase).map { "\($0.rule.name) \(Self.word($0))" }
        let list = rules.isEmpty ? "" : ": " + rules.joined(separator: ", ")
        return "\(phase.title) \(Self.word(phase, in: decision))\(list)."
    }

    /// The frame that goes around everything, with arrows that say it goes on.
    private func around(_ frame: Frame) -> Markup {
        let color = Self.color(status(.improvement))
        let (left, right) = (frame.left, frame.right)
        let middle = (frame.top + frame.bottom) / 2
        return """
            <rect x="\(at: left)" y="\(at: frame.top)" width="\(at: right - left)" \
            height="\(at: frame.bottom - frame.top)" rx="18" \
            style="fill:\(color.soft);fill-opacity:0.55;stroke:\(color.line);stroke-width:2;stroke-dasharray:7 5"/>\
            <path d="M\(at: right - 8) \(at: middle - 6)L\(at: right) \(at: middle + 6)L\(at: right + 8) \(at: middle - 6)Z\
            M\(at: left - 8) \(at: middle + 6)L\(at: left) \(at: middle - 6)L\(at: left + 8) \(at: middle + 6)Z" \
            style="fill:\(color.line)"/>
            """
    }

    private func block(_ phase: GatePhase, _ frame: Frame) -> Markup {
        let color = Self.color(status(phase))
        return """
            <rect x="\(at: frame.left)" y="\(at: frame.top)" width="\(at: frame.right - frame.left)" \
            height="\(at: frame.bottom - frame.top)" rx="4" \
            style="fill:\(color.soft);stroke:\(color.line);stroke-width:2"/>\(layer(phase, frame))
            """
    }

    private func layer(_ phase: GatePhase, _ frame: Frame) -> Markup {
        let status = status(phase)
        let rows = results(phase)
        let lines = rows.enumerated().map { place, result -> Markup in
            let y = frame.top + Self.heading + Self.row * (Double(place) + 0.5)
            return "<a href=\"#rule-\(result.rule.name)\">\(line(result, frame, y))</a>"
        }
        let none: Markup = """
            <text x="\(at: frame.left + 40)" y="\(at: frame.top + Self.heading + 16)" style="fill:var(--muted, #59636d)">\
            the policy has no such rules</text>
            """
        return """
            \(sign(status, frame.left + 24, frame.top + 19))\
            <text class="layer" x="\(at: frame.left + 40)" y="\(at: frame.top + 24)" font-size="15" font-weight="700">\
            \(phase.title)</text>\
            <text class="layer" x="\(at: frame.right - 16)" y="\(at: frame.top + 24)" font-size="15" font-weight="700" \
            text-anchor="end" style="fill:\(Self.color(status).line)">\(Self.word(phase, in: decision))</text>\
            \(rows.isEmpty ? none : "\(lines)")
            """
    }

    private func line(_ result: GateDecision.Result, _ frame: Frame, _ y: Double) -> Markup {
        let status = Self.status(result)
        return """
            \(sign(status, frame.left + 24, y))\
            <text x="\(at: frame.left + 40)" y="\(at: y + 4.5)">\(result.rule.name)</text>\
            <text x="\(at: frame.right - 16)" y="\(at: y + 4.5)" text-anchor="end" \
            style="fill:\(Self.color(status).line)">\(Self.word(result))</text>
            """
    }

    private func sign(_ status: Assessment.SanityCheck.Status, _ x: Double, _ y: Double) -> Markup {
        """
        <g transform="translate(\(at: x - 8) \(at: y - 8)) scale(0.8)" fill="none" stroke-width="2" \
        stroke-linecap="round" stroke-linejoin="round" style="stroke:\(Self.color(status).line)">\
        <circle cx="10" cy="10" r="8.6"/><path d="\(HTMLReport.signPath(status))"/></g>
        """
    }

    private static func color(_ status: Assessment.SanityCheck.Status) -> (line: Markup, soft: Markup) {
        switch status {
        case .pass: ("var(--good, #00694d)", "var(--good-soft, #e8f4ef)")
        case .warn: ("var(--open, #7a5600)", "var(--open-soft, #faf3e0)")
        case .fail: ("var(--bad, #a8320b)", "var(--bad-soft, #fbece6)")
        case .skipped: ("var(--muted, #59636d)", "var(--soft, #f5f6f8)")
        }
    }
}
