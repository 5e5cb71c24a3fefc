import BulwarkEvaluation
import BulwarkModels
import BulwarkReports
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Tables with constraints, and models made of trees, from files to reports.
struct TabularAssessmentTests {
    private static let features = ["age", "visits", "plan_a", "plan_b", "rent", "income"]

    private static let constraints = """
        {
          "schema": "bulwark.constraints/1",
          "features": ["age", "visits", "plan_a", "plan_b", "rent", "income"],
          "immutable": ["age"],
          "integer": [{"feature": "visits"}],
          "range": [{"feature": "visits", "lower": 0, "upper": 20}],
          "oneHot": [["plan_a", "plan_b"]],
          "monotone": [{"feature": "visits", "direction": "rising"}],
          "linear": [{"terms": [{"coefficient": 1, "feature": "rent"}, {"coefficient": -0.5, "feature": "income"}],
                      "relation": "<=", "bound": 0}]
        }
        """

    /// A linear model of all features, and rows that satisfy the constraints, but for those named.
    private func table(
        _ bench: Workbench,
        breaking broken: Set<Int> = []
    ) throws -> (model: String, data: String) {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 6])
        let slope: [Float] = [0.5, 0.25, 0.4, -0.4, 0.75, -0.25]
        let weight = try builder.parameter("w", Tensor([6, 2], slope.flatMap { [-$0, $0] }))
        let bias = try builder.parameter("b", Tensor([2], [1.5, -1.5]))
        let logits = try builder.apply(Gemm(), to: [input, weight, bias])
        let bytes = try ONNXWriter.data(for: builder.graph(outputs: [logits]), name: "table", version: "test")
        try bytes.write(to: bench.folder.appendingPathComponent("table.onnx"))
        var random = SeededRandom(seed: 2, stream: "table")
        let rows = (0..<80).map { index -> String in
            let age = random.uniform(0, 3)
            let visits = broken.contains(index) ? 2.5 : Float(random.next() % 6)
            let isA = random.next() % 2 == 0
            let income = random.uniform(1, 4)
            let rent = random.uniform(0, 0.5) * income
            let values = [age, visits, isA ? 1 : 0, isA ? 0 : 1, rent, income]
            let score = zip(values, slope).reduce(-1.5) { $0 + $1.0 * $1.1 }
            return values.map { "\($0)" }.joined(separator: ",") + ",\(score > 0 ? 1 : 0)"
        }
        let text =
            (Self.features + ["label"]).joined(separator: ",") + "\n" + rows.joined(separator: "\n") + "\n"
        return (bench.path("table.onnx"), try bench.write(text, to: "table.csv"))
    }

    private func assessment(in folder: String) throws -> Assessment {
        try AssessmentJSON.decode(Data(contentsOf: URL(fileURLWithPath: folder + "/assessment.json")))
    }

    /// The columns of a file of records, by name.
    private func columns(_ path: String) throws -> [String: [String]] {
        let lines = try String(contentsOfFile: path, encoding: .utf8)
            .split(whereSeparator: \.isNewline).map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
        let header = try #require(lines.first).map(String.init)
        return Dictionary(
            uniqueKeysWithValues: header.indices.map { index in
                (header[index], lines.dropFirst().map { String($0[index]) })
            }
        )
    }

    @Test(arguments: ["linf", "l2"])
    func noRowThatIsFoundBreaksAConstraint(norm: String) throws {
        let bench = try Workbench()
        let (model, data) = try table(bench)
        let file = try bench.write(Self.constraints, to: "constraints.json")
        func assess(_ name: String, _ rest: [String]) throws -> Assessment {
            let outcome = try Bulwark.run(
                [
                    "assess", model, "--data", data, "--label-column", "label", "--norm", norm, "--epsilon",
                    "1", "--samples", "12", "--preset", "fast", "--output", bench.path(name), "--quiet",
                ]
                    + ["pgd-margin", "apgd-ce", "square", "noise"].flatMap {
                        ["--attack", $0]
                    } + rest
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try assessment(in: bench.path(name))
        }
        let constrained = try assess("constrained", ["--constraints", file])
        let free = try assess("free", [])
        var broken = 0
        for attack in constrained.attacks {
            let records = try columns(bench.path("constrained/\(attack.records)"))
            #expect(records["violation"]?.allSatisfy(\.isEmpty) == true, "\(attack.name)")
            #expect(records["claimed"] == records["broken"], "\(attack.name)")
            broken += records["broken"]?.count { $0 == "true" } ?? 0
            // Age stays, and of the plans both change or none.
            let changes = try #require(records["l0"]).compactMap { Int($0) }
            #expect(changes.allSatisfy { $0 <= 5 })
        }
        #expect(broken > 0)
        let (kept, lost) = (constrained.worstCase.robustAccuracy.value, free.worstCase.robustAccuracy.value)
        #expect((lost ?? 1) < (kept ?? 0))
        let described = try #require(constrained.constraints)
        #expect(described.sha256.count == 64 && described.path == file && described.skippedSamples == 0)
        #expect(described.summary.contains("keep their value: \"age\""))
        #expect(described.summary.contains("1 linear relation"))
        #expect(free.constraints == nil)
        let html = try String(contentsOfFile: bench.path("constrained/report.html"), encoding: .utf8)
        #expect(html.contains("keep their value") && html.contains(described.sha256.prefix(12)))
        #expect(constrained.data.notes.contains { $0.contains("that the constraints state") })
    }

    @Test func samplesThatBreakTheConstraintsAreRefusedOrLeftOut() throws {
        let bench = try Workbench()
        let (model, data) = try table(bench, breaking: [3, 17])
        let file = try bench.write(Self.constraints, to: "constraints.json")
        let arguments = [
            "assess", model, "--data", data, "--label-column", "label", "--epsilon", "0.5", "--attack",
            "fgsm",
            "--constraints", file, "--output", bench.path("out"), "--quiet",
        ]
        let refused = try Bulwark.run(arguments)
        #expect(refused.status == 65)
        #expect(refused.errors.contains("2 of 80 samples break the constraints"))
        #expect(refused.errors.contains("3, 17") && refused.errors.contains("\"visits\""))
        #expect(refused.errors.contains("--skip-violating"))
        let skipped = try Bulwark.run(arguments + ["--skip-violating"])
        #expect(skipped.status == 0, "\(skipped.errors)")
        let assessment = try assessment(in: bench.path("out"))
        #expect(assessment.data.samples == 78 && assessment.data.available == 80)
        #expect(assessment.constraints?.skippedSamples == 2)
        let samples = try #require(try columns(bench.path("out/attacks/fgsm.csv"))["sample"])
        #expect(samples.count == 78 && !samples.contains("3") && !samples.contains("17"))
        #expect(samples.last == "79")
        #expect(skipped.output.contains("2 samples"))
    }

    // MARK: Trees

    private func vector(_ name: String) -> String {
        Vectors.folder.appendingPathComponent("onnx/\(name)/model.onnx").path
    }

    /// Irises around the few that the model came with, by the model's own labels.
    private func flowers(_ bench: Workbench) throws -> String {
        let graph = try ClassifierVectors.graph("sklearn-forest-names")
        let known = try ClassifierVectors.expected("sklearn-forest-names").tensor(named: "x")
        let model = ScoreClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 1))
        var random = SeededRandom(seed: 4, stream: "irises")
        let inputs = Tensor([24, 4], generating: { known[$0 % 20] + 0.2 * random.normal() })
        let names = ["setosa", "versicolor", "virginica"]
        let rows = try model.labels(for: inputs).enumerated().map { row, label in
            (0..<4).map { "\(inputs[row * 4 + $0])" }.joined(separator: ",") + ",\(names[label])"
        }
        return try bench.write("a,b,c,d,species\n" + rows.joined(separator: "\n") + "\n", to: "iris.csv")
    }

    private func assessForest(_ bench: Workbench, _ rest: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run(
            [
                "assess", vector("sklearn-forest-names"), "--data", try flowers(bench), "--label-column",
                "species", "--epsilon", "0.1", "--output", bench.path("out"), "--quiet",
            ] + rest
        )
    }

    @Test func aForestIsDecidedExactly() throws {
        let bench = try Workbench()
        let outcome = try assessForest(bench, [])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let assessment = try assessment(in: bench.path("out"))
        #expect(assessment.threat.knowledge == "white-box")
        let exact = try #require(assessment.attacks.first)
        #expect(exact.name == "tree-ensemble" && exact.kind == "exact")
        #expect(!assessment.attacks.contains { $0.kind == "gradient" })
        let bracket = try #require(assessment.certificates?.bracket)
        #expect(bracket.certified.value == assessment.worstCase.robustAccuracy.value)
        #expect(bracket.gap.value == 0 && bracket.certified.samples == 24)
        let isEnough = bracket.certified.lower >= 0.5
        #expect(assessment.verdict == (isEnough ? .robust : assessment.verdict))
        #expect(assessment.sanityChecks.first { $0.id == "certificate-holds" }?.status == .pass)
        let records = try columns(bench.path("out/attacks/tree-ensemble.csv"))
        let (broken, nearest, proved) = (
            try #require(records["broken"]), try #require(records["nearest"]), try #require(records["proved"])
        )
        for index in broken.indices {
            let distance = Double(nearest[index]) ?? .infinity
            let radius = try #require(Double(proved[index]))
            #expect(radius < distance && (broken[index] == "true") == (distance <= 0.1))
            #expect(broken[index] == "true" || radius > 0.1)
        }
        let certificates = try columns(bench.path("out/certificates/trees.csv"))
        #expect(certificates["sample"]?.count == 24)
    }

    @Test func treesUnderConstraintsAreDecidedExactly() throws {
        let bench = try Workbench()
        let text =
            #"{"schema": "bulwark.constraints/1", "immutable": ["c", "d"], "monotone": [{"feature": "a", "direction": "rising"}]}"#
        let file = try bench.write(text, to: "constraints.json")
        let attacks = ["--attack", "tree-ensemble", "--attack", "noise"]
        let outcome = try assessForest(bench, attacks + ["--constraints", file])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let constrained = try assessment(in: bench.path("out"))
        #expect(constrained.certificates?.bracket?.gap.value == 0)
        for attack in constrained.attacks {
            let records = try columns(bench.path("out/\(attack.records)"))
            #expect(records["violation"]?.allSatisfy(\.isEmpty) == true, "\(attack.name)")
            #expect(records["l0"]?.compactMap { Int($0) }.allSatisfy { $0 <= 2 } == true, "\(attack.name)")
        }
        _ = try assessForest(bench, attacks)
        let free = try assessment(in: bench.path("out"))
        let (kept, lost) = (constrained.worstCase.robustAccuracy.value, free.worstCase.robustAccuracy.value)
        #expect((lost ?? 1) <= (kept ?? 0))
    }

    @Test func aLimitIsSaidToHaveBeenReached() throws {
        let bench = try Workbench()
        let outcome = try assessForest(
            bench,
            ["--attack", "tree-ensemble", "--tree-limit", "1", "--epsilon", "1", "--norm", "l2"]
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let assessment = try assessment(in: bench.path("out"))
        #expect(assessment.attacks.map(\.name) == ["tree-ensemble"])
        #expect(assessment.attacks[0].settings.contains("at most 1 regions"))
        let gap = try #require(assessment.certificates?.bracket?.gap.value)
        if gap > 0, assessment.verdict == .inconclusive {
            #expect(assessment.verdictReasons.contains { $0.contains("--tree-limit") })
        }
    }

    @Test func whoeverDoesNotKnowTheTreesCannotSearchThem() throws {
        let bench = try Workbench()
        let outcome = try assessForest(bench, ["--attack", "tree-ensemble", "--knowledge", "black-box"])
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("know the trees"))
        let network = try Bulwark.run([
            "assess", try bench.model(), "--data", try bench.points(30), "--attack", "tree-ensemble",
        ])
        #expect(network.status == 64)
        #expect(network.errors.contains("do not come from decision trees"))
        let gradient = try assessForest(bench, ["--attack", "pgd"])
        #expect(gradient.status == 64 && gradient.errors.contains("gradients"))
    }

    @Test func theNumberOfThreadsChangesNoProof() throws {
        let bench = try Workbench()
        var contents: [[String]] = []
        for threads in ["1", "2", "3"] {
            let outcome = try assessForest(bench, ["--threads", threads, "--attack", "tree-ensemble"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            contents.append([
                try String(contentsOfFile: bench.path("out/attacks/tree-ensemble.csv"), encoding: .utf8)
            ])
        }
        #expect(contents[0] == contents[1] && contents[1] == contents[2])
    }
}
