import BulwarkModels
import BulwarkTensors

/// Asks a target about examples that were made to fool surrogates: many of them fool it as well.
///
/// Papernot, McDaniel and Goodfellow, "Transferability in machine learning" (arXiv 1605.07277); candidates
/// are made as in Dong et al., "Boosting adversarial attacks with momentum" (CVPR 2018), also on the mean of
/// several networks' scores. The target is asked for labels only: once about the sample, and once about each
/// candidate until one reaches the aim.
public struct TransferAttack: LabelOnlyAttack {
    /// The name on the command line: `transfer` or `transfer-answers`, by what the surrogates learnt from.
    public let name: String
    /// Goal, norm (Linf, L2 or L1), radius and box.
    public let threat: ThreatModel
    /// What candidates are made on, in this order.
    public let surrogates: [any GradientAccess]
    /// How candidates are made on each of them, in this order.
    public let recipes: [TransferRecipe]
    /// The most queries for one sample; nil for one a candidate, and one for the sample itself.
    public let queryBudget: Int?
    /// What rows of a table have to satisfy; nil if anything in ball and box will do.
    public let constraints: FeatureConstraints?

    /// A transfer from surrogates.
    ///
    /// - Parameters:
    ///   - name: The name on the command line.
    ///   - threat: Goal, norm, radius and box.
    ///   - surrogates: What candidates are made on; models for the target's inputs and classes.
    ///   - recipes: How candidates are made; those that are not defined for the norm are left out.
    ///   - queryBudget: The most queries for one sample; nil for as many as there are candidates.
    ///   - constraints: What rows of a table have to satisfy.
    /// - Throws: `AttackError.unsupportedNorm` if no recipe is defined for the norm.
    public init(
        name: String = "transfer",
        threat: ThreatModel,
        surrogates: [any GradientAccess],
        recipes: [TransferRecipe],
        queryBudget: Int? = nil,
        constraints: FeatureConstraints? = nil
    ) throws(AttackError) {
        precondition(!surrogates.isEmpty, "there is a surrogate")
        precondition(queryBudget ?? 1 >= 1, "a sample is asked about")
        let recipes = recipes.filter { $0.isDefined(for: threat.norm) }
        guard !recipes.isEmpty else { throw .unsupportedNorm(attack: name, norm: threat.norm) }
        (self.name, self.threat, self.surrogates, self.recipes) = (name, threat, surrogates, recipes)
        (self.queryBudget, self.constraints) = (queryBudget, constraints)
    }

    /// The same attack on rows that have to satisfy constraints.
    ///
    /// - Throws: `AttackError`, which cannot be where there is the same attack without them.
    func constrained(by constraints: FeatureConstraints) throws(AttackError) -> TransferAttack {
        try TransferAttack(
            name: name,
            threat: threat,
            surrogates: surrogates,
            recipes: recipes,
            queryBudget: queryBudget,
            constraints: constraints
        )
    }

    /// How often it asks about a sample that nothing breaks.
    public var mostQueries: Int { min(1 + surrogates.count * recipes.count, queryBudget ?? .max) }

    /// One candidate for each sample: the first that reaches the aim, or else the first that was made.
    ///
    /// The restart of a sample is the number of its candidate.
    ///
    /// - Throws: What the target and the surrogates throw.
    public func perturb(
        _ batch: Batch,
        against model: some LabelAccess,
        random: RandomSource
    ) throws -> Perturbed {
        precondition(
            surrogates.allSatisfy { $0.inputShape == model.inputShape && $0.classCount == model.classCount },
            "surrogates take the target's inputs and tell its classes apart"
        )
        var perturbed = Perturbed(unchanged: batch)
        var open = Array(0..<batch.count)
        try ask(batch.inputs, of: &open, in: batch, model, &perturbed)
        guard threat.epsilon > 0 else { return perturbed }
        let limit = min(mostQueries, batch.maximumQueries ?? .max)
        var number = 0
        for surrogate in surrogates {
            for recipe in recipes where !open.isEmpty && number + 1 < limit {
                let source = RandomSource(seed: random.seed, stream: "\(random.stream) \(number)")
                var part = batch.gathering(open)
                // What is asked of a surrogate costs nothing.
                part.maximumQueries = nil
                let candidates = try recipe.candidates(
                    part,
                    threat,
                    on: surrogate,
                    constraints: constraints,
                    random: source
                )
                if number == 0 { perturbed.candidates.setRows(open, to: candidates) }
                for row in open { perturbed.restarts[row] = number }
                try ask(candidates, of: &open, in: batch, model, &perturbed)
                number += 1
            }
        }
        for row in open { perturbed.restarts[row] = 0 }
        return perturbed
    }

    /// Asks about a candidate of each open sample, and closes those whose aim is reached.
    private func ask(
        _ candidates: Tensor,
        of open: inout [Int],
        in batch: Batch,
        _ model: some LabelAccess,
        _ perturbed: inout Perturbed
    ) throws {
        guard !open.isEmpty else { return }
        let labels = try model.labels(for: candidates)
        var left: [Int] = []
        for (position, row) in open.enumerated() {
            perturbed.queries[row] += 1
            guard batch.aims[row].isReached(by: labels[position]) else {
                left.append(row)
                continue
            }
            perturbed.candidates.copyRow(row, from: candidates, at: position)
            perturbed.claimed[row] = true
            perturbed.firstSuccess[row] = perturbed.queries[row]
            batch.onFinished?(row)
        }
        open = left
    }
}
