import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Assessments of served models that answer as they should, sooner or later.
struct EndpointTests {
    /// Handwritten digits, and a network that was trained on others of them.
    private func digits(_ bench: Workbench) throws -> ServedModel {
        let file = Vectors.folder.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/CLI/Resources/optdigits.npz")
        let archive = try NPZReader(Data(contentsOf: file))
        let inputs = try archive.tensor(named: "x").map { $0 / 16 }
        let labels = try archive.array(named: "y").labels()
        let training = try bench.archive(inputs.rows(0..<600), Array(labels[0..<600]), "training.npz")
        let test = try bench.archive(inputs.rows(1700..<1716), Array(labels[1700..<1716]), "test.npz")
        let model = bench.path("digits.onnx")
        let trained = try Bulwark.run([
            "train", "--data", training, "--architecture", "mlp", "--width", "8", "--epochs", "6",
            "--learning-rate", "0.01", "--output", model, "--quiet",
        ])
        try #require(trained.status == 0, "\(trained.errors)")
        return try ServedModel(bench, model: model, data: test)
    }

    @Test func aServedNetworkGivesTheRecordsOfItsFile() throws {
        let served = try digits(Workbench())
        let names = ["square", "hop-skip-jump", "noise"]
        let options =
            ["--epsilon", "0.15", "--preset", "fast", "--queries-per-sample", "60", "--seed", "3", "--quiet"]
            + names.flatMap { ["--attack", $0] }
        let remote = try served.assess(options)
        #expect(remote.status == 0, "\(remote.errors)")
        #expect(remote.errors.isEmpty)
        let local = try served.assessFile(options)
        #expect(local.status == 0, "\(local.errors)")
        for name in names {
            let records = try served.records(name)
            #expect(try records == served.records(name, "file"), "\(name)")
            #expect(records.contains("true"), "\(name)")
        }
        let (one, other) = (try served.assessment(), try served.assessment("file"))
        #expect(one.cleanAccuracy == other.cleanAccuracy && (one.cleanAccuracy.value ?? 0) > 0.6)
        #expect(one.worstCase == other.worstCase)
        #expect((one.worstCase.robustAccuracy.value ?? 1) < (one.cleanAccuracy.value ?? 0))
        #expect(one.resilienceCurve == other.resilienceCurve)
        #expect(one.verdict == other.verdict)
        #expect(one.attacks.map(\.queries) == other.attacks.map(\.queries))
        #expect(one.attacks.allSatisfy { !$0.isStrong })
        #expect(other.model.endpoint == nil && other.model.parameterCount != nil)
    }

    @Test func theReportSaysWhatWasAsked() throws {
        let served = try ServedModel()
        let outcome = try served.assess()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let assessment = try served.assessment()
        let endpoint = try #require(assessment.model.endpoint)
        #expect(endpoint.address == served.server.address && assessment.model.path == endpoint.address)
        #expect(endpoint.platform == "test" && endpoint.version == "3")
        #expect(endpoint.requests == served.server.requests.count)
        #expect(endpoint.samplesSent == served.server.samplesReceived)
        #expect(endpoint.samplesAsked == endpoint.samplesSent)
        #expect(endpoint.retries == 0 && endpoint.lost == 0 && endpoint.refusals.isEmpty)
        #expect(assessment.model.parameterCount == nil)
        #expect(assessment.model.sha256.count == 64)
        #expect(assessment.threat.knowledge == "black-box")
        #expect(assessment.model.notes.contains { $0.contains("gives no gradients") })
        #expect(outcome.output.contains("Asked: "))
        let page = try String(contentsOfFile: served.bench.path("served/report.html"), encoding: .utf8)
        #expect(page.contains("<dt>Asked</dt>") && page.contains("of its metadata"))
        for id in ["model-is-deterministic", "samples-are-independent"] {
            #expect(assessment.sanityChecks.first { $0.id == id }?.status == .pass)
        }
    }

