import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// An attack to which the laws apply.
///
/// To add an attack, add a row to `AttackLaws.cases`.
public struct AttackCase: Sendable, CustomStringConvertible {
    /// The name on the command line.
    public let name: String
    /// What is special about its knobs.
    public let knobs: String
    /// The norms it is defined for.
    public let norms: [Norm]
    /// Whether its candidates depend on the seed.
    public let isRandom: Bool
    /// The loss that is never lower at a candidate that misses its aim than at the input, if there is one.
    public let promisedLoss: Loss?
    /// Whether an input that reaches the aim comes back as it is.
    public let sparesReached: Bool
    let make: @Sendable (ThreatModel) throws -> AnyAttack

    /// Name and knobs.
    public var description: String { "\(name), \(knobs)" }

    init(
        _ name: String,
        _ knobs: String,
        norms: [Norm],
        isRandom: Bool,
        promisedLoss: Loss?,
        sparesReached: Bool = true,
        make: @escaping @Sendable (ThreatModel) throws -> AnyAttack
    ) {
        self.name = name
        self.knobs = knobs
        self.norms = norms
        self.isRandom = isRandom
        self.promisedLoss = promisedLoss
        self.sparesReached = sparesReached
        self.make = make
    }

    static func pgd(
        _ name: String,
        _ loss: Loss,
        randomStart: Bool = true,
        stopping: PGD.Stopping = .atSuccess
    ) -> AttackCase {
        AttackCase(
            name,
            "\(randomStart ? "random start" : "start at the input"), stopping \(stopping.rawValue)",
            norms: [.linf, .l2],
            isRandom: randomStart,
            promisedLoss: loss,
            sparesReached: stopping == .atSuccess,
            make: { threat in
                .whiteBox(
                    try PGD(
                        threat: threat,
                        loss: loss,
                        stepSize: threat.epsilon / 4,
                        steps: 8,
                        restarts: randomStart ? 2 : 1,
                        randomStart: randomStart,
                        stopping: stopping
                    )
                )
            }
        )
    }
}

/// What is true of every attack.
///
/// Each law returns the violations it found, in words; none means that it
/// holds.
public enum AttackLaws {
    /// The attacks to which the laws apply.
    public static let cases: [AttackCase] =
        basicCases + autoAttackCases + minimumNormCases + whiteBoxCases + scoreCases + decisionCases
        + transferCases

    private static let basicCases: [AttackCase] = [
        AttackCase("fgsm", "one step", norms: [.linf, .l2, .l1], isRandom: false, promisedLoss: nil) {
            .whiteBox(try FGSM(threat: $0))
        },
        .pgd("pgd", .crossEntropy),
        .pgd("pgd", .crossEntropy, randomStart: false),
        .pgd("pgd", .crossEntropy, stopping: .afterAllSteps),
        .pgd("pgd-margin", .margin),
        .pgd("pgd-dlr", .differenceOfLogitsRatio),
        AttackCase("noise", "40 draws", norms: Norm.allCases, isRandom: true, promisedLoss: nil) {
            .labelOnly(try UniformNoise(threat: $0, draws: 40))
        },
    ]

    /// A candidate lies in the ball, up to the rounding of one float, and in the box; also if the model
    /// answers NaN.
    public static func staysInsideTheBallAndTheBox(_ subject: AttackCase) throws -> [String] {
        try violations(subject) { problem in
            let plain = try problem.run(against: problem.model)
            let broken = try [false, true].map { logitsToo in
                try problem.run(against: NaNClassifier(problem.affine, logitsToo: logitsToo))
            }
            return ([plain] + broken).flatMap { result in
                let candidates = result.candidates
                let distances = problem.threat.norm.distances(candidates, problem.batch.inputs)
                return distances.enumerated().compactMap { row, distance in
                    let limit = Double(problem.threat.epsilon) * (1 + 1e-6) + Double(Float(1).ulp)
                    if !(distance <= limit) { return "sample \(row) is \(distance) away" }
                    return problem.threat.bounds.contains(row: row, of: candidates)
                        ? nil : "sample \(row) leaves the box"
                }
            }
        }
    }

