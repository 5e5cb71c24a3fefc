import ArgumentParser
import BulwarkRemote
import BulwarkTensors
import Foundation

/// Options of assessments of a served model.
struct EndpointOptions: ParsableArguments {
    @Option(
        help:
            "The most samples that are sent in all, those of repeated requests counted again; the assessment ends early when they are used up."
    )
    var queryBudget: Int?

    @Option(help: "The most samples in one request; 64 if left out.")
    var batchSize: Int?

    @Option(help: "The most requests underway at once, one if left out; results do not depend on it.")
    var concurrency: Int?

    @Option(help: "The most requests sent a second.")
    var requestsPerSecond: Double?

    @Option(help: "The most samples sent a second.")
    var samplesPerSecond: Double?

    @Option(help: "How many seconds one request may take; 30 if left out.")
    var timeout: Double?

    @Option(help: "How often a request that failed in a way that may pass is repeated; 4 times if left out.")
    var retries: Int?

    @Option(help: "The most seconds that a server may ask to be left alone; 60 if left out.")
    var maximumWait: Double?

    @Option(
        help: ArgumentHelp(
            "A header and the environment variable that holds its value; may be repeated.",
            discussion: "As in Authorization=MODEL_TOKEN. Values are in no report and no message.",
            valueName: "name=variable"
        )
    )
    var headerFromEnvironment: [String] = []

    @Option(
        help: ArgumentHelp(
            "A header and the file whose first line is its value; may be repeated.",
            valueName: "name=file"
        )
    )
    var headerFromFile: [String] = []

    @Flag(help: "Send headers to another machine even without encryption.")
    var headersInClear = false

    @Flag(
        help:
            "Keep encrypted connections for further requests: faster, but a request that the system sends again is counted once."
    )
    var keepConnections = false

    @Option(help: "The name of the model's input; the only one if left out.")
    var modelInput: String?

    @Option(help: "The shape of one sample, as in 1,28,28, where the metadata leave it open.")
    var inputShape: ShapeArgument?

    @Option(help: "What the scores are: logits or probabilities; found out if left out.")
    var scores: RemoteOptions.Scores?

    @Option(help: "How many classes there are, for a model that answers with labels as numbers.")
    var classCount: Int?

    @Option(
        help: ArgumentHelp(
            "The labels of a model that answers with texts, separated by commas.",
            discussion: "In the order in which the data number the classes; as in --classes if left out."
        )
    )
    var labelNames: String?

    func validate() throws {
        try require(queryBudget, atLeast: 1, "--query-budget")
        try require(batchSize, atLeast: 1, "--batch-size")
        try require(retries, atLeast: 0, "--retries")
        try require(classCount, atLeast: 2, "--class-count")
        if let concurrency, !(1...256).contains(concurrency) {
            throw ValidationError("--concurrency is between 1 and 256")
        }
        for (value, name) in [
            (requestsPerSecond, "--requests-per-second"), (samplesPerSecond, "--samples-per-second"),
        ] {
            if let value, !(value >= 0.001 && value <= 1e6) {
                throw ValidationError("\(name) is between 0.001 and 1000000")
            }
        }
        if let timeout, !(timeout >= 0.001 && timeout <= 86_400) {
            throw ValidationError("--timeout is between 0.001 and 86400 seconds")
        }
        if let maximumWait, !(maximumWait >= 0 && maximumWait <= 86_400) {
            throw ValidationError("--maximum-wait is between 0 and 86400 seconds")
        }
        try validateHeaders()
    }

    private func require(_ value: Int?, atLeast least: Int, _ name: String) throws {
        if let value, value < least { throw ValidationError("\(name) is at least \(least)") }
    }

    /// The first of these options that was given; nil if none was.
    var given: String? {
        let values: [(String, Bool)] = [
            ("--query-budget", queryBudget != nil), ("--batch-size", batchSize != nil),
            ("--concurrency", concurrency != nil), ("--requests-per-second", requestsPerSecond != nil),
            ("--samples-per-second", samplesPerSecond != nil), ("--timeout", timeout != nil),
            ("--retries", retries != nil), ("--maximum-wait", maximumWait != nil),
            ("--header-from-environment", !headerFromEnvironment.isEmpty),
            ("--header-from-file", !headerFromFile.isEmpty), ("--headers-in-clear", headersInClear),
            ("--keep-connections", keepConnections), ("--model-input", modelInput != nil),
            ("--input-shape", inputShape != nil), ("--scores", scores != nil),
            ("--class-count", classCount != nil), ("--label-names", labelNames != nil),
        ]
        return values.first(where: \.1)?.0
    }

    /// What is known of a model beside its metadata.
    ///
    /// - Parameters:
    ///   - output: The name of the output.
    ///   - classNames: The names of the data's classes in order, which labels that are texts may be.
    /// - Returns: What was typed, and nothing where nothing was.
    /// - Throws: `CommandFailure` if a name is there twice.
    func knowledge(output: String?, classNames: [String]?) throws -> RemoteOptions {
        let names = labelNameList ?? classNames
        if let names, Set(names).count != names.count {
            throw CommandFailure(.usage, "a label is named twice: \(names.joined(separator: ", "))")
        }
        var options = RemoteOptions()
        options.input = modelInput
        options.output = output
        options.sampleShape = inputShape?.shape
        options.scores = scores ?? .automatic
        options.classCount = classCount
        options.classNames = names
        return options
    }

    private var labelNameList: [String]? {
        labelNames?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// How the endpoint may be asked.
    ///
    /// - Throws: `CommandFailure` if a header has no value.
    func rules(seed: UInt64) throws -> TrafficRules {
        var rules = TrafficRules()
        rules.queryBudget = queryBudget
        rules.maximumBatch = batchSize ?? rules.maximumBatch
        rules.maximumConcurrency = concurrency ?? rules.maximumConcurrency
        rules.requestsPerSecond = requestsPerSecond
        rules.samplesPerSecond = samplesPerSecond
        rules.timeout = timeout.map { .seconds($0) } ?? rules.timeout
        rules.maximumRetries = retries ?? rules.maximumRetries
        rules.maximumWait = maximumWait.map { .seconds($0) } ?? rules.maximumWait
        rules.headers = try headers()
        rules.allowsHeadersInClear = headersInClear
        rules.keepsConnections = keepConnections
        rules.seed = seed
        return rules
    }
}

extension RemoteOptions.Scores: ExpressibleByArgument {}

/// A shape as typed: `1,28,28`.
struct ShapeArgument: ExpressibleByArgument {
    let shape: Shape

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            Int($0.trimmingCharacters(in: .whitespaces))
        }
        let extents = parts.compactMap(\.self)
        guard extents.count == parts.count, extents.allSatisfy({ $0 > 0 }), let shape = try? Shape(extents)
        else {
            return nil
        }
        self.shape = shape
    }
}
