import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import Foundation

/// A workload of `workloads.json` with its inputs.
struct Workload {
    /// What is done.
    enum Kind: String, Decodable {
        case attack = "pgd"
        case earlyStoppingAttack = "pgd-early-stop"
        case gradient
        case training = "train"
        case adversarialTraining = "adversarial-train"
        case inference
        case matrixProduct = "matrix-product"
        case autoAttack = "autoattack"
        case minimumNorm = "minimum-norm"
    }

    /// Why a workload cannot be read.
    enum Failure: Error, CustomStringConvertible {
        case unknownWorkload(String)
        case unknownModel(String)
        case missingField(String, workload: String)
        case noWeights(String, workload: String)
        case unknownAttack(String, workload: String)

        var description: String {
            switch self {
            case .unknownWorkload(let name): "workloads.json has no workload '\(name)'"
            case .unknownModel(let name): "workloads.json has no model '\(name)'"
            case .noWeights(let name, let workload):
                "the model of '\(workload)' has no single tensor for '\(name)'"
            case .unknownAttack(let attack, let workload):
                "workload '\(workload)' asks for an attack '\(attack)', which is not among those compared"
            case .missingField(let field, let workload): "workload '\(workload)' has no '\(field)'"
            }
        }
    }

    let folder: URL
    let threads: Int
    private let entry: Entry
    /// The samples, as many as the workload takes; none for a matrix product.
    let inputs: Tensor
    let labels: [Int]

    init(named name: String, in folder: URL) throws {
        let json = try Data(contentsOf: folder.appendingPathComponent("workloads.json"))
        let listing = try JSONDecoder().decode(Listing.self, from: json)
        guard let entry = listing.workloads.first(where: { $0.name == name }) else {
            throw Failure.unknownWorkload(name)
        }
        self.folder = folder
        self.entry = entry
        threads = listing.threads
        if entry.kind == .matrixProduct {
            (inputs, labels) = (Tensor([0]), [])
            return
        }
        guard let model = listing.models[entry.model] else { throw Failure.unknownModel(entry.model) }
        let archive = try NPZReader(Data(contentsOf: folder.appendingPathComponent("\(model.data).npz")))
        inputs = try archive.tensor(named: "x").rows(0..<entry.samples)
        labels = Array(try archive.array(named: "y").labels()[0..<entry.samples])
    }

    var name: String { entry.name }
    var kind: Kind { entry.kind }
    var batch: Int { entry.batch }
    var samples: Int { entry.samples }
    /// Whether it takes so long that it is done once.
    var isLong: Bool { entry.isLong ?? false }
    var steps: Int { get throws { try require(entry.steps, "steps") } }
    var stepSize: Float { get throws { try require(entry.stepSize, "stepSize") } }
    var epsilon: Float { get throws { try require(entry.epsilon, "epsilon") } }
    var learningRate: Float { get throws { try require(entry.learningRate, "learningRate") } }
    var momentum: Float { get throws { try require(entry.momentum, "momentum") } }
    var times: Int { get throws { try require(entry.times, "times") } }
    var norm: Norm { get throws { try require(entry.norm, "norm") } }
    var attack: String { get throws { try require(entry.attack, "attack") } }
    var searchSteps: Int { get throws { try require(entry.searchSteps, "searchSteps") } }
    var initialConstant: Float { get throws { try require(entry.initialConstant, "initialConstant") } }

    /// The positions of the samples of each batch.
    var batches: [Range<Int>] {
        stride(from: 0, to: samples, by: batch).map { $0..<min($0 + batch, samples) }
    }

    /// The model as it was exported.
    func graph() throws -> Graph {
        try ONNXReader.read(contentsOf: folder.appendingPathComponent("\(entry.model).onnx")).graph
    }

    private func require<Value>(_ value: Value?, _ field: String) throws -> Value {
        guard let value else { throw Failure.missingField(field, workload: name) }
        return value
    }

    private struct Listing: Decodable {
        var threads: Int
        var models: [String: Model]
        var workloads: [Entry]
    }

    private struct Model: Decodable { var data: String }

    private struct Entry: Decodable {
        var name: String
        var kind: Kind
        var model: String
        var samples: Int
        var batch: Int
        var steps: Int?
        var stepSize: Float?
        var epsilon: Float?
        var learningRate: Float?
        var momentum: Float?
        var times: Int?
        var isLong: Bool?
        var norm: Norm?
        var attack: String?
        var searchSteps: Int?
        var initialConstant: Float?
    }
}
