import BulwarkAnonymity
import BulwarkProvenance
import Foundation
import Testing

struct AnonymizerTests {
    private static let patients = [
        "name,age,zip,disease,note", "Anna,23,13053,flu,write to anna@example.com", "Ben,27,13068,cold,",
        "Cem,21,13053,flu,ok", "Dora,29,13068,cancer,ok", "Eva,51,14853,cold,ok", "Finn,58,14850,flu,ok",
        "Gina,55,14853,flu,ok", "Hugo,50,14850,cancer,ok", "Ida,99,99999,flu,alone",
    ]

    private func rules(k: Int, _ rest: String = "") throws -> AnonymizationRules {
        try Support.rules(
            """
            {"schema": "bulwark.anonymization/1", "privacy": {"k": \(k)\(rest)}, "columns": {
              "name": {"role": "identifier", "action": "pseudonymize"},
              "age": {"role": "quasi-identifier", "hierarchy": {"kind": "ranges", "widths": [10, 20, 100]}},
              "zip": {"role": "quasi-identifier", "hierarchy": {"kind": "masking", "characters": [1, 2, 3]}},
              "disease": {"role": "sensitive"}, "note": {"role": "text"}}}
            """
        )
    }

    private func table(_ lines: [String] = patients) throws -> TextTable {
        try TextTable(csv: Data(lines.joined(separator: "\n").utf8))
    }

