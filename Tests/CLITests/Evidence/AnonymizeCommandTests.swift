import Foundation
import Testing

struct AnonymizeCommandTests {
    private static let rules = """
        {"schema": "bulwark.anonymization/1", "privacy": {"k": 2}, "columns": {
          "name": {"role": "identifier", "action": "pseudonymize"},
          "age": {"role": "quasi-identifier", "hierarchy": {"kind": "ranges", "widths": [10]}},
          "note": {"role": "text"}}}
        """
    private static let people = "name,age,note\nAnna,21,a@example.com\nBen,27,x\nCem,31,y\nDora,39,z\n"

    private struct Report: Decodable {
        struct Privacy: Decodable { let k: Int }
        let rows: Int
        let privacy: Privacy
    }

    @Test func aTableIsMadeAnonymous() throws {
        let bench = try Workbench()
        let input = try bench.write(Self.people, to: "people.csv")
        let rules = try bench.write(Self.rules, to: "rules.json")
        let (key, output) = (bench.path("key"), bench.path("out.csv"))
        #expect(try Bulwark.run(["data", "pseudonym-key", "--output", key]).status == 0)
        #expect(try Bulwark.run(["data", "pseudonym-key", "--output", key]).status == 73)
        let command = ["data", "anonymize", input, "--rules", rules, "--output", output]
        let keyless = try Bulwark.run(command)
        #expect(keyless.status == 64 && keyless.errors.contains("pseudonym-key"))
        #expect(!bench.exists("out.csv"))
        let done = try Bulwark.run(command + ["--key", key, "--json"])
        #expect(done.status == 0, "\(done.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(done.output.utf8))
        #expect(report.rows == 4 && report.privacy.k == 2)
        let text = try String(contentsOfFile: output, encoding: .utf8)
        #expect(text.contains("\"[20,30)\",<EMAIL>") && !text.contains("Anna"))
        let read = try Bulwark.run(command + ["--key", key])
        #expect(read.status == 0 && read.output.contains("k: 2 (asked for: 2)"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        #expect(try Bulwark.run(command + ["--key", key]).status == 77)
    }

    @Test func aFaultIsSaidOfTheFileThatHasIt() throws {
        let bench = try Workbench()
        let rules = try bench.write(
            """
            {"schema": "bulwark.anonymization/1", "privacy": {"k": 2}, "columns": {
              "age": {"role": "quasi-identifier", "hierarchy": {"kind": "ranges", "widths": [10]}}}}
            """,
            to: "rules.json"
        )
        let input = try bench.write("age\n21\n27\n", to: "ages.csv")
        let output = bench.path("out.csv")
        for (people, fault) in [
            ("age\nx\n", "row 1"), ("year\n21\n", "no column"), ("age\n21\n", "hold everybody"),
        ] {
            let population = try bench.write(people, to: "people.csv")
            let refused = try Bulwark.run([
                "data", "anonymize", input, "--rules", rules, "--output", output, "--population", population,
            ])
            #expect(
                refused.status == 65 && refused.errors.contains("\(population): "),
                "\(fault): \(refused)"
            )
            #expect(!refused.errors.contains(input) && !bench.exists("out.csv"))
        }
    }

    @Test func formulasAreGuardedForSpreadsheets() throws {
        let bench = try Workbench()
        let rules = try bench.write(
            """
            {"schema": "bulwark.anonymization/1", "columns": {"note": {"role": "insensitive"}}}
            """,
            to: "rules.json"
        )
        let input = try bench.write("note\n=1+1\n\nx\n", to: "notes.csv")
        let output = bench.path("out.csv")
        let command = ["data", "anonymize", input, "--rules", rules, "--output", output]
        #expect(try Bulwark.run(command).status == 0)
        #expect(try String(contentsOfFile: output, encoding: .utf8) == "note\r\n=1+1\r\n\"\"\r\nx\r\n")
        #expect(try Bulwark.run(command + ["--guard-formulas"]).status == 0)
        #expect(try String(contentsOfFile: output, encoding: .utf8) == "note\r\n'=1+1\r\n\"\"\r\nx\r\n")
    }

    @Test func whatIsRefusedLeavesNothingBehind() throws {
        let bench = try Workbench()
        let input = try bench.write("age\n1\n2\n3\n", to: "ages.csv")
        let rules = try bench.write(
            """
            {"schema": "bulwark.anonymization/1", "privacy": {"k": 4}, "columns": {
              "age": {"role": "quasi-identifier", "hierarchy": {"kind": "suppression"}}}}
            """,
            to: "rules.json"
        )
        let command = ["data", "anonymize", input, "--rules"]
        let unreachable = try Bulwark.run(command + [rules, "--output", bench.path("out.csv")])
        #expect(unreachable.status == 65 && unreachable.errors.contains("4-anonymity"))
        let broken = try bench.write("{\n \"schema\": 1}", to: "broken.json")
        let refused = try Bulwark.run(command + [broken, "--output", bench.path("out.csv")])
        #expect(refused.status == 65 && refused.errors.contains("2:2: "))
        #expect(try Bulwark.run(command + [rules, "--output", input]).status == 64)
        let missing = try Bulwark.run(command + [bench.path("no"), "--output", bench.path("out.csv")])
        #expect(missing.status == 66)
        #expect(!bench.exists("out.csv"))
    }
}
