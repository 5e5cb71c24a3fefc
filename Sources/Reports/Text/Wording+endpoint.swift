import BulwarkEvaluation

extension Wording {
    /// What a model is called in a headline: its file, or a served model's name with its version.
    static func name(of model: Assessment.Model) -> String {
        guard model.endpoint != nil else { return fileName(model.path) }
        let parts = model.path.split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "versions" else { return fileName(model.path) }
        return "\(parts.dropLast(2).last ?? ""), version \(parts[parts.count - 1])"
    }

    /// What a served model was asked, in one sentence.
    static func traffic(_ endpoint: Assessment.Endpoint) -> String {
        var text =
            "\(count(endpoint.requests, "request")) with \(count(endpoint.samplesSent, "sample")) "
            + "(\(NumberText.grouped(endpoint.samplesAsked)) asked about"
            + (endpoint.queryBudget.map { "; budget \(NumberText.grouped($0))" } ?? "") + ")"
        text +=
            "; \(count(endpoint.retries, "repetition")), \(count(endpoint.lost, "request")) without a whole answer, "
            + refusals(endpoint.refusals)
        text +=
            "; waited \(NumberText.seconds(endpoint.secondsWaited)), of which "
            + "\(NumberText.seconds(endpoint.secondsWaitedForRates)) for rates"
        return text
    }

    private static func refusals(_ refusals: [String: Int]) -> String {
        if refusals.isEmpty { return "no refusals" }
        let total = count(refusals.values.reduce(0, +), "refusal")
        let list = refusals.sorted { $0.key < $1.key }
            .map { "status \($0.key): \(NumberText.grouped($0.value))" }
        return "\(total) (\(list.joined(separator: ", ")))"
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(NumberText.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
