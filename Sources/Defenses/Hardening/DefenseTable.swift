import BulwarkAttacks
import BulwarkTensors

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
        /// The norms it is for; none if it is for no ball.
        public let norms: [Norm]
        /// The steps of the attack in training where nobody says how many; nil if their number is not to be chosen.
        public let usualSteps: Int?
        private let build: @Sendable (ThreatModel, Int?) throws(AttackError) -> any BatchTransformation

        init(
            name: String,
            summary: String,
            trainsAgainst: String? = nil,
            norms: [Norm] = [],
            usualSteps: Int? = nil,
            build: @escaping @Sendable (ThreatModel, Int?) throws(AttackError) -> any BatchTransformation
        ) {
            (self.name, self.summary) = (name, summary)
            (self.trainsAgainst, self.norms) = (trainsAgainst, norms)
            (self.usualSteps, self.build) = (usualSteps, build)
        }

        /// The defense against a threat; traps if steps are given and their number is not to be chosen.
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
            precondition(steps == nil || usualSteps != nil, "the number of steps can be chosen")
            return try build(threat, steps ?? usualSteps)
        }
    }

    /// All defenses.
    public static let rows = [
        Row(
            name: "adversarial-training",
            summary: "learns from what PGD makes of each batch (Madry et al. 2018)",
            trainsAgainst: "pgd",
            norms: AdversarialTraining.norms,
            usualSteps: AdversarialTraining.usualSteps
        ) { threat, steps throws(AttackError) in
            try AdversarialTraining(threat: threat, steps: steps ?? AdversarialTraining.usualSteps)
        },
        Row(
            name: "fast-adversarial-training",
            summary: "learns from single steps off random points (Wong et al. 2020)",
            trainsAgainst: "fgsm",
            norms: [.linf]
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
