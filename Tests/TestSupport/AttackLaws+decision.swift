import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension AttackLaws {
    static let decisionCases: [AttackCase] = [
        AttackCase("hop-skip-jump", "200 queries", norms: [.linf, .l2], isRandom: true, promisedLoss: nil) {
            .labelOnly(try HopSkipJump(threat: $0, initialEvaluations: 20, queryBudget: 200))
        },
        AttackCase("boundary", "pairs, 200 queries", norms: [.l2], isRandom: true, promisedLoss: nil) {
            .labelOnly(
                try BoundaryAttack(
                    threat: $0,
                    orthogonalStep: 0.3,
                    sourceStep: 0.1,
                    window: 10,
                    checkInterval: 2,
                    population: 2,
                    queryBudget: 200
                )
            )
        },
        AttackCase("geoda", "250 queries", norms: [.linf, .l2, .l1], isRandom: true, promisedLoss: nil) {
            .labelOnly(try GeoDA(threat: $0, queries: 250))
        },
        AttackCase("geoda", "low frequencies", norms: [.linf, .l2, .l1], isRandom: true, promisedLoss: nil) {
            .labelOnly(try GeoDA(threat: $0, queries: 250, frequencies: 0.5))
        },
        AttackCase("sign-opt", "200 queries", norms: [.linf, .l2], isRandom: true, promisedLoss: nil) {
            .labelOnly(try SignOPT(threat: $0, evaluations: 20, directions: 10, queryBudget: 200))
        },
    ]
}