    /// The same seed gives a sample the same bytes and the same costs in any batch and any order; one that needs
    /// company, in the same batch.
    public static func sameSeedSameBytes(_ subject: AttackCase) throws -> [String] {
        try violations(subject) { problem in
            let whole = try problem.run(against: problem.model)
            let count = problem.batch.count
            let inSevens = stride(from: 0, to: count, by: 7).map { Array($0..<min($0 + 7, count)) }
            let needsCompany = try subject.make(problem.threat).attack.needsCompany
            let splits =
                needsCompany
                ? [[Array(0..<count)]]
                : [(0..<count).map { [$0] }, inSevens, [Array((0..<count).reversed())]]
            return try splits.flatMap { split in
                try split.flatMap { rows in
                    let part = try problem.run(against: problem.model, rows: rows)
                    return rows.enumerated().compactMap { position, row in
                        let isSame =
                            part.candidates.row(position).isBitwiseEqual(to: whole.candidates.row(row))
                            && part.queries[position] == whole.queries[row]
                            && part.gradients[position] == whole.gradients[row]
                            && part.restarts[position] == whole.restarts[row]
                            && part.claimed[position] == whole.claimed[row]
                        return isSame ? nil : "sample \(row) differs in the batch \(rows)"
                    }
                }
            }
        }
    }

    /// Another seed gives other bytes exactly where the attack says that it draws.
    public static func anotherSeedMattersWhereRandom(_ subject: AttackCase) throws -> [String] {
        try violations(subject) { problem in
            let first = try problem.run(against: problem.model, seed: 1)
            let second = try problem.run(against: problem.model, seed: 2)
            let isSame = first.candidates.isBitwiseEqual(to: second.candidates)
            return isSame == subject.isRandom
                ? ["two seeds give \(isSame ? "the same" : "different") bytes"] : []
        }
    }

    /// A radius of zero gives back the inputs bit for bit.
    public static func radiusZeroChangesNothing(_ subject: AttackCase) throws -> [String] {
        try violations(subject) { problem in
            let result = try problem.with(epsilon: 0).run(against: problem.model)
            return result.candidates.isBitwiseEqual(to: problem.batch.inputs) ? [] : ["the inputs changed"]
        }
    }

    /// What an attack claims is what the model says of the candidate that it returns: no success is lost or
    /// made up.
    public static func claimsAreTrue(_ subject: AttackCase) throws -> [String] {
        try violations(subject) { problem in
            let result = try problem.run(against: problem.model)
            let labels = try problem.model.labels(for: result.candidates)
            return labels.enumerated().compactMap { row, label in
                let isReached = problem.batch.aims[row].isReached(by: label)
                return isReached == result.claimed[row] ? nil : "sample \(row): reached is \(isReached)"
            }
        }
    }

    /// An input that reaches the aim by itself comes back unchanged.
    public static func reachedInputsComeBack(_ subject: AttackCase) throws -> [String] {
        guard subject.sparesReached else { return [] }
        return try violations(subject) { problem in
            let result = try problem.run(against: problem.model)
            let labels = try problem.model.labels(for: problem.batch.inputs)
            return labels.enumerated().compactMap { row, label in
                let isReached = problem.batch.aims[row].isReached(by: label)
                let isSame = result.candidates.row(row).isBitwiseEqual(to: problem.batch.inputs.row(row))
                return isReached && !isSame ? "sample \(row) moved" : nil
            }
        }
    }

    /// A candidate reaches the aim, or its loss is at least that of the input.
    public static func lossIsNotLower(_ subject: AttackCase) throws -> [String] {
        guard let loss = subject.promisedLoss else { return [] }
        return try violations(subject) { problem in
            let result = try problem.run(against: problem.model)
            let (aims, model) = (problem.batch.aims, problem.model)
            let before = loss.gradient(ofLogits: try model.logits(for: problem.batch.inputs), aims: aims)
                .losses
            let after = loss.gradient(ofLogits: try model.logits(for: result.candidates), aims: aims).losses
            return aims.indices.compactMap { row in
                result.claimed[row] || after[row] >= before[row]
                    ? nil : "sample \(row): \(after[row]) < \(before[row])"
            }
        }
    }

    /// The costs that an attack reports for a sample are what the model was asked.
    public static func costsAreWhatTheModelWasAsked(_ subject: AttackCase) throws -> [String] {
        try violations(subject) { problem in
            try (0..<problem.batch.count).compactMap { row in
                let counter = CountingClassifier(problem.model)
                let result = try problem.run(against: counter, rows: [row])
                let (queries, gradients) = (result.queries[0], result.gradients[0])
                return queries == counter.predictions && gradients == counter.gradients
                    ? nil
                    : "sample \(row): \(queries) and \(gradients) for \(counter.predictions) and \(counter.gradients)"
            }
        }
    }