    @Test func aServerThatIsUnsteadyIsFound() throws {
        // Some requests are answered as if they were about class 0.
        let served = try ServedModel { request, number in
            guard number == 4, let count = ModelServer.sampleCount(of: request) else { return nil }
            let row = Array(repeating: "1,0,0", count: count).joined(separator: ",")
            return .answer(
                #"{"outputs":[{"name":"z","datatype":"FP32","shape":[\#(count),3],"data":[\#(row)]}]}"#
            )
        }
        let outcome = try served.assess()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let check = try served.assessment().sanityChecks.first { $0.id == "model-is-deterministic" }
        #expect(check?.status == .fail)
    }

    @Test func refusedAndLostRequestsAreRepeatedAndCountedApart() throws {
        let served = try ServedModel { _, number in
            switch number {
            case 3: .answer(429, #"{"error":"slowly"}"#, headers: ["Retry-After": "0"])
            case 9: .drop
            default: nil
            }
        }
        let outcome = try served.assess()
        #expect(outcome.status == 0, "\(outcome.errors)")
        _ = try served.assessFile()
        #expect(try served.records("noise") == served.records("noise", "file"))
        let endpoint = try #require(try served.assessment().model.endpoint)
        #expect(endpoint.retries == 2 && endpoint.lost == 1 && endpoint.refusals == ["429": 1])
        #expect(endpoint.samplesSent > endpoint.samplesAsked)
        #expect(endpoint.samplesSent == served.server.samplesReceived)
        #expect(endpoint.requests == served.server.requests.count)
        #expect(endpoint.secondsWaited > 0)
        #expect(outcome.output.contains("status 429: 1"))
    }

    @Test func aModelOfLabelsIsAttackedByLabels() throws {
        let served = try ServedModel(.labels)
        let options = [
            "--epsilon", "0.25", "--attack", "hop-skip-jump", "--attack", "noise", "--preset", "fast",
            "--queries-per-sample", "60",
        ]
        let outcome = try served.assess(options + ["--class-count", "3"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        _ = try served.assessFile(options)
        for name in ["hop-skip-jump", "noise"] {
            #expect(try served.records(name) == served.records(name, "file"), "\(name)")
        }
        let assessment = try served.assessment()
        #expect(assessment.model.outputForm == "labels")
        #expect(assessment.model.classCount == 3)
        let scores = assessment.sanityChecks.first { $0.id == "outputs-are-logits" }
        #expect(scores?.status == .skipped)

        let square = try served.assess(["--attack", "square", "--class-count", "3"], into: "none")
        #expect(square.status == 64 && square.errors.contains("labels only"))
        let unknown = try served.assess(options, into: "none")
        #expect(unknown.status == 76 && unknown.errors.contains("--class-count"))
        let suite = try served.assess(
            ["--suite", "autoattack-standard", "--epsilon", "0.25", "--class-count", "3"],
            into: "suite"
        )
        #expect(suite.status == 0, "\(suite.errors)")
        let left = try served.assessment("suite")
        #expect(left.attacks.isEmpty && left.verdict == .inconclusive)
    }

    @Test func namesOfClassesReadLabelsThatAreTexts() throws {
        let served = try ServedModel(.texts)
        let named = ["--label-names", "class 0,class 1,class 2"]
        let outcome = try served.assess(ServedModel.quickly + named)
        #expect(outcome.status == 0, "\(outcome.errors)")
        _ = try served.assessFile()
        #expect(try served.records("noise") == served.records("noise", "file"))
        let unnamed = try served.assess(into: "none")
        #expect(unnamed.status == 76 && unnamed.errors.contains("--label-names"))
        let short = try served.assess(
            ServedModel.quickly + ["--label-names", "class 0,class 1"],
            into: "none"
        )
        #expect(short.status == 65, "the data have three classes")
        let twice = try served.assess(ServedModel.quickly + ["--label-names", "a,b,a"], into: "none")
        #expect(twice.status == 64)
    }
}
