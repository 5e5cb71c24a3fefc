import BulwarkEvaluation

/// The terms of the page in plain words.
extension HTMLReport {
    static func glossarySection(_ assessment: Assessment) -> Section? {
        let certificates = assessment.certificates == nil ? [] : certification
        let terms = [general, certificates, assessment.anomaly.isEmpty ? [] : detection, scores].joined()
        let items = terms.map { term, meaning -> Markup in "<dt>\(term)</dt><dd>\(meaning)</dd>\n" }
        return Section(
            id: "terms",
            title: "Terms",
            introduction: "In plain words, in the order in which they appear.",
            body: "<dl class=\"facts terms\">\(items)</dl>"
        )
    }

    private static let general: [(Markup, Markup)] = [
        ("Clean accuracy", "The share of samples classified correctly when nobody interferes."),
        (
            "Robust accuracy",
            """
            The share of all samples that are still classified correctly after an attack has changed them as far as the \
            threat model allows. A sample that was wrong before counts as lost. It is an upper bound on what a \
            better attack would leave.
            """
        ),
        ("Worst case", "A sample counts only if it stays correct under every attack of the run."),
        (
            "Accuracy drop",
            "The share of samples that are correct without an attack and wrong under the worst one."
        ),
        ("Success", "Of the samples classified correctly before, the share that an attack turned."),
        (
            "95 % interval",
            """
            The range of true rates that the samples do not contradict; of many such intervals, at least 95 in 100 \
            contain the true rate. Rates use the exact interval of Clopper and Pearson (1934), which is never too \
            narrow. It covers the choice of samples, not the strength of the attacks.
            """
        ),
        (
            "Epsilon, norm",
            """
            How far an input may be moved, and how that distance is measured: L∞ is the largest change of any element, \
            L2 the Euclidean length, L1 the sum, L0 the number of changed elements.
            """
        ),
        (
            "White, gray, black box",
            """
            What the adversary can ask: weights and gradients; answers and a surrogate of its own; answers only.
            """
        ),
        (
            "Queries, gradients",
            "How often the model was asked for an answer or a gradient: the price of an attack, whatever the machine."
        ),
    ]

    private static let certification: [(Markup, Markup)] = [
        (
            "Certificate, certified accuracy",
            """
            A proof that nothing within the radius changes a sample’s label, and the share of all samples that are \
            classified correctly and have one. It is a lower bound on what any attack leaves.
            """
        )
    ]

    private static let detection: [(Markup, Markup)] = [
        (
            "AUROC",
            """
            The chance that a detector finds a random candidate of the attack more suspicious than a random clean \
            sample: 1 is perfect, 0.5 is guessing.
            """
        ),
        (
            "Found at 1 % false alarms",
            "The share of candidates flagged when at most one clean sample in a hundred is flagged too."
        ),
    ]

    private static let scores: [(Markup, Markup)] = [
        (
            "Severity (CVSS)",
            """
            How bad a successful attack is, as a Common Vulnerability Scoring System version 4.0 vector. It depends on \
            what the model is used for; no measurement says it.
            """
        ),
        (
            "Adequacy gate",
            """
            A condition an evaluation must meet before its failure to break a model counts as evidence, after Carlini \
            and others (arXiv 1902.06705).
            """
        ),
    ]
}
