import ArgumentParser
import BulwarkModels
import BulwarkOneDNN
import BulwarkProvenance
import Foundation

/// Options that every command takes.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    @Flag(help: "Show no progress.")
    var quiet = false

    @Option(help: "The seed of every random number.")
    var seed: UInt64 = 0

    var progress: ProgressDisplay { ProgressDisplay(isQuiet: quiet) }
}

/// Options of the commands that compute with a model.
struct EngineOptions: ParsableArguments {
    @Option(help: "How many samples' blocks run at once; results do not depend on it.")
    var threads: Int = max(ProcessInfo.processInfo.activeProcessorCount, 1)

    @Option(help: "What computes: onednn, or the slow reference.")
    var backend: BackendName = .onednn

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads is between 1 and 1024") }
    }

    var execution: Execution { Execution(threads: threads) }

    /// What claims say of this program, this machine and what computes on it.
    var environment: ClaimedEnvironment { .current(backend: backend.described, threads: threads) }
}

/// The backends by name.
enum BackendName: String, ExpressibleByArgument, CaseIterable {
    case onednn, reference

    var backend: any Backend {
        switch self {
        case .onednn: OneDNNBackend()
        case .reference: ReferenceBackend()
        }
    }

    /// The name, with the version of the library underneath.
    var described: String {
        switch self {
        case .onednn: "\(rawValue) \(OneDNNBackend.libraryVersion)"
        case .reference: rawValue
        }
    }
}

/// Options that say where labelled samples are.
struct DataOptions: ParsableArguments {
    @Option(help: "Labelled samples: .npz (x and y), .npy, .csv, IDX (.gz).")
    var data: String

    @Option(help: "The file of labels, for .npy and IDX; found by its name if left out.")
    var labels: String?

    @Option(help: "The column of a CSV file that holds the labels, by name or number from 1.")
    var labelColumn: String?

    @Option(
        help:
            "The names of a CSV file's classes in the model's order, separated by commas; as the model has them, or alphabetical, if left out."
    )
    var classes: String?

    /// All files that are read: the samples, and the labels where they have a file of their own.
    ///
    /// - Throws: `CommandFailure` that names the file.
    func files() throws -> [String] {
        try reading(data) { try DataSetReader.files(of: data, labels: labels) }
    }

    /// The options that decide how the labels are read, as text, by name; those that were left out are not there.
    var stated: [String: String] {
        ["label-column": labelColumn, "classes": classes].compactMapValues(\.self)
    }

    /// Reads the samples.
    ///
    /// - Parameter classNames: What a model calls its classes, in its order.
    /// - Returns: At least one sample.
    /// - Throws: `CommandFailure` that names the file.
    func read(namedBy classNames: [String]? = nil) throws -> DataSet {
        let data = try reading(self.data) {
            let data = try DataSetReader.read(self.data, labels: labels, labelColumn: labelColumn)
            return try ordered(data, as: classNames)
        }
        guard data.sampleCount > 0 else { throw CommandFailure(.badInput, "\(self.data): no samples") }
        return data
    }

    /// The classes as the user names them, in order; nil if nobody did.
    var classNames: [String]? { classes.map(Self.names) }

    private static func names(_ list: String) -> [String] {
        list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// The data with classes numbered as the user says, or as the model does.
    private func ordered(_ data: DataSet, as classNames: [String]?) throws -> DataSet {
        guard let classes else {
            return try classNames.flatMap { try data.numbered(byNames: $0) } ?? data
        }
        let order = Self.names(classes)
        guard let names = data.classNames else {
            throw CommandFailure(
                .usage,
                "\(self.data): --classes needs labels that are names; these are numbers"
            )
        }
        let numbers = try names.map { name in
            guard let number = order.firstIndex(of: name) else {
                throw CommandFailure(
                    .usage,
                    "\(self.data): the class '\(name)' is not among --classes \(classes)"
                )
            }
            return number
        }
        return try DataSet(
            inputs: data.inputs,
            labels: data.labels.map { numbers[$0] },
            classNames: order,
            featureNames: data.featureNames,
            notes: data.notes
        )
    }
}
