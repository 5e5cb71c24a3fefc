import BulwarkAnonymity
import Foundation
import Testing

struct AnonymizationRulesTests {
    private static func rules(_ columns: String, _ rest: String = "") -> String {
        "{\"schema\": \"bulwark.anonymization/1\",\n \"columns\": {\n  \(columns)}\(rest)}"
    }

    private static func quasiIdentifier(_ hierarchy: String) -> String {
        "\"a\": {\"role\": \"quasi-identifier\", \"hierarchy\": {\"kind\": \(hierarchy)}}"
    }

    private static let age = quasiIdentifier("\"suppression\"")

    @Test func everySettingIsRead() throws {
        let rules = try Support.rules(
            """
            {
              "schema": "bulwark.anonymization/1",
              "columns": {
                "id": {"role": "identifier", "action": "pseudonymize", "domain": "p", "bits": 160, "encoding": "hexadecimal"},
                "name": {"role": "identifier", "action": "drop"},
                "age": {"role": "quasi-identifier", "weight": 2, "minimumLevel": 1, "maximumLevel": 2,
                        "hierarchy": {"kind": "ranges", "widths": [5, 10], "origin": 0, "bottom": 20, "top": 80}},
                "birth": {"role": "quasi-identifier", "hierarchy": {"kind": "dates", "levels": ["year", "decade"]}},
                "zip": {"role": "quasi-identifier", "hierarchy": {"kind": "masking", "from": "end", "characters": [1, 2]}},
                "sex": {"role": "quasi-identifier", "hierarchy": {"kind": "suppression"}},
                "disease": {"role": "sensitive"},
                "ward": {"role": "insensitive"},
                "note": {"role": "text", "find": ["email", "iban"], "minimumCertainty": "certain", "action": "report"}
              },
              "privacy": {
                "k": 5, "maximumSuppression": 0.05, "metric": "discernibility",
                "models": [
                  {"kind": "l-diversity", "variant": "distinct", "column": "disease", "l": 3},
                  {"kind": "l-diversity", "variant": "entropy", "column": "disease", "l": 2.5},
                  {"kind": "l-diversity", "variant": "recursive", "column": "disease", "c": 2, "l": 2},
                  {"kind": "t-closeness", "column": "disease", "t": 0.2, "distance": "hierarchical", "tree": {"a": ["b"]}}
                ]
              }
            }
            """
        )
        let goal = try #require(rules.goal)
        #expect(goal.k == 5 && goal.maximumSuppression == 0.05 && goal.metric == .discernibility)
        #expect(goal.requirements.count == 4)
        #expect(rules.columns.map(\.rule.role).filter { $0 == "quasi-identifier" }.count == 4)
        guard case .pseudonymize(let pseudonyms) = rules.columns.first(where: { $0.name == "id" })?.rule,
            case .text(let text) = rules.columns.first(where: { $0.name == "note" })?.rule
        else {
            Issue.record("a role was read as another")
            return
        }
        #expect(pseudonyms == PseudonymRule(domain: "p", bits: 160, encoding: .hexadecimal))
        #expect(text.kinds == [.email, .iban] && text.minimumCertainty == .certain)
        #expect(text.treatment == .report)
    }

    /// Written back, this number has an exponent.
    @Test func smallWidthsAreReadDigitByDigit() throws {
        func fault(_ width: String) -> RulesError? {
            let column = Self.quasiIdentifier("\"ranges\", \"widths\": [\(width)]")
            return Support.fault(Self.rules(column, ", \"privacy\": {\"k\": 2}"))
        }
        #expect(fault("0.00001") == nil && fault("1e-9") == nil)
        #expect("\(try #require(fault("1e-10")))".contains("at most 9 digits"))
    }

    @Test(arguments: [
        (rules("\"a\": {\"role\": \"sensitive\", \"rolle\": 1}"), "3:30", "'rolle' is not known here"),
        (rules("\"a\": {\"role\": \"secret\"}"), "3:9", "'role' is one of identifier, quasi-identifier"),
        (rules("\"a\": {}"), "3:3", "'role' is missing"),
        (
            rules("\"a\": {\"role\": \"identifier\", \"action\": \"pseudonymize\", \"bits\": 64}"), "3:57",
            "128 to 256"
        ),
        (
            rules("\"a\": {\"role\": \"text\", \"find\": [\"email\",\n\"nose\"]}"), "4:1",
            "'nose' is not looked for"
        ),
        (rules(age), "", "'privacy' with 'k' is missing"),
        (rules(age, ",\n\"privacy\": {\"k\": 0}"), "4:13", "'k' is a whole number"),
        (rules(age, ",\n\"privacy\": {\"k\": 2.5}"), "4:13", "'k' is a whole number"),
        (
            rules(
                age,
                ",\n\"privacy\": {\"k\": 2, \"models\":\n[{\"kind\": \"t-closeness\", \"column\": \"a\"}]}"
            ),
            "5:26", "'a' is no sensitive column"
        ),
        (rules(quasiIdentifier("\"ranges\", \"widths\": [5, 7]")), "3:37", "whole multiple"),
        (
            rules(quasiIdentifier("\"taxonomy\", \"tree\": [\"x\", \"x\"]")), "3:85",
            "'x' is in the taxonomy twice"
        ),
        ("{\"schema\": \"bulwark.anonymization/2\"}", "1:2", "'bulwark.anonymization/1' is read"),
        ("{\"a\": 1,\n \"a\": 2}", "2:2", "two members 'a'"), ("{\n \"a\": tru}", "2:7", "no JSON value"),
        ("[]", "", "is an object"), ("", "1:1", "the text ends"),
    ])
    func faultsAreToldWithTheirPlace(_ json: String, _ place: String, _ reason: String) throws {
        let fault = try #require(Support.fault(json))
        let text = "\(fault)"
        #expect(text.contains(reason) && text.hasPrefix(place.isEmpty ? "" : place + ": "), "\(text)")
    }
}
