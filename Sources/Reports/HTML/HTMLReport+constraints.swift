import BulwarkEvaluation

/// What the rows that attacks made had to satisfy.
extension HTMLReport {
    static func constraintSection(_ assessment: Assessment) -> Section? {
        guard let constraints = assessment.constraints else { return nil }
        let items = constraints.summary.map { line -> Markup in "<li>\(line)</li>" }
        let remarks = Wording.leftOut(by: constraints).map { remark -> Markup in "<li>\(remark)</li>" }
        let list: Markup? = remarks.isEmpty ? nil : "<ul class=\"notes key\">\(remarks)</ul>"
        return Section(
            id: "constraints",
            title: "Constraints on features",
            introduction: """
                Not every point of the ball is a row that there can be. Every row that counts against the model satisfies \
                what follows, as the judge saw for itself.
                """,
            body: """
                <ul>\(items)</ul>
                <p class="key">From \(Wording.fileName(constraints.path)), sha256 <code>\(constraints.sha256)</code>.</p>
                \(list)
                """
        )
    }
}
