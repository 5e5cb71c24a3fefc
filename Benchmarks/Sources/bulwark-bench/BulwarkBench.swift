import ArgumentParser
import BulwarkModels
import BulwarkOneDNN
import Foundation

/// Runs one workload with Bulwark and prints one line of JSON, as the peers in `peers/*_tool.py` do.
@main
struct BulwarkBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulwark-bench",
        abstract: "Runs one workload with Bulwark."
    )

    @Argument(help: "What peers/export.py wrote.", transform: { URL(fileURLWithPath: $0) })
    var folder: URL

    @Argument(help: "The name of a workload.")
    var workload: String

    @Option(help: "The fewest repetitions.")
    var repetitions = 3

    @Option(help: "Go on repeating for as many seconds as this.")
    var seconds = 1.0

    @Option(help: "Begin no other repetition after as many seconds as this.")
    var limit = 30.0

    @Option(help: "Where to write the array of results (.npz).")
    var save: String?

    func run() throws {
        let workload = try Workload(named: workload, in: folder)
        let work = try Self.work(workload)
        let loadedBytes = Measurement.peakBytes
        let (times, outcome) = try measured(work, isLong: workload.isLong)
        if let save, !outcome.arrays.isEmpty {
            var archive = NPZWriter()
            for (name, array) in outcome.arrays.sorted(by: { $0.key < $1.key }) {
                try archive.add(array, named: name)
            }
            try archive.archive().write(to: URL(fileURLWithPath: save))
        }
        let line = Line(
            engine: "\(workload.backend.name) \(OneDNNBackend.libraryVersion)",
            workload: workload.name,
            seconds: times,
            loadedBytes: loadedBytes,
            peakBytes: Measurement.peakBytes,
            digest: outcome.numbers
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        print(String(decoding: try encoder.encode(line), as: UTF8.self))
    }

    /// What to repeat; loading and everything a caller does once is done before.
    private static func work(_ workload: Workload) throws -> () throws -> Outcome {
        switch workload.kind {
        case .attack, .earlyStoppingAttack: try attack(workload)
        case .gradient: try gradient(workload)
        case .training: try training(workload)
        case .adversarialTraining: try adversarialTraining(workload)
        case .inference: try inference(workload)
        case .matrixProduct: try matrixProduct(workload)
        case .autoAttack: try autoAttack(workload)
        case .minimumNorm: try minimumNorm(workload)
        }
    }

    /// What takes minutes is done once, and cold.
    private func measured(
        _ work: () throws -> Outcome,
        isLong: Bool
    ) throws -> ([Double], Outcome) {
        if isLong {
            let (taken, outcome) = try Measurement.time(of: work)
            return ([taken], outcome)
        }
        return try Measurement.times(repetitions: repetitions, seconds: seconds, limit: limit, of: work)
    }

    /// The one line that is printed.
    private struct Line: Encodable {
        var tool = "bulwark"
        var engine: String
        var workload: String
        var seconds: [Double]
        var loadedBytes: Int
        var peakBytes: Int
        var digest: [String: Double]
    }
}
