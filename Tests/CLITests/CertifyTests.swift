import BulwarkCLI
import BulwarkEvaluation
import BulwarkModels
import BulwarkReports
import BulwarkTensors
import Foundation
import Testing

/// `bulwark assess` with certificates and with a twin.
struct CertifyTests {
    private func assess(
        _ bench: Workbench,
        epsilon: String = "0.1",
        _ more: [String],
        folder: String
    ) throws -> Bulwark.Outcome {
        try Bulwark.run(
            [
                "assess", bench.model(), "--data", bench.points(60), "--suite", "quick", "--epsilon", epsilon,
                "--output", folder, "--quiet",
            ] + more
        )
    }

    private func read(_ folder: String) throws -> Assessment {
        try AssessmentJSON.decode(Data(contentsOf: URL(fileURLWithPath: folder + "/assessment.json")))
    }

    @Test func certificatesAreWrittenAndBracketTheAttacks() throws {
        let bench = try Workbench()
        let folder = bench.path("out")
        let outcome = try assess(bench, epsilon: "0.2", ["--certify", "ibp,crown"], folder: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let certificates = try #require(try read(folder).certificates)
        let bracket = try #require(certificates.bracket)
        #expect(certificates.results.map(\.method) == ["ibp", "crown"])
        #expect(certificates.contradictions.isEmpty && bracket.certified.samples == 60)
        // The model is affine, so everything is known of every sample.
        #expect(bracket.gap.value == 0)
        #expect((bracket.certified.value ?? 0) > 0.1 && (bracket.certified.value ?? 1) < 0.99)
        for method in ["ibp", "crown"] {
            let text = try String(contentsOfFile: "\(folder)/certificates/\(method).csv", encoding: .utf8)
            #expect(text.split(whereSeparator: \.isNewline).count == 61)
        }
        let page = try String(contentsOfFile: folder + "/report.html", encoding: .utf8)
        #expect(page.contains("What no attack can break"))
        #expect(outcome.output.contains("certified accuracy"))
    }

    @Test func smoothingAndCleverTakeTheirOptions() throws {
        let bench = try Workbench()
        let folder = bench.path("out")
        let outcome = try assess(
            bench,
            [
                "--certify", "smoothing,clever", "--smoothing-sigma", "0.5", "--smoothing-samples", "200",
                "--smoothing-alpha", "0.01", "--clever-batches", "3", "--clever-batch-size", "8",
                "--certify-samples", "10",
            ],
            folder: folder
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let certificates = try #require(try read(folder).certificates)
        #expect(certificates.results.map(\.samples) == [10, 10])
        #expect(certificates.results[0].settings.contains("0.5, 200 draws"))
        #expect(certificates.results[1].settings.contains("3 batches of 8"))
        #expect(certificates.bracket == nil)
    }

    @Test func nothingIsCertifiedIfNothingIsToBe() throws {
        let bench = try Workbench()
        for (number, more) in [["--certify", "none"], []].enumerated() {
            let folder = bench.path("out\(number)")
            #expect(try assess(bench, more, folder: folder).status == 0)
            #expect(try read(folder).certificates == nil)
        }
    }

    @Test(arguments: [
        (["--certify", "magic"], ["magic"]),
        (["--certify", "ibp,ibp"], ["ibp,ibp"]),
        (["--certify", "ibp,none"], ["ibp,none"]),
        (["--certify", "crown", "--norm", "l1"], ["crown", "l1"]),
        (["--certify", "trees"], ["trees", "does not apply"]),
        (["--certify-samples", "0"], ["--certify-samples"]),
        (["--smoothing-sigma", "0"], ["--smoothing-sigma"]),
        (["--smoothing-alpha", "1"], ["--smoothing-alpha"]),
        (["--clever-batches", "0"], ["--clever-batches"]),
    ])
    func whatMakesNoSenseIsRefused(more: [String], says: [String]) throws {
        let bench = try Workbench()
        let outcome = try assess(bench, more, folder: bench.path("out"))
        #expect(outcome.status == 64, "\(outcome.errors)")
        for text in says { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
        #expect(!bench.exists("out/assessment.json"))
    }

    @Test func theTwinIsAttacked() throws {
        let bench = try Workbench()
        let folder = bench.path("out")
        let twin = try bench.model(named: "twin.onnx")
        let outcome = try assess(bench, ["--undefended-twin", twin], folder: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let check = try #require(
            try read(folder).sanityChecks.first { $0.id == "undefended-twin-breaks" }
        )
        #expect(check.status == .fail, "the twin is the model, and the radius leaves most of it")
        #expect(check.evidence.hasPrefix("pgd left "))
        let missing = try assess(bench, ["--undefended-twin", bench.path("no.onnx")], folder: folder)
        #expect(missing.status == 66)
    }

    @Test func aTwinOfOtherShapeIsRefused() throws {
        let bench = try Workbench()
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 5])
        let weight = try builder.parameter("w", Tensor([5, 3], repeating: 1))
        let logits = try builder.apply(MatMul(), to: [input, weight])
        try ONNXWriter.data(for: builder.graph(outputs: [logits]), name: "wide", version: "test")
            .write(to: bench.folder.appendingPathComponent("wide.onnx"))
        let outcome = try assess(
            bench,
            ["--undefended-twin", bench.path("wide.onnx")],
            folder: bench.path("out")
        )
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("wide.onnx") && outcome.errors.contains("[5]"))
    }

    /// Reports are written by then; the exit code says that one of our numbers is wrong.
    @Test func aContradictionHasItsExitCode() throws {
        let bench = try Workbench()
        let folder = bench.path("out")
        _ = try assess(bench, ["--certify", "ibp"], folder: folder)
        var assessment = try read(folder)
        try assessment.requireConsistency()
        assessment.certificates?.contradictions = [
            .init(method: "ibp", attack: "pgd", sample: 4, certifiedRadius: 0.2, distance: 0.1)
        ]
        do {
            try assessment.requireConsistency()
            Issue.record("a contradiction is no success")
        } catch let failure as CommandFailure {
            #expect(failure.status == .bug)
            #expect(failure.message.contains("sample 4") && failure.hint != nil)
        }
    }
}
