import BulwarkEvaluation
import BulwarkTensors

/// Samples before and after an attack: as images where the input is one, otherwise as a table of features.
extension HTMLReport {
    /// The most samples that one page shows.
    private static let maximumExhibits = 48
    /// The most features that are listed of one sample.
    private static let maximumFeatures = 6

    static func exhibitSection(_ outcome: AssessmentOutcome) -> Section? {
        let assessment = outcome.assessment
        let shown = outcome.exhibits
            .filter { $0.clean.shape == $0.adversarial.shape && $0.clean.count > 0 }
            .prefix(maximumExhibits)
        guard !shown.isEmpty else { return nil }
        let areImages = shown.allSatisfy { ExhibitImage.canShow($0.clean.shape.dimensions) }
        let cards = shown.map { areImages ? imageCard($0, assessment) : featureCard($0, assessment) }
        let left = outcome.exhibits.count - shown.count
        let leftOut: Markup? = left > 0 ? "<p class=\"key\">\(left) more are not shown.</p>" : nil
        return Section(
            id: "examples",
            title: "Examples",
            introduction: areImages
                ? imageIntroduction(shown.first?.clean.shape.dimensions ?? [])
                : """
                Samples the attacks changed: for each the features that moved most, and what the model made of it.
                """,
            body: "<div class=\"\(areImages ? "images" : "features" as Markup)\">\(cards)</div>\(leftOut)"
        )
    }

    private static func imageIntroduction(_ shape: [Int]) -> Markup {
        let colors: Markup =
            shape.first == 1
            ? "orange where a pixel grew, blue where it shrank"
            : "gray where nothing changed, each colour channel on its own"
        let step = shape.count == 3 ? ExhibitImage.stride(of: shape) : 1
        let thinned: Markup? = step > 1 ? " Of \(step) pixels in a row or column one is shown." : nil
        return """
            The sample, the candidate, and the change between them, amplified so that its largest element has full \
            colour: \(colors). Above them, the class the model saw before and after.\(thinned)
            """
    }

    private static func imageCard(_ exhibit: Exhibit, _ assessment: Assessment) -> Markup {
        let bounds = range(assessment.threat)
        let change = exhibit.adversarial.combined(with: exhibit.clean, -)
        let scale = change.elements.reduce(0) { largest, value in
            value.isFinite ? max(largest, Double(abs(value))) : largest
        }
        let clean = ExhibitImage(exhibit.clean, bounds: bounds)
        let adversarial = ExhibitImage(exhibit.adversarial, bounds: bounds)
        let difference = ExhibitImage(change: change, scale: scale)
        let panels = [("sample", clean), ("candidate", adversarial), ("change", difference)].map {
            name,
            image in
            """
            <div><img src="\(image.address)" width="\(image.width)" height="\(image.height)" \
            alt="\(name) \(exhibit.sample)" />\
            <small>\(name == "change" ? "±\(NumberText.distance(scale))" : name)</small></div>
            """ as Markup
        }
        return "<figure>\(caption(exhibit, assessment))<div class=\"panels\">\(panels)</div></figure>\n"
    }

    private static func featureCard(_ exhibit: Exhibit, _ assessment: Assessment) -> Markup {
        let names = assessment.data.featureNames
        let (before, after) = (exhibit.clean.elements, exhibit.adversarial.elements)
        let changes = (0..<before.count).map { feature in
            let size = abs(Double(after[feature]) - Double(before[feature]))
            // What is no longer a number has changed most.
            return (feature: feature, size: size.isNaN ? .infinity : size)
        }
        let changed = changes.filter { $0.size != 0 }
        let rows = changed.sorted { $0.size == $1.size ? $0.feature < $1.feature : $0.size > $1.size }
            .prefix(maximumFeatures)
            .map { change -> Markup in
                let (old, new) = (Double(before[change.feature]), Double(after[change.feature]))
                let name = names.flatMap { $0.indices.contains(change.feature) ? $0[change.feature] : nil }
                return """
                    <tr><th scope="row">\(name ?? "feature \(change.feature)")</th>\
                    <td class="n">\(NumberText.distance(old))</td><td class="n">\(NumberText.distance(new))</td>\
                    <td class="n">\(NumberText.change(new - old))</td></tr>

                    """
            }
        let head: Markup = """
            <th scope="col">Feature</th><th scope="col" class="n">Before</th><th scope="col" class="n">After</th>\
            <th scope="col" class="n">Change</th>
            """
        let count: Markup = """
            <p class="key">\(NumberText.grouped(changed.count)) of \(NumberText.grouped(before.count)) features \
            changed\(changed.count > maximumFeatures ? "; the \(maximumFeatures) largest are listed" : "").</p>
            """
        return """
            <figure>\(caption(exhibit, assessment))\
            \(table("Changed features of sample \(exhibit.sample)", head: head, rows: rows))\(count)</figure>

            """
    }

    private static func caption(_ exhibit: Exhibit, _ assessment: Assessment) -> Markup {
        let names = assessment.data.classNames
        let truth: Markup? =
            exhibit.label == exhibit.cleanPrediction
            ? nil : ", truly <bdi>\(Wording.label(exhibit.label, in: names))</bdi>"
        return """
            <figcaption><b><bdi>\(Wording.label(exhibit.cleanPrediction, in: names))</bdi> → \
            <bdi>\(Wording.label(exhibit.adversarialPrediction, in: names))</bdi></b>\(truth)\
            <small>sample \(exhibit.sample), \(exhibit.attack), \(Wording.norm(assessment.threat.norm)) \
            \(NumberText.distance(exhibit.distance))</small></figcaption>
            """
    }

    private static func range(_ threat: Assessment.Threat) -> ClosedRange<Double> {
        threat.lowerBound < threat.upperBound ? threat.lowerBound...threat.upperBound : 0...1
    }
}
