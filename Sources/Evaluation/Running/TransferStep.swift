import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Trains the surrogates of a transfer attack, before the plan that it belongs to is made.
///
/// What the surrogates learn from holds no assessed sample; that is what `SpareSamples` is for.
public struct TransferStep {
    /// The share of the model's answers that a surrogate has to give for the failure of a strong preset to
    /// count.
    public static let minimumAgreement = 0.8

    /// The box that questions to the target stay in.
    public let bounds: Bounds
    /// Fits the networks.
    public let trainer: SurrogateTrainer
    /// The most queries for each assessed sample, a share of those for the surrogates included; nil for no
    /// limit.
    public let maximumQueries: Int?
    private let progress: (String, Int, Int) -> Void

    /// A step of an assessment.
    ///
    /// - Parameters:
    ///   - bounds: The box that questions to the target stay in.
    ///   - trainer: Fits the networks.
    ///   - maximumQueries: The most queries for each assessed sample, a share of those for the surrogates
    ///     included. At most half of them are spent on these.
    ///   - progress: Called with the step's name, how many epochs are done, and of how many.
    public init(
        bounds: Bounds,
        trainer: SurrogateTrainer,
        maximumQueries: Int? = nil,
        progress: @escaping (String, Int, Int) -> Void = { _, _, _ in }
    ) {
        (self.bounds, self.trainer, self.progress) = (bounds, trainer, progress)
        self.maximumQueries = maximumQueries
    }

    /// What surrogates can be made from.
    public struct Source {
        /// Samples that the assessment does not look at.
        public var spare: SpareSamples
        /// Where they come from, as in `digits.npz`.
        public var name: String
        /// The target's own layers; nil if they are out of reach.
        public var architecture: ClassifierGraph?

        /// All parts.
        public init(spare: SpareSamples, name: String, architecture: ClassifierGraph?) {
            (self.spare, self.name, self.architecture) = (spare, name, architecture)
        }
    }

    /// An attack that is ready, and what the report says of its surrogates.
    public struct Prepared {
        /// The row of the attack, with one preset.
        public let row: AttackTable.Row
        /// What the report says.
        public let surrogates: Assessment.Surrogates
    }

    /// Trains the surrogates of one attack.
    ///
    /// - Parameters:
    ///   - plan: The attack with its preset.
    ///   - source: What surrogates can be made from.
    ///   - target: The model under attack.
    ///   - assessed: The samples on which the surrogates are compared with the model.
    /// - Returns: The attack, ready to run.
    /// - Throws: What the training and the target throw.
    public func prepare(
        _ plan: TransferPlan,
        from source: Source,
        against target: some LabelAccess,
        assessed: AssessmentSamples
    ) throws -> Prepared {
        let material =
            try plan.augmentation.map {
                try answers($0.limited(to: maximumQueries.map { $0 * assessed.count / 2 }), source, target)
            } ?? labelled(source)
        let (members, notes) = try fit(plan, material, target.classCount)
        let surrogates = try Surrogates(members, queries: material.queries, trainer: trainer)
        let predictions = try target.labels(for: assessed.inputs)
        let networks = try members.map { try Self.compare($0, assessed, predictions) }
        let isFaithful = networks.contains { $0.agreement.value ?? 0 >= Self.minimumAgreement }
        return Prepared(
            row: plan.row(
                with: surrogates,
                isFaithful: isFaithful,
                isCutShort: plan.augmentation.map {
                    material.queries < $0.queries(samples: source.spare.count)
                } ?? false,
                queryBudget: maximumQueries.map { limit in
                    // Rounded up, so that all samples together keep to the limit.
                    let share = (material.queries + assessed.count - 1) / max(assessed.count, 1)
                    return max(limit - share, 1)
                }
            ),
            surrogates: Assessment.Surrogates(
                attack: plan.attack,
                data: material.description,
                samples: material.labels.count,
                queries: material.queries,
                networks: networks,
                notes: notes
                    + (isFaithful
                        ? []
                        : [
                            "no network gives \(Int(100 * Self.minimumAgreement)) % of the model's answers, so that the attack counts as weak"
                        ])
            )
        )
    }

