import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

/// What the claims of runs say of the files and the options that decided them.
struct RunClaimTests {
    private let evidence: EvidenceBench
    private static let log = ["--evidence", "log", "--evidence-key", "log.pem"]
    private static let quick = ["--suite", "quick", "--samples", "30", "--output", "out"]

    init() throws {
        evidence = try EvidenceBench()
        let created = try run([
            "log", "init", "log", "--origin", "example.com/evidence", "--private-key", "log.pem",
        ])
        #expect(created.status == 0, "\(created.errors)")
    }

    private func run(_ arguments: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run(arguments, in: evidence.bench.folder)
    }

    private func write(_ data: Data, to name: String) throws {
        try evidence.write("", to: name)
        try data.write(to: evidence.bench.folder.appendingPathComponent(name))
    }

    /// The statement of the log's only entry; nil if there is none.
    private func statement() throws -> [String: Any]? {
        let shown = try run(["log", "show", "log", "--index", "0", "--public-key", "log.pub.pem"])
        guard shown.status == 0 else { return nil }
        let text = try #require(object(Data(shown.output.utf8))["payload"] as? String)
        return try object(#require(Data(base64Encoded: text)))
    }

    private func predicate() throws -> [String: Any] {
        try #require(statement()?["predicate"] as? [String: Any])
    }

    private func object(_ data: Data) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// An array file of little-endian numbers.
    private func npy(_ type: String, _ shape: String, _ content: Data) -> Data {
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        return Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(header.utf8) + content
    }

    // MARK: Assessments

    /// Labels in a file of their own decide the accuracy as much as the samples do.
    @Test func anAssessmentNamesTheLabelsAndWhatElseDecidedIt() throws {
        _ = try evidence.bench.model(named: "m.onnx")
        let set = try DataSetReader.read(evidence.bench.points(60, named: "d.npz"))
        let inputs = set.inputs.elements.flatMap { number in
            withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
        }
        try write(npy("<f4", "(60, 2)", Data(inputs)), to: "export.csv.d/x_test.npy")
        try write(npy("|u1", "(60,)", Data(set.labels.map { UInt8($0) })), to: "export.csv.d/y_test.npy")
        let outcome = try run(
            ["assess", "m.onnx", "--data", "export.csv.d/x_test.npy", "--targeted", "--bounds", "0,1"]
                + Self.quick + Self.log
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let predicate = try predicate()
        #expect((predicate["data"] as? [String: Any])?["name"] as? String == "x_test.npy")
        let labels = try #require(predicate["labels"] as? [String: Any])
        #expect(labels["name"] as? String == "y_test.npy")
        let conditions = try #require(predicate["conditions"] as? [String: String])
        #expect(conditions["targeted"] == "true" && conditions["bounds"] == "0,1")
        #expect(conditions["suite"] == "quick")
        for name in ["constraints", "queries-per-sample", "severity"] { #expect(conditions[name] == nil) }
    }

    @Test func anAssessmentOfOneFileNamesNoLabels() throws {
        _ = try evidence.bench.model(named: "m.onnx")
        _ = try evidence.bench.points(60, named: "d.npz")
        let outcome = try run(["assess", "m.onnx", "--data", "d.npz"] + Self.quick + Self.log)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let predicate = try predicate()
        #expect(predicate["labels"] == nil)
        let conditions = try #require(predicate["conditions"] as? [String: String])
        #expect(conditions["targeted"] == nil && conditions["bounds"]?.hasPrefix("by feature, ") == true)
    }

    /// The run's own report takes the place of the weights: what was attacked is not what is there at the end.
    @Test func weightsThatWereReplacedMeanwhileAreNotStated() throws {
        try write(ExternalModel.weights, to: "out/results.sarif")
        try write(ExternalModel("out/results.sarif").bytes, to: "m.onnx")
        _ = try evidence.bench.points(60, named: "d.npz")
        let outcome = try run(["assess", "m.onnx", "--data", "d.npz"] + Self.quick + Self.log)
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("out/results.sarif: the file changed during the assessment"))
        #expect(try statement() == nil)
    }

    // MARK: Files that a model names

    @Test func aClaimIsAboutAllFilesOfAModel() throws {
        try write(ExternalModel.weights, to: "w.bin")
        try write(ExternalModel("./w.bin").bytes, to: "m.onnx")
        _ = try evidence.bench.points(60, named: "d.npz")
        let outcome = try run(["assess", "m.onnx", "--data", "d.npz"] + Self.quick + Self.log)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let subjects = try #require(statement()?["subject"] as? [[String: Any]])
        #expect(subjects.map { $0["name"] as? String } == ["m.onnx", "w.bin"])
    }

    /// Who wrote the model chose the names; what they lead to would be read, and its digest published.
    @Test(arguments: [
        ("log.pem", "a key, a passphrase or a log"), ("copy", "a key, a passphrase or a log"),
        ("log/checkpoint", "a key, a passphrase or a log"), ("passphrase", "a key, a passphrase or a log"),
        ("log", "no file"), ("nothing.bin", "not there"),
    ])
    func aModelMayNotNameWhateverItLikes(_ location: String, _ problem: String) throws {
        try FileManager.default.linkItem(atPath: evidence.path("log.pem"), toPath: evidence.path("copy"))
        try write(ExternalModel(location).bytes, to: "m.onnx")
        _ = try evidence.bench.points(60, named: "d.npz")
        let passphrase = ["--passphrase-file", "passphrase"]
        for command in [["assess"] + Self.quick, ["harden", "--epochs", "1", "--output", "h.onnx"]] {
            let outcome = try run(command + ["m.onnx", "--data", "d.npz"] + Self.log + passphrase)
            #expect(outcome.status == (problem == "not there" ? 66 : 65), "\(outcome.errors)")
            #expect(outcome.errors.contains(problem), "\(outcome.errors)")
        }
        #expect(try statement() == nil)
    }

    private static let formats: [(bytes: Data, status: Int32)] = [
        (Data("no model".utf8), 65), (Data("GGUF and more".utf8), 0), (Data([0x80, 4, 0x95, 1]), 0),
        (Data([8, 0, 0, 0, 0, 0, 0, 0]) + Data("{}      ".utf8), 0), (Data([0x50, 0x4B, 3, 4, 0]), 0),
    ]

    /// What does not parse as ONNX may name files that a runtime finds all the same.
    @Test(arguments: formats)
    func onlyOtherFormatsHaveNoOtherFiles(_ bytes: Data, _ status: Int32) throws {
        try write(bytes, to: "m.onnx")
        let outcome = try run(
            ["claim", "approve", "m.onnx", "--role", "owner", "--reason", "a test"]
                + ["--private-key", "model.pem", "--log", "log", "--log-key", "log.pem"]
        )
        #expect(outcome.status == status, "\(outcome.errors)")
    }

    @Test func aPlaceThatIsGivenTwiceIsRefused() throws {
        try write(ExternalModel.weights, to: "w.bin")
        try write(ExternalModel(place: [("location", "w.bin"), ("location", "v.bin")]).bytes, to: "m.onnx")
        _ = try evidence.bench.points(60, named: "d.npz")
        let outcome = try run(["assess", "m.onnx", "--data", "d.npz"] + Self.quick)
        #expect(outcome.status == 65 && outcome.errors.contains("given twice"), "\(outcome.errors)")
        #expect(try run(["scan", "m.onnx"]).status == 1)
    }

    // MARK: Training and hardening

    @Test func aTrainingStatesTheValuesItHad() throws {
        _ = try evidence.bench.points(60, named: "d.npz")
        let outcome = try run(["train", "--data", "d.npz", "--epochs", "1", "--output", "m.onnx"] + Self.log)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let parameters = try #require(predicate()["parameters"] as? [String: String])
        #expect(parameters["width"] == "128" && parameters["learning-rate"] == "0.001")
        #expect(parameters["momentum"] == nil && parameters["label-column"] == nil)
    }

    private static let hardenings: [([String], [String: String], [String])] = [
        (
            ["--bounds", "0,1", "--epsilon", "0.1"],
            ["norm": "linf", "epsilon": "0.1", "steps": "10", "bounds": "0,1"], ["deviation", "model-output"]
        ),
        (["--steps", "2", "--norm", "l2", "--epsilon", "0.1"], ["norm": "l2", "steps": "2"], ["deviation"]),
        (
            ["--method", "fast-adversarial-training", "--epsilon", "0.1"],
            ["norm": "linf", "epsilon": "0.1"], ["steps", "deviation"]
        ),
        (
            ["--method", "gaussian-augmentation", "--epsilon", "0.1"],
            ["deviation": "0.1"], ["norm", "epsilon", "steps"]
        ),
    ]

    /// What was not done is not stated.
    @Test(arguments: hardenings)
    func aHardeningStatesTheValuesItHad(
        _ options: [String],
        _ stated: [String: String],
        _ missing: [String]
    ) throws {
        _ = try evidence.bench.model(named: "m.onnx")
        _ = try evidence.bench.points(60, named: "d.npz")
        let outcome = try run(
            ["harden", "m.onnx", "--data", "d.npz", "--epochs", "1", "--output", "h.onnx"] + options
                + Self.log
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let parameters = try #require(predicate()["parameters"] as? [String: String])
        for (name, value) in stated { #expect(parameters[name] == value, "\(parameters)") }
        for name in missing { #expect(parameters[name] == nil, "\(parameters)") }
        #expect(parameters["bounds"] != nil)
    }

    /// The user has not named these files, so the user is told.
    @Test func theFilesThatAModelNamesAreToldBeforeAJobMayReadThem() throws {
        try write(ExternalModel.weights, to: "w.bin")
        try write(ExternalModel("w.bin").bytes, to: "m.onnx")
        _ = try evidence.bench.points(60, named: "d.npz")
        let outcome = try run(
            ["harden", "m.onnx", "--data", "d.npz", "--epochs", "1", "--output", "h.onnx", "--isolated"]
        )
        #expect(outcome.errors.contains("names further files") && outcome.errors.contains("w.bin"))
        #expect(outcome.status == 0 || outcome.errors.contains("isolation needs"), "\(outcome.errors)")
    }
}

extension ExternalModel {
    /// A model that says more of the place of its weights.
    init(place: [(key: String, value: String)]) { self.place = place }
}
