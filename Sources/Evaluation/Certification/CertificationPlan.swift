import BulwarkAttacks

/// What certificates an assessment computes, and how much they may cost.
public struct CertificationPlan: Sendable {
    /// The methods, in the order in which they run.
    public var methods: [CertificateMethod]
    /// Whether they were asked for by name; others are left out where they do not apply or cost too much.
    public var isAskedFor: Bool
    /// The most samples that each method looks at; `CertificateMethod.defaultSamples` if nil.
    public var maximumSamples: Int?
    /// How many multiplications a method may take in all, if it was not asked for.
    public var operationBudget: Double
    /// How many regions the search of decision trees looks at for one sample.
    public var treeRegions = AttackTable.treeLimit
    /// How randomized smoothing draws.
    public var smoothing = Smoothing()
    /// How CLEVER draws.
    public var clever = Clever()

    /// What randomized smoothing needs to know.
    public struct Smoothing: Sendable, Equatable {
        /// The standard deviation of the noise in input units; a quarter of the box's extent if nil.
        public var deviation: Float?
        /// How many draws estimate a class's probability: 100,000 in the paper.
        public var draws: Int
        /// The probability that a certificate is wrong: 0.001 in the paper.
        public var errorProbability: Double

        /// The paper's numbers, but for what is given.
        public init(deviation: Float? = nil, draws: Int = 100_000, errorProbability: Double = 0.001) {
            self.deviation = deviation
            self.draws = draws
            self.errorProbability = errorProbability
        }
    }

    /// What CLEVER needs to know.
    public struct Clever: Sendable, Equatable {
        /// How many batches are drawn, each of which gives one largest gradient: 500 in the authors' code.
        public var batches: Int
        /// How many points a batch has: 1024 in the authors' code.
        public var batchSize: Int

        /// A fortieth of the authors' points, unless more are asked for.
        public init(batches: Int = 50, batchSize: Int = 256) {
            self.batches = batches
            self.batchSize = batchSize
        }
    }

    /// A plan of some methods.
    ///
    /// - Parameters:
    ///   - methods: What to run, in order.
    ///   - isAskedFor: Whether they were asked for by name.
    ///   - maximumSamples: The most samples that each looks at; a number of its own for each if nil.
    ///   - operationBudget: How many multiplications a method may take that was not asked for.
    public init(
        methods: [CertificateMethod] = [],
        isAskedFor: Bool = true,
        maximumSamples: Int? = nil,
        operationBudget: Double = .infinity
    ) {
        self.methods = methods
        self.isAskedFor = isAskedFor
        self.maximumSamples = maximumSamples
        self.operationBudget = operationBudget
    }

    /// No certificates.
    public static let none = CertificationPlan()

    /// What a suite computes without being asked: what is cheap, as far as it applies.
    ///
    /// Randomized smoothing takes a hundred thousand predictions a sample and is about another classifier,
    /// and CLEVER proves nothing, so neither is among it.
    ///
    /// - Parameter suite: The suite.
    /// - Returns: Methods with a budget; none for a first look and for ensembles as published.
    public static func suited(to suite: AttackSuite) -> CertificationPlan {
        switch suite {
        case .standard:
            CertificationPlan(methods: [.ibp, .crown, .trees], isAskedFor: false, operationBudget: 2e11)
        case .thorough:
            CertificationPlan(methods: [.ibp, .crown, .trees], isAskedFor: false, operationBudget: 2e12)
        default: .none
        }
    }
}

/// How many samples of how many a method looks at, and how closely.
package struct CertificationScope: Equatable {
    /// The fewest samples worth looking at.
    static let minimumSamples = 20
    /// About how many bounds a search for the largest radius takes.
    static let boundsPerSearch = 10.0

    /// How many samples.
    package let samples: Int
    /// Whether the largest radius is looked for, and not only whether the threat's is certified.
    package let findsRadii: Bool

    package init(samples: Int, findsRadii: Bool) {
        self.samples = samples
        self.findsRadii = findsRadii
    }

    /// Nil if the method costs too much.
    ///
    /// - Parameters:
    ///   - available: How many samples there are.
    ///   - method: The method.
    ///   - operations: How many multiplications one bound of one sample takes.
    ///   - plan: What it may cost.
    package init?(
        _ available: Int,
        _ method: CertificateMethod,
        operations: Double,
        _ plan: CertificationPlan
    ) {
        let wanted = min(plan.maximumSamples ?? method.defaultSamples, available)
        let affordable = plan.isAskedFor ? .infinity : plan.operationBudget / max(operations, 1)
        func count(_ bounds: Double) -> Int { Int(min(affordable / bounds, Double(wanted))) }
        let enough = min(Self.minimumSamples, wanted)
        if count(Self.boundsPerSearch) >= enough {
            self.init(samples: count(Self.boundsPerSearch), findsRadii: true)
        } else if count(1) >= enough {
            self.init(samples: count(1), findsRadii: false)
        } else {
            return nil
        }
    }
}
