import BulwarkAttacks

/// Every way to make a model harder to attack, by its name on the command line.
///
/// To add one, add a row here and one to the laws of batch transformations.
public enum DefenseTable {
    /// One defense.
    public struct Row: Sendable {
        /// The name on the command line.
        public let name: String
        /// One line for a list of defenses.
        public let summary: String
        /// The attack that the model gets to know in training, if any: others have to judge it.
        public let trainsAgainst: String?
        private let build: @Sendable (ThreatModel, Int?) throws(AttackError) -> any BatchTransformation

        init(
            name: String,
            summary: String,
            trainsAgainst: String? = nil,
            build: @escaping @Sendable (ThreatModel, Int?) throws(AttackError) -> any BatchTransformation
        ) {
            (self.name, self.summary) = (name, summary)
            (self.trainsAgainst, self.build) = (trainsAgainst, build)
        }

        /// The defense against a threat.
        ///
        /// - Parameters:
        ///   - threat: What to withstand; for noise the radius is its standard deviation.
        ///   - steps: The steps of the attack in training; what the defense has by itself if nil.
        /// - Returns: What a model learns with it.
        /// - Throws: `AttackError.unsupportedNorm`.
        public func transformation(
            against threat: ThreatModel,
            steps: Int? = nil
        ) throws(AttackError) -> any BatchTransformation {
            try build(threat, steps)
        }
    }

    /// All defenses.
    public static let rows = [
        Row(
            name: "adversarial-training",
            summary: "learns from what PGD makes of each batch (Madry et al. 2018)",
            trainsAgainst: "pgd"
        ) { threat, steps throws(AttackError) in
            try AdversarialTraining(threat: threat, steps: steps ?? 10)
        },
        Row(
            name: "fast-adversarial-training",
            summary: "learns from single steps off random points (Wong et al. 2020)",
            trainsAgainst: "fgsm"
        ) { threat, _ throws(AttackError) in
            try FastAdversarialTraining(threat: threat)
        },
        Row(
            name: "gaussian-augmentation",
            summary: "learns from samples with noise, for randomized smoothing (Cohen et al. 2019)"
        ) { threat, _ throws(AttackError) in
            GaussianAugmentation(deviation: threat.epsilon)
        },
    ]

    /// The names, in the order of the table.
    public static var names: [String] { rows.map(\.name) }

    /// The row of a name; nil if there is none.
    public static func row(named name: String) -> Row? { rows.first { $0.name == name } }
}
