import BulwarkModels
import BulwarkTensors
import Foundation

/// The built command, run as a process of its own.
enum Bulwark {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The executable lies beside the test bundle.
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("bulwark")

    /// Runs the command and waits for it.
    static func run(
        _ arguments: [String],
        in folder: URL? = nil,
        with variables: [String: String] = [:]
    ) throws -> Outcome {
        let process = try start(arguments, in: folder, with: variables)
        let output = try process.output.fileHandleForReading.readToEnd() ?? Data()
        process.process.waitUntilExit()
        let errors = (try? Data(contentsOf: process.errors)) ?? Data()
        try? FileManager.default.removeItem(at: process.errors)
        return Outcome(
            status: process.process.terminationStatus,
            output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self)
        )
    }

    /// Starts the command; standard error goes to a file, so that no pipe can fill up.
    static func start(
        _ arguments: [String],
        in folder: URL? = nil,
        with variables: [String: String] = [:]
    ) throws -> (process: Process, output: Pipe, errors: URL) {
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent(
            "bulwark-\(UUID().uuidString).err"
        )
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        let process = Process()
        let output = Pipe()
        process.executableURL = executable
        process.arguments = arguments
        if !variables.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        }
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        if let folder { process.currentDirectoryURL = folder }
        try process.run()
        return (process, output, errors)
    }
}

/// A folder of files for one test, removed at the end.
final class Workbench {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("bulwark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    /// Three clusters of points in the unit square, labelled by cluster.
    func points(_ count: Int, named name: String = "points.npz", seed: UInt64 = 1) throws -> String {
        var random = SeededRandom(seed: seed, stream: "points")
        let labels = (0..<count).map { $0 % 3 }
        let centers: [(Float, Float)] = [(0.25, 0.25), (0.75, 0.3), (0.5, 0.8)]
        let inputs = Tensor([count, 2]) { target in
            for (row, label) in labels.enumerated() {
                target[2 * row] = min(max(centers[label].0 + 0.05 * random.normal(), 0), 1)
                target[2 * row + 1] = min(max(centers[label].1 + 0.05 * random.normal(), 0), 1)
            }
        }
        return try archive(inputs, labels, name)
    }

    func archive(_ inputs: Tensor, _ labels: [Int], _ name: String) throws -> String {
        var writer = NPZWriter()
        try writer.add(inputs, named: "x")
        try writer.add(labels, named: "y")
        try writer.archive().write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    /// A network of known weights that tells the clusters apart: scores are minus the squared distance, up to
    /// a constant.
    func model(named name: String = "model.onnx") throws -> String {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 2])
        let weight = try builder.parameter("w", Tensor([2, 3], [10, 30, 20, 10, 12, 32]))
        let bias = try builder.parameter("b", Tensor([3], [-2.5, -13.05, -17.8]))
        let logits = try builder.apply(Gemm(), to: [input, weight, bias])
        let bytes = try ONNXWriter.data(
            for: builder.graph(outputs: [logits]),
            name: "clusters",
            version: "test"
        )
        try bytes.write(to: folder.appendingPathComponent(name))
        return path(name)
    }
}