    /// What networks learn from.
    private struct Material {
        var inputs: Tensor
        var labels: [Int]
        var description: String
        var queries = 0
        /// The target's own layers, where the adversary knows them.
        var architecture: ClassifierGraph?
    }

    private func labelled(_ source: Source) -> Material {
        let drawn = source.spare.drawing(SurrogateTrainer.maximumSamples, seed: trainer.seed)
        return Material(
            inputs: drawn.inputs,
            labels: drawn.labels,
            description: "\(drawn.count) samples of \(source.name) that are not assessed, with their labels",
            architecture: source.architecture
        )
    }

    private func answers(
        _ augmentation: JacobianAugmentation,
        _ source: Source,
        _ target: some LabelAccess
    ) throws -> Material {
        let seeds = source.spare.drawing(augmentation.seeds, seed: trainer.seed)
        let network = SurrogateArchitecture.plain(for: seeds.inputs, classCount: target.classCount)[0]
        let found = try augmentation.augment(seeds.inputs, bounds: bounds, target: target) { samples, round in
            try trainer.fit(network, inputs: samples.inputs, labels: samples.labels, member: round) {
                progress("asking for a surrogate, round \(round + 1)", $0, $1)
            }.classifier
        }
        return Material(
            inputs: found.inputs,
            labels: found.labels,
            description:
                "\(seeds.count) samples of \(source.name) that are not assessed and \(found.labels.count - seeds.count) "
                + "made from them, with the model's labels",
            queries: found.labels.count
        )
    }

    /// The networks of a plan: the target's own layers first, where that is possible.
    private func fit(
        _ plan: TransferPlan,
        _ material: Material,
        _ classCount: Int
    ) throws -> (members: [Surrogate], notes: [String]) {
        let plain = SurrogateArchitecture.plain(for: material.inputs, classCount: classCount)
        var (members, notes): ([Surrogate], [String]) = ([], [])
        func fit(_ architecture: SurrogateArchitecture) throws -> Surrogate {
            let place = "\(members.count + 1) of \(plan.networks)"
            return try trainer.fit(
                architecture,
                inputs: material.inputs,
                labels: material.labels,
                member: 100 + members.count
            ) { progress("training a surrogate, \(place)", $0, $1) }
        }
        if let target = material.architecture {
            do {
                let same = try fit(SurrogateArchitecture.same(as: target))
                if same.hasLearnt {
                    members.append(same)
                } else {
                    notes.append(Self.replaced("it learnt nothing"))
                }
            } catch let obstacle as SurrogateArchitecture.Obstacle {
                notes.append(Self.replaced(obstacle.description))
            } catch {
                // A network on the side is no reason to give up the assessment.
                notes.append(Self.replaced("\(error)"))
            }
        }
        for architecture in plain where members.count < plan.networks {
            members.append(try fit(architecture))
        }
        return (members, notes)
    }

    private static func replaced(_ reason: String) -> String {
        "the target's own layers were not trained anew, because \(reason); a network of another kind stands in"
    }

    private static func compare(
        _ surrogate: Surrogate,
        _ assessed: AssessmentSamples,
        _ predictions: [Int]
    ) throws -> Assessment.Surrogates.Network {
        let own = try surrogate.classifier.labels(for: assessed.inputs)
        func share(_ others: [Int]) -> Estimate {
            let same = zip(own, others).count { $0 == $1 }
            return Proportion(successes: same, trials: own.count).estimate()
        }
        return Assessment.Surrogates.Network(
            architecture: surrogate.description,
            parameterCount: surrogate.classifier.model.graph.parameterCount,
            accuracy: share(assessed.labels),
            agreement: share(predictions)
        )
    }
}
