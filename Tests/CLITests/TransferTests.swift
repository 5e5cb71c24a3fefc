import BulwarkEvaluation
import BulwarkModels
import BulwarkReports
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Transfer attacks by the command, on the built-in digits.
struct TransferTests {
    /// A network trained on 600 digits, those, and 300 others.
    private struct Digits {
        let bench: Workbench
        let model, training, test: String

        init() throws {
            bench = try Workbench()
            let file = Vectors.folder.deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Sources/CLI/Resources/optdigits.npz")
            let archive = try NPZReader(Data(contentsOf: file))
            let inputs = try archive.tensor(named: "x").map { $0 / 16 }
            let labels = try archive.array(named: "y").labels()
            training = try bench.archive(inputs.rows(0..<600), Array(labels[0..<600]), "training.npz")
            test = try bench.archive(inputs.rows(1400..<1700), Array(labels[1400..<1700]), "test.npz")
            model = bench.path("digits.onnx")
            let trained = try Bulwark.run([
                "train", "--data", training, "--architecture", "mlp", "--width", "16", "--epochs", "8",
                "--learning-rate", "0.01", "--output", model, "--quiet",
            ])
            try #require(trained.status == 0, "\(trained.errors)")
        }

        func assess(_ options: [String], into folder: String) throws -> Bulwark.Outcome {
            try Bulwark.run(
                [
                    "assess", model, "--data", test, "--epsilon", "0.12", "--output", bench.path(folder),
                    "--quiet",
                ] + options
            )
        }

        func assessment(_ folder: String) throws -> Assessment {
            try AssessmentJSON.decode(
                Data(contentsOf: bench.folder.appendingPathComponent("\(folder)/assessment.json"))
            )
        }

        func records(_ folder: String, _ attack: String) throws -> String {
            try String(contentsOfFile: bench.path("\(folder)/attacks/\(attack).csv"), encoding: .utf8)
        }
    }

    @Test func surrogatesOfTheDigitsFoolTheModel() throws {
        let digits = try Digits()
        let names = ["fgsm", "transfer", "transfer-answers"]
        var contents: [[String]] = []
        for threads in ["1", "2"] {
            let outcome = try digits.assess(
                ["--samples", "60", "--preset", "fast", "--threads", threads]
                    + names.dropFirst().flatMap { ["--attack", $0] },
                into: "out\(threads)"
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            contents.append(try names.dropFirst().map { try digits.records("out\(threads)", $0) })
            #expect(outcome.output.contains("transfer was made on"))
        }
        #expect(contents[0] == contents[1])
        let assessment = try digits.assessment("out1")
        let surrogates = try #require(assessment.surrogates)
        #expect(surrogates.map(\.attack) == ["transfer", "transfer-answers"])
        #expect(surrogates.map(\.samples) == [240, 2000] && surrogates.map(\.queries) == [0, 2000])
        for network in surrogates.flatMap(\.networks) {
            #expect((network.agreement.value ?? 0) > 0.6 && network.agreement.samples == 60)
        }
        #expect(surrogates[0].networks[0].architecture.contains("own layers"))
        #expect(surrogates[1].networks[0].architecture == "cnn of width 16")
        for attack in assessment.attacks {
            #expect((attack.successRate.value ?? 0) > 0.1, "\(attack.name)")
            #expect(attack.kind == "transfer" && attack.gradients.total == 0)
        }
        #expect(assessment.attacks.map { $0.queries.before ?? 0 } == [0, 2000])
        let page = try String(contentsOfFile: digits.bench.path("out1/report.html"), encoding: .utf8)
        #expect(page.contains("id=\"surrogates\"") && page.contains("2,000 labels"))
    }

    @Test func aGrayBoxSeesNoGradients() throws {
        let digits = try Digits()
        let outcome = try digits.assess(
            [
                "--samples", "40", "--knowledge", "gray-box", "--attack", "transfer", "--attack", "square",
                "--preset", "standard", "--surrogate-data", digits.training, "--norm", "linf",
            ],
            into: "gray"
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let assessment = try digits.assessment("gray")
        #expect(assessment.threat.knowledge == "gray-box")
        #expect(assessment.attacks.allSatisfy { $0.gradients.total == 0 })
        #expect(assessment.surrogates?.first?.data.contains("training.npz") == true)
        #expect(assessment.surrogates?.first?.samples == 600)
        let refused = try digits.assess(
            ["--knowledge", "gray-box", "--attack", "apgd-ce", "--samples", "40"],
            into: "none"
        )
        #expect(refused.status == 64 && refused.errors.contains("--knowledge gray-box"))
        let black = try digits.assess(
            ["--knowledge", "black-box", "--attack", "transfer", "--samples", "40"],
            into: "none"
        )
        #expect(black.status == 64 && black.errors.contains("transfer-answers"))
    }

    @Test func withNothingToLearnFromTransfersAreLeftOutOrRefused() throws {
        let bench = try Workbench()
        let (model, data) = (try bench.model(), try bench.points(90))
        func assess(_ options: [String]) throws -> Bulwark.Outcome {
            try Bulwark.run(["assess", model, "--data", data, "--epsilon", "0.02", "--quiet"] + options)
        }
        let suite = try assess(["--json"])
        #expect(suite.status == 0, "\(suite.errors)")
        let assessment = try AssessmentJSON.decode(Data(suite.output.utf8))
        #expect(!assessment.attacks.contains { $0.kind == "transfer" } && assessment.surrogates == nil)
        #expect(assessment.data.notes.contains { $0.contains("no transfer attack was run") })
        for options in [["--attack", "transfer"], ["--knowledge", "gray-box"]] {
            let refused = try assess(options)
            #expect(refused.status == 64 && refused.errors.contains("--surrogate-data"), "\(options)")
        }
        // The same file again holds nothing that is not assessed.
        let same = try assess(["--attack", "transfer", "--surrogate-data", data])
        #expect(same.status == 64 && same.errors.contains("there are 0"))
        let other = try bench.points(90, named: "others.npz", seed: 2)
        let given = try assess(["--attack", "transfer", "--surrogate-data", other, "--json"])
        #expect(given.status == 0, "\(given.errors)")
    }
}