    /// The samples that the laws are tried on are of every kind: reached from the start, won by the attack,
    /// and lost.
    public static func samplesAreOfEveryKind(_ subject: AttackCase) throws -> [String] {
        var (given, won, lost) = (0, 0, 0)
        _ = try violations(subject) { problem in
            let result = try problem.run(against: problem.model)
            let labels = try problem.model.labels(for: problem.batch.inputs)
            for (row, label) in labels.enumerated() {
                if problem.batch.aims[row].isReached(by: label) {
                    given += 1
                } else if result.claimed[row] {
                    won += 1
                } else {
                    lost += 1
                }
            }
            return []
        }
        return min(given, won, lost) >= 3 ? [] : ["\(given) given, \(won) won, \(lost) lost"]
    }

    private static func violations(
        _ subject: AttackCase,
        _ law: (AttackProblem) throws -> [String]
    ) throws -> [String] {
        try subject.norms.flatMap { norm in
            try [ThreatModel.Goal.untargeted, .targeted].flatMap { goal in
                let problem = try AttackProblem(subject: subject, norm: norm, goal: goal)
                return try law(problem).map { "\(subject), \(norm.rawValue), \(goal.rawValue): \($0)" }
            }
        }
    }
}

/// Some samples of a small model, a threat and an attack.
///
/// Some samples succeed, some fail, some need no
/// attack.
private struct AttackProblem {
    let subject: AttackCase
    let threat: ThreatModel
    let model: TwoLayerClassifier
    let affine: AffineClassifier
    let batch: Batch

    init(subject: AttackCase, norm: Norm, goal: ThreatModel.Goal) throws {
        let shape: Shape = [1, 3, 4]
        let (count, classes) = (23, 5)
        // A box with an interval of its own for each element.
        let lower = (0..<shape.count).map { Float($0 % 3) * 0.1 }
        let upper = (0..<shape.count).map { 1 - Float($0 % 2) * 0.2 }
        let epsilon: Float =
            switch norm {
            case .linf: 0.08
            case .l2: 0.3
            case .l1: 0.5
            case .l0: 2
            }
        let model = TwoLayerClassifier(classCount: classes, hidden: 8, inputShape: shape, seed: 4)
        var random = SeededRandom(seed: 9, stream: "samples")
        let inputs = Tensor(shape.batched(count)) { elements in
            for position in elements.indices {
                let column = position % shape.count
                // Every fourth element begins on the border of the box.
                elements[position] =
                    position % 4 == 0 ? lower[column] : random.uniform(lower[column], upper[column])
            }
        }
        let aims = try model.labels(for: inputs).enumerated().map { row, label in
            let other = (label + 1 + row % (classes - 1)) % classes
            // Every sixth sample reaches its aim without an attack.
            switch goal {
            case .untargeted: return row % 6 == 5 ? Aim.anythingBut(other) : .anythingBut(label)
            case .targeted: return row % 6 == 5 ? Aim.exactly(label, not: other) : .exactly(other, not: label)
            }
        }
        self.subject = subject
        self.model = model
        threat = ThreatModel(
            goal: goal,
            norm: norm,
            epsilon: epsilon,
            bounds: Bounds(lower: lower, upper: upper)
        )
        affine = AffineClassifier(randomClasses: classes, inputShape: shape, seed: 5)
        batch = Batch(inputs: inputs, aims: aims, samples: (0..<count).map { 1000 + 3 * $0 })
    }

    private init(_ other: AttackProblem, threat: ThreatModel) {
        subject = other.subject
        self.threat = threat
        model = other.model
        affine = other.affine
        batch = other.batch
    }

    func with(epsilon: Float) -> AttackProblem { AttackProblem(self, threat: threat.with(epsilon: epsilon)) }

    func run(against model: some GradientAccess, rows: [Int]? = nil, seed: UInt64 = 7) throws -> Perturbed {
        let attack = try subject.make(threat)
        let part = rows.map { batch.gathering($0) } ?? batch
        return try attack.perturb(
            part,
            against: model,
            random: RandomSource(seed: seed, stream: subject.name)
        )
    }
}
