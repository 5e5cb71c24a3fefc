import BulwarkEvaluation

/// What a report says of where the model came from.
extension HTMLReport {
    /// The model's row among the facts that it takes to run the assessment again.
    static func modelFacts(_ model: Assessment.Model) -> Markup {
        let shape = model.inputShape.map(String.init).joined(separator: " × ")
        let parameters = model.parameterCount.map { "\(NumberText.grouped($0)) parameters, " } ?? ""
        let origin = model.endpoint.map { endpoint in
            "served\(endpoint.platform.map { " with \($0)" } ?? "")"
                + "\(endpoint.version.map { ", version \($0)" } ?? ""), "
        }
        return """
            <dt>Model</dt><dd><code>\(model.path)</code><br />\(origin ?? "")\(parameters)\
            input \(shape), \(model.classCount) classes, output \(model.outputForm)\
            <code class="block">sha256 \(model.sha256)\(model.endpoint == nil ? "" : " (of its metadata)")</code></dd>\
            \(model.endpoint.map(trafficFacts))
            """
    }

    private static func trafficFacts(_ endpoint: Assessment.Endpoint) -> Markup {
        "\n<dt>Asked</dt><dd>\(Wording.traffic(endpoint))</dd>"
    }
}
