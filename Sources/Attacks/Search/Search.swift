import BulwarkModels
import BulwarkTensors

/// An attack that is written for one sample and asks about it.
///
/// `SearchRun` works on many samples at once and has their questions answered together.
public protocol Search: Attack {
    /// Which of the points that reach the aim the attack is after.
    var keeping: Keeping { get }
    /// The most queries for one sample, its own label included; nil for as many as the attack asks for.
    var queryBudget: Int? { get }
    /// The fewest classes it is defined for.
    var minimumClassCount: Int { get }
}

extension Search {
    /// No limit but the attack's own.
    public var queryBudget: Int? { nil }
    /// Two.
    public var minimumClassCount: Int { 2 }
}

/// A search that needs labels only.
public protocol DecisionSearch: Search, LabelOnlyAttack {
    /// Looks for a point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    func search(_ oracle: some LabelOracle) async throws
}

/// A search that needs scores.
public protocol ScoreSearch: Search, ScoreAttack {
    /// Looks for a point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    func search(_ oracle: some ScoreOracle) async throws
}

/// A search that follows gradients.
public protocol GradientSearch: Search, WhiteBoxAttack {
    /// Looks for a point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    func search(_ oracle: some GradientOracle) async throws
}

extension DecisionSearch {
    /// One candidate for each sample.
    ///
    /// - Throws: What the model throws.
    public func perturb(
        _ batch: Batch,
        against model: some LabelAccess,
        random: RandomSource
    ) throws -> Perturbed {
        let run = try SearchRun(self, batch, random: random, model) { try await search($0) }
        if let model = model as? any ScoreAccess {
            try run.askForScores(model, sees: .labels)
        } else {
            try run.ask(LabelAnswers(model: model), capacity: batch.count, sees: .labels)
        }
        return run.perturbed
    }
}

extension ScoreSearch {
    /// One candidate for each sample.
    ///
    /// - Throws: What the model throws.
    public func perturb(
        _ batch: Batch,
        against model: some ScoreAccess,
        random: RandomSource
    ) throws -> Perturbed {
        let run = try SearchRun(self, batch, random: random, model) { try await search($0) }
        try run.askForScores(model, sees: .scores)
        return run.perturbed
    }
}

extension GradientSearch {
    /// One candidate for each sample.
    ///
    /// - Throws: What the model throws.
    public func perturb(
        _ batch: Batch,
        against model: some GradientAccess,
        random: RandomSource
    ) throws -> Perturbed {
        let run = try SearchRun(self, batch, random: random, model) { try await search($0) }
        let capacity = run.capacity(workers: model.workerCount)
        try model.withGradientWorkers { worker in
            try run.ask(
                GradientAnswers(worker, shape: model.inputShape),
                capacity: min(capacity, SearchRun.blocksAtOnce * worker.lanes),
                sees: .scores
            )
        }
        return run.perturbed
    }
}

extension SearchRun {
    /// Two blocks of questions are underway where there are samples for it: a mixture of kinds of questions
    /// still fills whole blocks.
    static let blocksAtOnce = 2

    func askForScores(_ model: some ScoreAccess, sees: Sight) throws {
        let capacity = capacity(workers: model.workerCount)
        try model.withScoreWorkers { worker in
            try ask(
                ScoreAnswers(worker, shape: model.inputShape),
                capacity: min(capacity, Self.blocksAtOnce * worker.lanes),
                sees: sees
            )
        }
    }
}
