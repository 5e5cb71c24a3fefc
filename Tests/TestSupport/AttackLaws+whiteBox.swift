import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension AttackLaws {
    static let whiteBoxCases: [AttackCase] = [
        AttackCase(
            "mi-fgsm",
            "6 steps",
            norms: [.linf, .l2],
            isRandom: false,
            promisedLoss: .crossEntropy
        ) {
            .whiteBox(try MIFGSM(threat: $0, steps: 6))
        },
        AttackCase("di2-fgsm", "6 steps", norms: [.linf, .l2], isRandom: true, promisedLoss: nil) {
            .whiteBox(
                try DI2FGSM(
                    threat: $0,
                    steps: 6,
                    decay: 1,
                    diversity: RandomResizeAndPad(smallestShare: 0.6, probability: 0.7)
                )
            )
        },
        AttackCase("jsma", "either way", norms: [.l0], isRandom: false, promisedLoss: nil) {
            .whiteBox(try JSMA(threat: $0, direction: .either))
        },
        AttackCase("jsma", "half of the way up", norms: [.l0], isRandom: false, promisedLoss: nil) {
            .whiteBox(try JSMA(threat: $0, stepShare: 0.5, maximumTargets: 4))
        },
        AttackCase(
            "brendel-bethge",
            "12 steps",
            norms: Norm.allCases,
            isRandom: true,
            promisedLoss: nil
        ) {
            .whiteBox(try BrendelBethge(threat: $0, steps: 12, regionShare: 0.3, halvings: 4, draws: 15))
        },
        AttackCase(
            "universal-perturbation",
            "3 rounds",
            norms: [.linf, .l2],
            isRandom: true,
            promisedLoss: nil
        ) {
            .whiteBox(try UniversalPerturbation(threat: $0, maximumRounds: 3))
        },
        AttackCase("adversarial-patch", "10 steps", norms: [.l0], isRandom: true, promisedLoss: nil) {
            .whiteBox(try AdversarialPatch(threat: $0, steps: 10, placements: 4))
        },
        // The moves are so small that some of the images stay in the ball.
        AttackCase("spatial", "worst of 40", norms: [.l2], isRandom: true, promisedLoss: nil) {
            .labelOnly(
                SpatialTransformation(
                    threat: $0,
                    maximumRotation: 8,
                    maximumTranslation: 0.05,
                    choice: .random(draws: 40)
                )
            )
        },
        AttackCase("spatial", "grid", norms: [.l2], isRandom: false, promisedLoss: nil) {
            .labelOnly(
                SpatialTransformation(
                    threat: $0,
                    maximumRotation: 8,
                    maximumTranslation: 0.05,
                    choice: .grid(rotations: 5, translations: 5)
                )
            )
        },
    ]
}
