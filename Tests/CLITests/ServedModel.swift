import BulwarkEvaluation
import BulwarkModels
import BulwarkReports
import BulwarkTensors
import Foundation
import TestSupport

/// A model that is there as a file and behind a server, samples for it, and an output folder.
struct ServedModel {
    let bench: Workbench
    /// The file.
    let model: String
    let data: String
    let server: ModelServer

    /// Serves the network of known weights, with 24 samples in three clusters.
    init(
        _ answers: ModelServer.Answers = .scores,
        trouble: @escaping ModelServer.Trouble = { _, _ in nil }
    ) throws {
        bench = try Workbench()
        (model, data) = (try bench.model(), try bench.points(24))
        server = try ModelServer(try Self.classifier(model), answers, trouble: trouble)
    }

    /// Serves the model of a file.
    init(_ bench: Workbench, model: String, data: String) throws {
        (self.bench, self.model, self.data) = (bench, model, data)
        server = try ModelServer(try Self.classifier(model))
    }

    /// A model as the command computes it with `--backend reference`.
    private static func classifier(_ path: String) throws -> GraphClassifier {
        let model = try ONNXReader.read(contentsOf: URL(fileURLWithPath: path))
        return GraphClassifier(
            try ClassifierGraph(model.graph),
            backend: ReferenceBackend(),
            execution: Execution(threads: 1)
        )
    }

    /// What attacks that cost little find within a radius that breaks some samples.
    static let quickly = [
        "--epsilon", "0.25", "--attack", "noise", "--preset", "fast", "--queries-per-sample", "20",
    ]

    /// Assesses the served model.
    func assess(
        _ options: [String] = quickly,
        into folder: String = "served",
        with variables: [String: String] = [:]
    ) throws -> Bulwark.Outcome {
        // A busy machine may need longer than anybody would wait for a served model.
        let patient = options.contains("--timeout") ? options : options + ["--timeout", "600"]
        return try Bulwark.run(arguments(server.address, patient, folder), with: variables)
    }

    /// Assesses the file as the same adversary would.
    func assessFile(_ options: [String] = quickly, into folder: String = "file") throws -> Bulwark.Outcome {
        try Bulwark.run(arguments(model, options, folder) + ["--knowledge", "black-box"])
    }

    private func arguments(_ target: String, _ options: [String], _ folder: String) -> [String] {
        ["assess", target, "--data", data, "--backend", "reference", "--output", bench.path(folder)]
            + options
    }

    /// What was written into a folder.
    func assessment(_ folder: String = "served") throws -> Assessment {
        try AssessmentJSON.decode(
            Data(contentsOf: URL(fileURLWithPath: bench.path("\(folder)/assessment.json")))
        )
    }

    func records(_ attack: String, _ folder: String = "served") throws -> String {
        try String(contentsOfFile: bench.path("\(folder)/attacks/\(attack).csv"), encoding: .utf8)
    }

    /// Everything in a folder, as one text.
    func everything(in folder: String = "served") throws -> String {
        let names = FileManager.default.enumerator(atPath: bench.path(folder))?.allObjects as? [String] ?? []
        return names.sorted().compactMap {
            FileManager.default.contents(atPath: bench.path("\(folder)/\($0)"))
        }
        .map { String(decoding: $0, as: UTF8.self) }.joined()
    }
}
