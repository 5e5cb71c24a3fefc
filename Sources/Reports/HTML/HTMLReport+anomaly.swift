import BulwarkEvaluation

/// What detectors fitted on clean data would have seen of the attacks.
extension HTMLReport {
    /// The most curves of one chart; the table holds all of them.
    private static let maximumCurves = 8

    static func anomalySection(_ assessment: Assessment) -> Section? {
        guard !assessment.anomaly.isEmpty else { return missingSection(assessment.anomalyNotes) }
        let head: Markup = """
            <th scope="col">Detector</th><th scope="col">Attack</th>\
            <th scope="col" class="n">AUROC</th><td></td>\
            <th scope="col" class="n">Found at 1 % false alarms</th>
            """
        let notes = distinct(assessment.anomaly.compactMap(\.note))
        let footnotes = notes.enumerated().map { index, note -> Markup in
            "<p class=\"key\"><sup>\(index + 1)</sup> \(note)</p>\n"
        }
        return Section(
            id: "anomaly",
            title: "Anomaly detection",
            introduction: """
                Would it have been noticed? Each detector was fitted on clean data only (\(assessment.data.reference)) \
                and then asked to tell the candidates of an attack from clean samples. An AUROC of 0.5 is guessing.
                """,
            body: """
                \(table("Detectors", head: head, rows: rows(assessment.anomaly, notes), style: "tight"))
                \(footnotes)\(remarks(assessment.anomalyNotes))<div class="curves">\(charts(assessment.anomaly))</div>
                """
        )
    }

    /// A section that says why no detector was asked; nothing if there is nothing to say.
    private static func missingSection(_ notes: [String]) -> Section? {
        guard !notes.isEmpty else { return nil }
        return Section(
            id: "anomaly",
            title: "Anomaly detection",
            introduction: "Would it have been noticed? No detector could be asked.",
            body: "\(remarks(notes))"
        )
    }

    private static func remarks(_ notes: [String]) -> [Markup] {
        notes.map { "<p class=\"key\">\($0)</p>\n" }
    }

    private static func rows(_ results: [Assessment.AnomalyResult], _ notes: [String]) -> [Markup] {
        results.enumerated().map { index, result in
            let isFirst = index == 0 || title(results[index - 1]) != title(result)
            let count = results[index...].prefix { title($0) == title(result) }.count
            let heading: Markup = """
                <th scope="rowgroup" rowspan="\(count)">\(result.detector) \
                <span class="range">on \(result.space)</span></th>
                """
            let bar = IntervalBar(
                result.auroc,
                reference: .chance(0.5),
                name: "AUROC of \(title(result)), \(result.attack)"
            )
            return """
                <tr>\(isFirst ? heading : .empty)<td>\(result.attack)</td>\
                \(areaCell(result.auroc))<td class="bar">\(bar.markup)</td>\(foundCell(result, notes))</tr>

                """
        }
    }

    private static func areaCell(_ area: Estimate) -> Markup {
        guard let value = area.value else { return "<td class=\"n undefined\">\(NumberText.undefined)</td>" }
        let digits = { (value: Double) in NumberText.fixed(value, decimals: 3) }
        return """
            <td class="n">\(digits(value)) <span class="range">[\(digits(area.lower)), \(digits(area.upper))]</span></td>
            """
    }

    private static func foundCell(_ result: Assessment.AnomalyResult, _ notes: [String]) -> Markup {
        let rate = result.truePositiveRateAt1PercentFPR
        guard rate.value == nil, let note = result.note, let index = notes.firstIndex(of: note) else {
            return estimateLine(rate)
        }
        return "<td class=\"n undefined\">\(NumberText.undefined)<sup>\(index + 1)</sup></td>"
    }

    /// One chart a detector and space, with a curve an attack, the most conspicuous attack first.
    private static func charts(_ results: [Assessment.AnomalyResult]) -> [Markup] {
        let attacks = distinct(results.map(\.attack))
        return distinct(results.map(title)).map { title in
            let series =
                results
                .filter { self.title($0) == title && $0.curve.count > 1 }
                .sorted { ($0.auroc.value ?? -1) > ($1.auroc.value ?? -1) }
                .prefix(maximumCurves)
                .map { result in
                    let area =
                        result.auroc.value.map { NumberText.fixed($0, decimals: 3) } ?? NumberText.undefined
                    return OperatingCurveChart.Series(
                        name: "\(result.attack) \(area)",
                        points: result.curve,
                        style: attacks.firstIndex(of: result.attack) ?? 0
                    )
                }
            guard !series.isEmpty else { return .empty }
            let chart = OperatingCurveChart(title: "Operating curves: \(title)", series: series)
            return "<figure><figcaption>\(title)</figcaption>\(chart.markup)</figure>\n"
        }
    }

    private static func title(_ result: Assessment.AnomalyResult) -> String {
        "\(result.detector) on \(result.space)"
    }

    private static func distinct(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { found, text in
            if !found.contains(text) { found.append(text) }
        }
    }
}
