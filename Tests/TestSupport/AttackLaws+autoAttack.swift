import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension AttackLaws {
    static let autoAttackCases: [AttackCase] = [
        apgd("apgd-ce", .crossEntropy),
        apgd("apgd-dlr", .differenceOfLogitsRatio),
        apgd("apgd-margin", .margin),
        AttackCase(
            "apgd-t",
            "two classes, 8 steps",
            norms: [.linf, .l2, .l1],
            isRandom: true,
            promisedLoss: nil
        ) {
            .whiteBox(try APGD(threat: $0, loss: .logitDifference, steps: 8, targetClasses: 2))
        },
        AttackCase("fab", "one start", norms: [.linf, .l2, .l1], isRandom: false, promisedLoss: nil) {
            .whiteBox(try FAB(threat: $0, steps: 8, keeping: .first))
        },
        AttackCase(
            "fab-t",
            "two classes, looking on",
            norms: [.linf, .l2, .l1],
            isRandom: false,
            promisedLoss: nil
        ) {
            .whiteBox(try FAB(threat: $0, steps: 8, targetClasses: 2))
        },
    ]

    private static func apgd(_ name: String, _ loss: Loss) -> AttackCase {
        AttackCase(name, "10 steps", norms: [.linf, .l2, .l1], isRandom: true, promisedLoss: nil) {
            .whiteBox(
                try APGD(threat: $0, loss: loss, steps: 10, restarts: 2, startsLarger: $0.norm == .l1)
            )
        }
    }
}
