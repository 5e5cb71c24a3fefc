import BulwarkEvaluation

/// The networks of the adversary's own that transfer attacks were made on.
extension HTMLReport {
    static func surrogateSection(_ assessment: Assessment) -> Section? {
        guard let surrogates = assessment.surrogates, !surrogates.isEmpty else { return nil }
        let head: Markup = """
            <th scope="col">Network</th><th scope="col" class="n">Parameters</th>\
            <th scope="col" class="n">Accuracy</th><th scope="col" class="n">Agrees with the model</th>
            """
        return Section(
            id: "surrogates",
            title: "Surrogates",
            introduction: """
                What transfer attacks were made on: networks of the adversary’s own, trained on samples that are not \
                assessed, and compared with the model on those that are, without an attack.
                """,
            body: "\(surrogates.map { surrogateTable($0, head) })"
        )
    }

    private static func surrogateTable(_ surrogates: Assessment.Surrogates, _ head: Markup) -> Markup {
        let rows = surrogates.networks.map { network -> Markup in
            """
            <tr><th scope="row">\(network.architecture)</th>\
            <td class="n">\(NumberText.grouped(network.parameterCount))</td>\
            \(estimateLine(network.accuracy))\(estimateLine(network.agreement))</tr>

            """
        }
        let questions: Markup =
            surrogates.queries == 0
            ? .empty
            : " The model was asked for \(NumberText.grouped(surrogates.queries)) labels, once for the whole attack."
        let notes = surrogates.notes.map { note -> Markup in " \(Wording.sentence(note))" }
        return """
            <h3>\(surrogates.attack)</h3>
            \(table("Surrogates of \(surrogates.attack)", head: head, rows: rows, style: "tight"))
            <p class="key">Trained on \(surrogates.data).\(questions)\(notes)</p>

            """
    }
}

extension Wording {
    /// A remark with a capital letter and a full stop.
    static func sentence(_ remark: String) -> String {
        remark.prefix(1).uppercased() + remark.dropFirst() + (remark.hasSuffix(".") ? "" : ".")
    }

    /// What a transfer attack was made on, in a sentence.
    static func surrogates(_ surrogates: Assessment.Surrogates) -> String {
        let networks = surrogates.networks.map { network in
            "\(network.architecture) (accuracy \(NumberText.percent(network.accuracy.value)), agrees on "
                + "\(NumberText.percent(network.agreement.value)))"
        }
        let questions =
            surrogates.queries == 0
            ? "" : "; \(NumberText.grouped(surrogates.queries)) questions before it began"
        let notes = surrogates.notes.map { " " + sentence($0) }.joined()
        return
            "\(surrogates.attack) was made on \(networks.joined(separator: " and ")), trained on \(surrogates.data)\(questions).\(notes)"
    }
}
