import BulwarkEvaluation

/// The tables of a calibration, in Markdown.
struct CalibrationReport {
    let outcomes: [Outcome]
    let subjects: [Subject]
    let suites: [String]

    init(_ outcomes: [Outcome], subjects: [Subject], suites: [String]) {
        self.outcomes = outcomes
        self.subjects = subjects
        self.suites = suites
    }

    var text: String {
        var parts: [String] = []
        for suite in suites {
            let here = outcomes.filter { $0.suite == suite }
            guard !here.isEmpty else { continue }
            parts += [
                "## Suite \(suite)", rates(here), "### Known-broken defenses", models(here, .broken),
                "### Known-good models", models(here, .good), "### Checks", checks(here),
            ]
        }
        return parts.joined(separator: "\n\n")
    }

    // MARK: - Rates

    private func rates(_ outcomes: [Outcome]) -> String {
        let broken = outcomes.filter { $0.group == .broken }
        let good = outcomes.filter { $0.group == .good }
        let rows = [
            ("broken, verdict *robust* (miss)", broken.map { $0.verdict == .robust }),
            ("broken, the suite misled", broken.map(isMisled)),
            (
                "broken, the suite misled, no check failed or warned",
                broken.map { isMisled($0) && $0.fired.isEmpty }
            ),
            ("broken, the suite misled, a check names the cause", broken.filter(isMisled).map(namesTheCause)),
            ("broken, no check failed or warned", broken.map { $0.fired.isEmpty }),
            ("good, a check failed or warned (false alarm)", good.map { !$0.fired.isEmpty }),
            (
                "good, *inconclusive* only because of a check",
                good.map { $0.verdict == .inconclusive && !$0.fired.isEmpty }
            ),
            ("good, verdict *robust*", good.map { $0.verdict == .robust }),
        ]
        return table(
            ["what", "models", "share", "95 % interval"],
            rows.map { name, flags in [name] + Self.share(flags) }
        )
    }

    /// Whether the suite leaves more than 5 points beyond what an attack made for the defense leaves.
    private func isMisled(_ outcome: Outcome) -> Bool { outcome.worstCase > outcome.adaptiveAccuracy + 0.05 }

    private func namesTheCause(_ outcome: Outcome) -> Bool {
        let causes = subjects.first { $0.name == outcome.subject }?.causes ?? []
        return outcome.fired.contains { causes.contains($0) }
    }

    private static func share(_ flags: [Bool]) -> [String] {
        let proportion = Proportion(of: flags)
        let estimate = proportion.estimate()
        let value = estimate.value.map(percent) ?? "–"
        return [
            "\(proportion.successes) of \(proportion.trials)", value,
            "\(percent(estimate.lower)) to \(percent(estimate.upper))",
        ]
    }

    // MARK: - Models

    private func models(_ outcomes: [Outcome], _ group: Subject.Group) -> String {
        let rows = subjects.filter { $0.group == group }.compactMap { subject -> [String]? in
            let here = outcomes.filter { $0.subject == subject.name }
            guard !here.isEmpty else { return nil }
            return [
                "`\(subject.name)`", Self.range(here.map(\.cleanAccuracy)),
                Self.range(here.map(\.plainAccuracy)),
                Self.range(here.map(\.adaptiveAccuracy)), Self.range(here.map(\.worstCase)),
                Self.counted(here.map { [$0.verdict.rawValue] }),
                Self.counted(here.map(\.fired), quoted: true),
            ]
        }
        return table(
            ["model", "clean", "PGD", "adaptive", "worst case", "verdict", "failed or warned"],
            rows
        )
    }

    /// The smallest and the largest share in percent.
    private static func range(_ values: [Double]) -> String {
        guard let least = values.min(), let most = values.max() else { return "–" }
        let (low, high) = (Int((100 * least).rounded()), Int((100 * most).rounded()))
        return low == high ? "\(low)" : "\(low)–\(high)"
    }

    /// Each name with how many of the lists hold it, unless all do.
    private static func counted(_ lists: [[String]], quoted: Bool = false) -> String {
        var order: [String] = []
        for name in lists.joined() where !order.contains(name) { order.append(name) }
        let words = order.map { name in
            let count = lists.count { $0.contains(name) }
            return (quoted ? "`\(name)`" : name)
                + (count == lists.count ? "" : " (\(count) of \(lists.count))")
        }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }

    // MARK: - Checks

    private func checks(_ outcomes: [Outcome]) -> String {
        let ids = outcomes.first?.checks.map(\.id) ?? []
        return table(
            ["check", "fired on broken", "95 % interval", "fired on good", "95 % interval"],
            ids.map { id in
                func cells(_ group: Subject.Group) -> [String] {
                    let judged = outcomes.filter { $0.group == group }.compactMap { outcome in
                        outcome.checks.first { $0.id == id && $0.status != .skipped }
                    }
                    if judged.isEmpty { return ["skipped", "–"] }
                    let share = Self.share(judged.map(\.fired))
                    return [share[0], share[2]]
                }
                return ["`\(id)`"] + cells(.broken) + cells(.good)
            }
        )
    }

    // MARK: - Text

    private func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }
            .joined(separator: "\n")
    }

    private static func percent(_ value: Double) -> String {
        let tenths = Int((value * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
