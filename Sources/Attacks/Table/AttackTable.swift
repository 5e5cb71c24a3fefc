import BulwarkModels
import BulwarkTensors

/// Every attack, by its name on the command line.
///
/// To add one, add a row here and one to the attack laws.
public enum AttackTable {
    /// One attack with its presets.
    public struct Row: Sendable {
        /// The name on the command line.
        public let name: String
        /// One line for a list of attacks.
        public let summary: String
        /// What the attack works with.
        public let kind: AttackKind
        /// The norms it is defined for.
        public let norms: [Norm]
        /// The loss it follows, if any; that sets the fewest classes.
        public let loss: Loss?
        /// Whether the loss aims at single classes even where the goal is any wrong one.
        let aimsAtClasses: Bool
        /// How often the target was asked before the attack could begin, once for all samples.
        public let queriesBefore: Int
        let variants: [Variant]

        init(
            name: String,
            summary: String,
            kind: AttackKind,
            norms: [Norm],
            loss: Loss? = nil,
            aimsAtClasses: Bool = false,
            queriesBefore: Int = 0,
            variants: [Variant]
        ) {
            self.name = name
            self.summary = summary
            self.kind = kind
            self.norms = norms
            self.loss = loss
            self.aimsAtClasses = aimsAtClasses
            self.queriesBefore = queriesBefore
            self.variants = variants
        }

        /// The presets, the strongest last.
        public var presets: [Preset] { variants.map(\.preset) }

        /// The fewest classes the attack is defined for.
        public func minimumClassCount(goal: ThreatModel.Goal) -> Int {
            loss?.minimumClassCount(isTargeted: aimsAtClasses || goal == .targeted) ?? 2
        }

        /// The preset of a name.
        ///
        /// - Throws: `AttackError.unknownPreset`.
        public func preset(named name: String) throws(AttackError) -> Preset {
            try variant(named: name).preset
        }

        /// Whether the attack is defined for a norm, a goal and a number of classes.
        public func isDefined(for threat: ThreatModel, classCount: Int) -> Bool {
            norms.contains(threat.norm) && classCount >= minimumClassCount(goal: threat.goal)
        }

        /// The attack with a preset's knobs.
        ///
        /// - Throws: `AttackError` if the attack is not defined for the norm or for so few classes, or has no
        ///   such preset.
        public func make(
            threat: ThreatModel,
            preset: Preset,
            classCount: Int
        ) throws(AttackError) -> AnyAttack {
            let variant = try variant(named: preset.name)
            guard norms.contains(threat.norm) else { throw .unsupportedNorm(attack: name, norm: threat.norm) }
            let minimum = minimumClassCount(goal: threat.goal)
            guard classCount >= minimum else {
                throw .tooFewClasses(attack: name, classCount: classCount, minimum: minimum)
            }
            return try variant.build(threat)
        }

        private func variant(named name: String) throws(AttackError) -> Variant {
            guard let variant = variants.first(where: { $0.preset.name == name }) else {
                throw .unknownPreset(attack: self.name, preset: name)
            }
            return variant
        }
    }

    /// A preset with the knobs it stands for.
    struct Variant: Sendable {
        let preset: Preset
        let build: @Sendable (ThreatModel) throws(AttackError) -> AnyAttack
    }

    /// All attacks.
    public static let rows: [Row] =
        basicRows + autoAttackRows + minimumNormRows + whiteBoxRows + universalRows + scoreRows + decisionRows

    /// Single steps, projected gradient descent and the control.
    private static let basicRows: [Row] = [
        Row(
            name: "fgsm",
            summary: "one step of the whole radius along the gradient of the cross-entropy",
            kind: .gradient,
            norms: [.linf, .l2, .l1],
            loss: .crossEntropy,
            variants: [
                Variant(
                    preset: Preset(
                        name: "standard",
                        provenance: .paper,
                        isStrong: false,
                        summary: "1 step (Goodfellow et al., ICLR 2015)"
                    ),
                    build: { threat throws(AttackError) in .whiteBox(try FGSM(threat: threat)) }
                )
            ]
        ),
        pgd(.crossEntropy, "projected gradient descent on the cross-entropy"),
        pgd(.margin, "projected gradient descent on the difference of the two logits that decide"),
        pgd(.differenceOfLogitsRatio, "projected gradient descent on the difference of logits ratio"),
        Row(
            name: "noise",
            summary: "random points of the ball, as a control",
            kind: .control,
            norms: Norm.allCases,
            loss: nil,
            variants: [noise("fast", draws: 100), noise("standard", draws: 1000)]
        ),
    ]

    /// The attack of a name.
    ///
    /// - Throws: `AttackError.unknownAttack`.
    public static func row(named name: String) throws(AttackError) -> Row {
        guard let row = rows.first(where: { $0.name == name }) else { throw .unknownAttack(name: name) }
        return row
    }

    /// The length of a step of PGD: 2.5·ε divided by the number of steps.
    ///
    /// So all steps together are longer than the diameter of the ball, and any point of it can be reached
    /// from any start, with steps to spare for moving along the border. The rule is that of Madry et al.
    /// (ICLR 2018).
    public static func stepSize(epsilon: Float, steps: Int) -> Float { 2.5 * epsilon / Float(steps) }

    private static func pgd(_ loss: Loss, _ summary: String) -> Row {
        Row(
            name: PGD.name(for: loss),
            summary: summary,
            kind: .gradient,
            norms: [.linf, .l2],
            loss: loss,
            variants: [
                pgd(
                    loss,
                    steps: 20,
                    restarts: 1,
                    Preset(
                        name: "fast",
                        provenance: .fast,
                        isStrong: false,
                        summary: "20 steps of 2.5·ε/20, 1 start: random for Linf, the input for L2"
                    )
                ),
                pgd(
                    loss,
                    steps: 100,
                    restarts: 5,
                    Preset(
                        name: "standard",
                        provenance: .paper,
                        isStrong: true,
                        summary:
                            "100 steps of 2.5·ε/100, 5 random starts, or the input and 4 for L2 (Madry et al., ICLR 2018)"
                    )
                ),
            ]
        )
    }

    /// One preset of PGD.
    ///
    /// For L2 the first start is the input. From a random point the steps go into turning towards the best
    /// direction: on an affine model tan(θ/2) of the angle θ to it falls by e^−2.5 over steps of 2.5·ε, which
    /// from a right angle leaves cos θ = 0.987, a loss of 1.3 % of the radius. From the input there is
    /// nothing to turn.
    private static func pgd(_ loss: Loss, steps: Int, restarts: Int, _ preset: Preset) -> Variant {
        Variant(
            preset: preset,
            build: { threat throws(AttackError) in
                .whiteBox(
                    try PGD(
                        threat: threat,
                        loss: loss,
                        stepSize: stepSize(epsilon: threat.epsilon, steps: steps),
                        steps: steps,
                        restarts: restarts,
                        randomStart: threat.norm != .l2
                    )
                )
            }
        )
    }

    private static func noise(_ name: String, draws: Int) -> Variant {
        Variant(
            preset: Preset(name: name, provenance: .fast, isStrong: false, summary: "\(draws) random points"),
            build: { threat throws(AttackError) in
                .labelOnly(try UniformNoise(threat: threat, draws: draws))
            }
        )
    }
}
