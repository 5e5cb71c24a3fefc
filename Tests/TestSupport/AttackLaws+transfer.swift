import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension AttackLaws {
    static let transferCases: [AttackCase] = [
        AttackCase(
            "transfer",
            "all recipes on two networks",
            norms: [.linf, .l2, .l1],
            isRandom: true,
            promisedLoss: nil
        ) {
            .labelOnly(
                try TransferAttack(
                    threat: $0,
                    surrogates: surrogates,
                    recipes: [
                        .momentum(.crossEntropy, steps: 5), .diverse(.margin, steps: 5),
                        .ascent(.margin, steps: 8, restarts: 2),
                    ]
                )
            )
        },
        AttackCase(
            "transfer-answers",
            "momentum on two networks",
            norms: [.linf, .l2],
            isRandom: false,
            promisedLoss: nil
        ) {
            .labelOnly(
                try TransferAttack(
                    name: "transfer-answers",
                    threat: $0,
                    surrogates: surrogates,
                    recipes: [.momentum(.crossEntropy, steps: 5), .momentum(.margin, steps: 5)]
                )
            )
        },
    ]

    /// A network that has little to do with the one under attack, and one that is it.
    private static let surrogates = [3, 4].map { seed in
        TwoLayerClassifier(classCount: 5, hidden: 8, inputShape: [1, 3, 4], seed: seed)
    }
}