    @Test func aTableIsReleasedWithWhatWasAskedFor() throws {
        let release = try Anonymizer(
            rules(k: 4, ", \"maximumSuppression\": 0.12"),
            digest: Support.digest()
        ).release(table())
        let text = String(decoding: release.table.csv, as: UTF8.self)
        let lines = text.split(separator: "\r\n").map(String.init)
        #expect(lines.count == 9)
        #expect(lines[0] == "name,age,zip,disease,note")
        #expect(lines[1].hasSuffix(",\"[20,30)\",130**,flu,write to <EMAIL>"))
        #expect(lines[8].contains(",\"[50,60)\",1485*,cancer,ok") || lines[8].contains("148**"))
        #expect(!text.contains("Anna") && !text.contains("99999"))
        let report = release.report
        #expect(report.rows == 9 && report.suppressedRows == 1)
        #expect(report.privacy?.k == 4)
        #expect(
            report.columns.map(\.treatment) == [
                "pseudonymized", "generalized", "generalized", "kept", "redacted",
            ]
        )
        #expect(report.columns[4].found == ["email": 1])
        let risk = try #require(report.risk)
        #expect(risk.before.uniqueRows == 9 && risk.before.prosecutorMaximum == 1)
        #expect(risk.after.prosecutorMaximum == 0.25 && risk.after.prosecutorAverage == 0.25)
    }

    @Test func whatCannotBeReachedIsNotReleased() throws {
        let model =
            "{\"kind\": \"l-diversity\", \"variant\": \"distinct\", \"column\": \"disease\", \"l\": 4}"
        for rest in ["", ", \"models\": [\(model)]"] {
            let rules = try rules(k: rest.isEmpty ? 10 : 2, rest)
            let table = try table()
            let digest = try Support.digest()
            #expect(throws: AnonymityError.self) { try Anonymizer(rules, digest: digest).release(table) }
        }
    }

    @Test func everyColumnNeedsARule() throws {
        let rules = try Support.rules(
            "{\"schema\": \"bulwark.anonymization/1\", \"columns\": {\"a\": {\"role\": \"insensitive\"}}}"
        )
        let wide = try Support.table("a,b", "1,2")
        #expect(throws: AnonymityError.unknownColumn(name: "b")) { try Anonymizer(rules).release(wide) }
        let other = try Support.table("b", "2")
        #expect(throws: AnonymityError.missingColumn(name: "a")) { try Anonymizer(rules).release(other) }
    }

    @Test func pseudonymsNeedAKey() throws {
        let (rules, table) = (try rules(k: 2), try table())
        #expect(throws: AnonymityError.keyNeeded(column: "name")) { try Anonymizer(rules).release(table) }
    }

    @Test func aValueThatDoesNotFitIsToldByItsRow() throws {
        let (rules, digest) = (try rules(k: 2), try Support.digest())
        let table = try table(Self.patients + ["Jon,young,1,flu,x"])
        #expect {
            try Anonymizer(rules, digest: digest).release(table)
        } throws: { error in
            guard case .unfitValue("age", 10, _) = error as? AnonymityError else { return false }
            return !"\(error)".contains("young")
        }
    }

    @Test func whatIsNotNestedIsRefused() throws {
        struct Crossing: GeneralizationHierarchy {
            let innerLevelCount = 2
            func generalized(_ text: String, to level: Int) throws(UnfitValue) -> String {
                level == 1 ? String(text.prefix(1)) : String(text.suffix(1))
            }
        }
        let rules = AnonymizationRules(
            columns: [("a", .quasiIdentifier(QuasiIdentifierRule(Crossing())))],
            goal: PrivacyGoal(k: 1)
        )
        let table = try Support.table("a", "xy", "xz")
        #expect(throws: AnonymityError.notNested(column: "a", level: 2)) {
            try Anonymizer(rules).release(table)
        }
    }

    @Test func tooManyCombinationsAreRefused() throws {
        let ranges = try #require(RangeHierarchy(widths: (0..<30).map { "\(1 << $0)" }))
        let names = (0..<5).map { "c\($0)" }
        let rules = AnonymizationRules(
            columns: names.map { ($0, .quasiIdentifier(QuasiIdentifierRule(ranges))) },
            goal: PrivacyGoal(k: 1)
        )
        let table = Support.table(names, [["1", "1", "1", "1", "1"]])
        #expect(throws: AnonymityError.self) { try Anonymizer(rules).release(table) }
    }

    /// Four alike in the table, ten in the register: who does not know the table guesses among ten.
    @Test func theRiskAgainstAPopulationIsThatOfItsClasses() throws {
        let rules = AnonymizationRules(
            columns: [("a", .quasiIdentifier(QuasiIdentifierRule(SuppressionHierarchy())))],
            goal: PrivacyGoal(k: 2)
        )
        let table = Support.table(["a"], [["x"], ["x"], ["x"], ["x"], ["y"], ["y"]])
        let people = Support.table(
            ["a"],
            Array(repeating: ["x"], count: 10) + Array(repeating: ["y"], count: 4) + [["z"]]
        )
        let risk = try #require(Anonymizer(rules).release(table, population: people).report.risk)
        #expect(risk.after.prosecutorMaximum == 0.5)
        let population = try #require(risk.population)
        #expect(population.populationRows == 15 && population.journalistMaximum == 0.25)
        #expect(abs(population.marketerAverage - (4.0 / 10 + 2.0 / 4) / 6) < 1e-12)
        let few = Support.table(["a"], [["x"], ["y"], ["y"]])
        let tooSmall = AnonymityError.populationTooSmall(classRows: 4, populationRows: 1)
        #expect(throws: AnonymityError.ofPopulation(tooSmall)) {
            try Anonymizer(rules).release(table, population: few)
        }
        let other = Support.table(["b"], [["x"]])
        #expect(throws: AnonymityError.ofPopulation(.missingColumn(name: "a"))) {
            try Anonymizer(rules).release(table, population: other)
        }
    }

    @Test func aValueThatDoesNotFitIsToldWithItsRow() throws {
        let ranges = try #require(RangeHierarchy(widths: ["5"]))
        let rules = AnonymizationRules(
            columns: [("a", .quasiIdentifier(QuasiIdentifierRule(ranges)))],
            goal: PrivacyGoal(k: 1)
        )
        let problem = "a decimal number of up to 18 digits is expected"
        #expect(throws: AnonymityError.unfitValue(column: "a", row: 2, problem: problem)) {
            try Anonymizer(rules).release(Support.table(["a"], [["1"], ["x"]]))
        }
    }

    /// The check sees a class that a wrong search would let pass.
    @Test func theCheckRefusesWhatFallsShort() throws {
        let table = Support.table(["a", "s"], [["x", "1"], ["x", "1"], ["y", "2"]])
        let check = try ReleaseCheck(
            table,
            quasiIdentifiers: ["a"],
            requirements: [PrivacyRequirement(column: "s", .distinct(l: 2))]
        )
        #expect(check.k == 1 && check.classSizes == [1, 2] && check.reached[0].value == 1)
        #expect(throws: AnonymityError.self) { try check.require(PrivacyGoal(k: 2)) }
        #expect(throws: AnonymityError.self) { try check.require(PrivacyGoal(k: 1)) }
    }
}
