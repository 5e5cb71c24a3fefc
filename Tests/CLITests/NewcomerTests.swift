import BulwarkEvaluation
import BulwarkReports
import Foundation
import Testing

/// The path of the README: train, inspect, assess.
struct NewcomerTests {
    @Test func trainsInspectsAndAssesses() throws {
        let bench = try Workbench()
        let data = try bench.points(300)
        let model = bench.path("trained.onnx")
        let trained = try Bulwark.run([
            "train", "--data", data, "--architecture", "mlp", "--width", "16", "--epochs", "60",
            "--learning-rate", "0.01", "--output", model,
            "--json",
        ])
        #expect(trained.status == 0, "\(trained.errors)")
        let training = try #require(
            try JSONSerialization.jsonObject(with: Data(trained.output.utf8)) as? [String: Any]
        )
        #expect((training["heldOutAccuracy"] as? Double ?? 0) > 0.9)

        let inspected = try Bulwark.run(["inspect", model])
        #expect(inspected.status == 0)
        #expect(inspected.output.contains("3 classes") && inspected.output.contains("Gemm ×3"))

        let folder = bench.path("out")
        let assessed = try Bulwark.run([
            "assess", model, "--data", data, "--samples", "100", "--epsilon", "0.05", "--output", folder,
            "--quiet",
        ])
        #expect(assessed.status == 0, "\(assessed.errors)")
        #expect(assessed.errors.isEmpty)
        #expect(assessed.output.contains("report.html"))
        let assessment = try AssessmentJSON.decode(
            Data(contentsOf: URL(fileURLWithPath: folder + "/assessment.json"))
        )
        #expect(assessment.data.samples == 100)
        // With three classes targeted ratios of logits are not defined.
        let names = [
            "fgsm", "apgd-ce", "fab-t", "square", "apgd-margin", "hop-skip-jump", "transfer", "noise",
        ]
        #expect(assessment.attacks.map(\.name) == names)
        #expect(assessment.resilienceCurve.count >= 6 && assessment.resilienceCurve[0].epsilon == 0)
        #expect(!assessment.anomaly.isEmpty)
        for file in assessment.attacks.map(\.records) + ["report.html", "results.sarif"] {
            #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
        }
        let records = try String(contentsOfFile: folder + "/attacks/apgd-ce.csv", encoding: .utf8)
        #expect(records.split(whereSeparator: \.isNewline).count == 101)
    }

    @Test func theNumberOfThreadsChangesNoRecord() throws {
        let bench = try Workbench()
        let (data, model) = (try bench.points(200), try bench.model())
        var contents: [[String]] = []
        for threads in ["1", "2", "3"] {
            let folder = bench.path("out\(threads)")
            let outcome = try Bulwark.run([
                "assess", model, "--data", data, "--epsilon", "0.2", "--suite", "quick", "--threads", threads,
                "--output", folder, "--quiet",
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
            contents.append(
                try ["fgsm", "pgd", "noise"].map {
                    try String(contentsOfFile: "\(folder)/attacks/\($0).csv", encoding: .utf8)
                }
            )
        }
        #expect(contents[0] == contents[1] && contents[1] == contents[2])
    }

    @Test func theNumberOfThreadsChangesNoSearch() throws {
        let bench = try Workbench()
        let (data, model) = (try bench.points(150), try bench.model())
        let names = ["apgd-ce", "fab", "square", "hop-skip-jump", "fmn"]
        var contents: [[String]] = []
        for threads in ["1", "2", "3"] {
            let folder = bench.path("out\(threads)")
            let outcome = try Bulwark.run(
                [
                    "assess", model, "--data", data, "--epsilon", "0.1", "--preset", "fast", "--threads",
                    threads, "--output", folder, "--quiet",
                ] + names.flatMap { ["--attack", $0] }
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            contents.append(
                try names.map { try String(contentsOfFile: "\(folder)/attacks/\($0).csv", encoding: .utf8) }
            )
        }
        #expect(contents[0] == contents[1] && contents[1] == contents[2])
    }

    @Test func twoAssessmentsAreComparedSampleBySample() throws {
        let bench = try Workbench()
        let (data, model) = (try bench.points(120), try bench.model())
        for (folder, epsilon) in [("one", "0.05"), ("two", "0.3")] {
            let outcome = try Bulwark.run([
                "assess", model, "--data", data, "--suite", "quick", "--epsilon", epsilon, "--output",
                bench.path(folder), "--quiet",
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let table = try Bulwark.run(["compare", bench.path("one"), bench.path("two")])
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.output.contains("robust accuracy, worst case"))
        #expect(table.output.contains("different threats"))
        let compared = try Bulwark.run(["compare", bench.path("one"), bench.path("two"), "--json"])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(compared.output.utf8)) as? [String: Any]
        )
        #expect(object["samples"] as? Int == 120)
        let rows = try #require(object["rows"] as? [[String: Any]])
        #expect(
            rows.map { $0["name"] as? String } == [
                "clean accuracy", "robust accuracy, worst case", "fgsm", "pgd", "noise",
            ]
        )
        #expect(rows[0]["difference"] as? Double == 0)
        #expect((rows[1]["difference"] as? Double ?? 0) < 0)
        let missing = try Bulwark.run(["compare", bench.path("one"), bench.path("three")])
        #expect(missing.status == 66)
    }

    @Test func jsonGoesToStandardOutputAlone() throws {
        let bench = try Workbench()
        let outcome = try Bulwark.run([
            "assess", try bench.model(), "--data", try bench.points(60), "--suite", "quick", "--epsilon",
            "0.1",
            "--json",
        ])
        #expect(outcome.status == 0)
        let assessment = try AssessmentJSON.decode(Data(outcome.output.utf8))
        #expect(assessment.schema == "bulwark.assessment/1")
        #expect(outcome.errors.contains("pgd"))
    }
}
