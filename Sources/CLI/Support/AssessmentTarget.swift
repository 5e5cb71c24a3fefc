import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors

/// What is assessed: a model in a file, or one that is served.
protocol AssessmentTarget {
    /// How it was named on the command line, for messages and reports.
    var name: String { get }
    /// What it calls the classes, in the order of the scores, if it says so.
    var classNames: [String]? { get }
    /// The shape of one sample.
    var inputShape: Shape { get }

    /// Finds out what the model answers with.
    ///
    /// - Parameters:
    ///   - samples: Some clean samples, `[N, …]`.
    ///   - reserve: How many samples the judge has to be able to ask about when attacks may not ask any more.
    ///   - engine: Backend and threads.
    /// - Returns: The model with as much access as it gives.
    /// - Throws: `CommandFailure` that names the target.
    func opened(lookingAt samples: Tensor, keeping reserve: Int, engine: EngineOptions) throws -> OpenedTarget

    /// Runs `body`, turning faults of the target into failures that name it.
    ///
    /// - Throws: `CommandFailure`.
    func naming<Result>(_ body: () throws -> Result) throws -> Result

    /// Ends the command with the exit code of what went wrong with the target while it was attacked, if
    /// something did; reports are written by then.
    ///
    /// - Throws: `CommandFailure`.
    func requireNoFailure() throws
}

/// A target with as much access as it gives.
struct OpenedTarget {
    /// What the adversary can be given at most.
    enum Access {
        /// Gradients flow from the inputs to the scores.
        case gradients(any ActivationAccess)
        /// Only the scores are there, for the reason given in words; the judge asks the second model.
        case scores(any ScoreAccess, obstacle: String, judge: (any LabelAccess)?)
        /// Only the labels are there.
        case labels(any LabelAccess, obstacle: String, judge: (any LabelAccess)?)
    }

    let access: Access
    /// What the report says of it.
    var description: Assessment.Model
    /// What computes it, for the report.
    let backend: String
    /// The layers whose answers are assessed; nil if they are not known.
    var graph: ClassifierGraph?
    /// What a served model was asked so far; nil for a file.
    var endpoint: (() -> Assessment.Endpoint)?

    /// The labels, which all give.
    var labelAccess: any LabelAccess {
        switch access {
        case .gradients(let model): model
        case .scores(let model, _, _): model
        case .labels(let model, _, _): model
        }
    }

    /// Why there are no gradients, in words; nil if there are.
    var obstacle: String? {
        switch access {
        case .gradients: nil
        case .scores(_, let obstacle, _), .labels(_, let obstacle, _): obstacle
        }
    }

    /// Whether attacks can see scores.
    var showsScores: Bool { if case .labels = access { false } else { true } }

    /// What a reader has to know of a model that gives no gradients; nil if it does.
    static func remark(on obstacle: String, showsScores: Bool) -> String {
        "the model gives no gradients, because \(obstacle): only attacks that ask for labels"
            + (showsScores ? " or scores" : "") + " run against it"
    }
}
