import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension AttackLaws {
    static let scoreCases: [AttackCase] = [
        score("square", "two starts of 20 squares", [.linf, .l2, .l1]) {
            try SquareAttack(threat: $0, queries: 20, restarts: 2, scheduleLength: 20)
        },
        score("nes", "8 points a step", [.linf, .l2]) {
            try NES(
                threat: $0,
                samples: 8,
                stepSize: max($0.epsilon / 3, .leastNormalMagnitude),
                maximumQueries: 40
            )
        },
        score("simba", "40 queries", [.l2]) {
            try SimBA(threat: $0, basis: .elements, stepSize: 0.15, maximumQueries: 40)
        },
        score("simba-dct", "40 queries", [.l2]) {
            try SimBA(threat: $0, basis: .cosines, stepSize: 0.15, maximumQueries: 40)
        },
        score("zoo", "5 of 12 coordinates a step", [.l2]) {
            try ZOO(
                threat: $0,
                searches: 2,
                steps: 12,
                coordinates: 5,
                initialConstant: 1,
                learningRate: 0.05
            )
        },
        score("genattack", "4 members", [.linf]) {
            try GenAttack(threat: $0, populationSize: 4, patience: 4, maximumQueries: 40)
        },
    ]

    private static func score(
        _ name: String,
        _ knobs: String,
        _ norms: [Norm],
        _ make: @escaping @Sendable (ThreatModel) throws -> any ScoreAttack
    ) -> AttackCase {
        // A sample that is not won comes back as it was.
        AttackCase(name, knobs, norms: norms, isRandom: true, promisedLoss: .margin) {
            .scores(try make($0))
        }
    }
}
