import Foundation
import Testing

/// Files of constraints that cannot be used, and what is said of them.
struct ConstraintFileTests {
    private static let schema = #""schema": "bulwark.constraints/1""#

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        /// What the message holds, the place among it.
        let parts: [String]
        var testDescription: String { name }
    }

    private static func file(_ rest: String) -> String { "{\n  \(schema),\n  \(rest)\n}\n" }

    static let cases: [Case] = [
        Case(name: "empty", text: "", parts: [":1:1:", "the text ends"]),
        Case(name: "truncated", text: "{\(schema), \"immutable\": [\"x\"", parts: [":1:", "the text ends"]),
        Case(name: "no end of a string", text: "{\"schem", parts: [":1:2:", "no end"]),
        Case(name: "not JSON", text: "immutable: x\n", parts: [":1:1:", "a value is expected"]),
        Case(name: "a comma too many", text: file("\"immutable\": [0,]"), parts: [":3:19:"]),
        Case(
            name: "twice",
            text: file("\"immutable\": [0],\n  \"immutable\": [1]"),
            parts: [":4:3:", "twice"]
        ),
        Case(name: "no number", text: file("\"range\": [{\"feature\": 0, \"lower\": NaN}]"), parts: [":3:"]),
        Case(
            name: "too large",
            text: file("\"range\": [{\"feature\": 0, \"lower\": 1e999}]"),
            parts: [":3:", "too large"]
        ),
        Case(
            name: "too large for floats",
            text: file("\"range\": [{\"feature\": 0, \"lower\": 1e300}]"),
            parts: ["\"x\"", "not finite"]
        ),
        Case(
            name: "deep",
            text: String(repeating: "[", count: 100_000),
            parts: [":1:65:", "64 deep"]
        ),
        Case(
            name: "another schema",
            text: #"{"schema": "bulwark.constraints/9"}"#,
            parts: [":1:12:", "schema"]
        ),
        Case(name: "no schema", text: "{}", parts: ["\"schema\" is missing"]),
        Case(name: "no object", text: "[]", parts: ["an object is expected"]),
        Case(
            name: "misspelt",
            text: file("\"imutable\": [0]"),
            parts: [":3:15: imutable: there is no such field", "immutable"]
        ),
        Case(
            name: "misspelt inside",
            text: file("\"integer\": [{\"feature\": 0},\n    {\"feature\": 1, \"steps\": 2}]"),
            parts: [":4:29: integer[1].steps: there is no such field"]
        ),
        Case(
            name: "another type",
            text: file("\"integer\": [{\"feature\": 0, \"step\": \"1\"}]"),
            parts: [":3:38: integer[0].step: a number is expected"]
        ),
        Case(
            name: "no feature",
            text: file("\"immutable\": [\"x\", 0.5]"),
            parts: [":3:22: immutable[1]: a feature is a name or a position"]
        ),
        Case(
            name: "another direction",
            text: file("\"monotone\": [{\"feature\": 0, \"direction\": \"up\"}]"),
            parts: [":3:", "monotone[0].direction"]
        ),
        Case(name: "unknown feature", text: file("\"immutable\": [\"q\"]"), parts: ["no feature \"q\""]),
        Case(name: "no such position", text: file("\"immutable\": [2]"), parts: ["no feature 2"]),
        Case(
            name: "other names",
            text: file("\"features\": [\"y\", \"x\"]"),
            parts: ["feature 0 is \"y\" in the constraints and \"x\" in the data"]
        ),
        Case(
            name: "the same feature twice",
            text: file("\"immutable\": [\"x\", 0]"),
            parts: ["two constraints \"immutable\" for \"x\""]
        ),
        Case(
            name: "in two groups",
            text: file("\"oneHot\": [[0, 1], [1, 0]]"),
            parts: ["\"y\" is twice in the groups"]
        ),
        Case(
            name: "an empty range",
            text: file("\"range\": [{\"feature\": \"y\", \"lower\": 2, \"upper\": 1}]"),
            parts: ["the range of \"y\""]
        ),
        Case(
            name: "contradictory",
            text: file(
                """
                "linear": [
                  {"terms": [{"feature": 0, "coefficient": 1}], "relation": "<=", "bound": -1},
                  {"terms": [{"feature": 0, "coefficient": 1}], "relation": ">=", "bound": 1}]
                """
            ),
            parts: ["60 of 60 samples break the constraints", "contradict each other"]
        ),
    ]

    private func assess(_ bench: Workbench, _ constraints: String) throws -> Bulwark.Outcome {
        let points = (0..<60).map { row in
            let (x, y) = [(0.25, 0.25), (0.75, 0.3), (0.5, 0.8)][row % 3]
            return "\(x),\(y),\(row % 3)"
        }
        let text = "x,y,label\n" + points.joined(separator: "\n") + "\n"
        let data = try bench.write(text, to: "points.csv")
        return try Bulwark.run([
            "assess", try bench.model(), "--data", data, "--label-column", "label", "--constraints",
            constraints, "--attack", "fgsm", "--quiet", "--json",
        ])
    }

    @Test(arguments: cases)
    func aFileThatCannotBeUsedIsRefusedWithItsPlace(_ example: Case) throws {
        let bench = try Workbench()
        let outcome = try assess(bench, bench.write(example.text, to: "constraints.json"))
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(bench.path("constraints.json")))
        for part in example.parts { #expect(outcome.errors.contains(part), "\(part): \(outcome.errors)") }
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let bench = try Workbench()
        let bytes = Data([0x7B, 0x22, 0xC3, 0x28, 0x22])
        try bytes.write(to: bench.folder.appendingPathComponent("constraints.json"))
        let outcome = try assess(bench, bench.path("constraints.json"))
        #expect(outcome.status == 65 && outcome.errors.contains("UTF-8"))
    }

    @Test func aFileThatIsNotThereIsSaidToBeMissing() throws {
        let bench = try Workbench()
        let outcome = try assess(bench, bench.path("nowhere.json"))
        #expect(outcome.status == 66 && outcome.errors.contains("nowhere.json"))
    }

    @Test func aFileWithAMarkInFrontIsRead() throws {
        let bench = try Workbench()
        let text = "\u{FEFF}" + Self.file("\"immutable\": [\"x\"]")
        let outcome = try assess(bench, bench.write(text, to: "constraints.json"))
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func skippingNeedsConstraints() throws {
        let bench = try Workbench()
        let outcome = try Bulwark.run([
            "assess", try bench.model(), "--data", try bench.points(30), "--skip-violating",
        ])
        #expect(outcome.status == 64 && outcome.errors.contains("--constraints"))
    }
}
