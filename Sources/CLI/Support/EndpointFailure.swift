import BulwarkModels
import BulwarkRemote

/// Turns faults of a served model into failures with an exit code and advice.
enum EndpointFailure {
    /// Runs `body`, turning faults of an endpoint into failures that name it.
    ///
    /// - Throws: `CommandFailure`.
    static func naming<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try blaming(name, body)
        } catch let error as RemoteError {
            let (status, hint) = advice(on: error)
            throw CommandFailure(status, "\(name): \(error)", hint: hint)
        } catch let error as RemoteAnswerError {
            throw CommandFailure(.wrongAnswer, "\(name): \(error)", hint: hint(on: error))
        } catch let stop as RunStop where stop.cause == .budget {
            throw CommandFailure(
                .usage,
                "\(name): \(stop), before the first attack",
                hint: "raise --query-budget, or lower --samples"
            )
        }
    }

    private static func advice(on error: RemoteError) -> (ExitStatus, String?) {
        switch error {
        case .address: (.usage, "give the address of the model's metadata, as in http://HOST/v2/models/NAME")
        case .header, .environment: (.usage, nil)
        case .headersInClear: (.usage, "use an https address, or say --headers-in-clear")
        case .queryBudget: (.usage, "raise --query-budget")
        case .sampleNotFinite: (.bug, nil)
        case .unreachable: (.unavailable, "look whether the server runs and the address is right")
        case .timedOut: (.tryLater, "allow longer with --timeout, or send less at once with --batch-size")
        case .retryAfter: (.tryLater, "try later, or allow longer waits with --maximum-wait")
        case .status(401, _, _), .status(403, _, _):
            (.notAllowed, "credentials go into a header, see --header-from-environment")
        case .status(404, _, _): (.notFound, "the server knows no such model")
        case .status(413, _, _): (.wrongAnswer, "send less at once with --batch-size")
        case .status(429, _, _): (.tryLater, "ask more slowly with --requests-per-second")
        case .status(502, _, _), .status(503, _, _), .status(504, _, _):
            (.unavailable, "try later, or allow more attempts with --retries")
        case .status(500..., _, _): (.unavailable, nil)
        case .status, .redirect, .redirects, .tooLarge: (.wrongAnswer, nil)
        }
    }

    private static func hint(on error: RemoteAnswerError) -> String? {
        switch error {
        case .inputs: "name one with --model-input"
        case .unknownTensor, .noOutput: "name an output with --model-output"
        case .openShape: "give the shape of a sample with --input-shape, as in 1,28,28"
        case .sampleShape: "see --input-shape"
        case .classCountUnknown: "say how many with --class-count, or name them with --label-names"
        case .classCount: "see --class-count and --label-names"
        case .ambiguousSingleScore, .notProbabilities:
            "say what it is with --scores logits or --scores probabilities"
        case .datatype(_, "BYTES"): "name the labels with --label-names"
        default: nil
        }
    }
}
