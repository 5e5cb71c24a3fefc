import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension AttackLaws {
    static let minimumNormCases: [AttackCase] = [
        AttackCase("deepfool", "3 classes", norms: [.linf, .l2], isRandom: false, promisedLoss: nil) {
            .whiteBox(try DeepFool(threat: $0, steps: 6, candidates: 3))
        },
        AttackCase("cw-l2", "3 weights", norms: [.l2], isRandom: false, promisedLoss: nil) {
            .whiteBox(
                try CarliniWagnerL2(
                    threat: $0,
                    searchSteps: 3,
                    steps: 12,
                    learningRate: 0.2,
                    initialConstant: 0.1,
                    abortsEarly: false
                )
            )
        },
        AttackCase("cw-linf", "3 weights", norms: [.linf], isRandom: false, promisedLoss: nil) {
            .whiteBox(
                try CarliniWagnerLinf(
                    threat: $0,
                    steps: 12,
                    learningRate: 0.1,
                    initialConstant: 0.1,
                    constantFactor: 10
                )
            )
        },
        AttackCase("ead", "3 weights", norms: [.l1], isRandom: false, promisedLoss: nil) {
            .whiteBox(
                try EAD(
                    threat: $0,
                    searchSteps: 3,
                    steps: 12,
                    stepSize: 0.05,
                    initialConstant: 1,
                    abortsEarly: false
                )
            )
        },
        AttackCase("ddn", "cross-entropy", norms: [.l2], isRandom: false, promisedLoss: nil) {
            .whiteBox(try DDN(threat: $0, steps: 20, gamma: 0.1, initialRadius: 0.4))
        },
        AttackCase("ddn", "margin, 64 levels", norms: [.l2], isRandom: false, promisedLoss: nil) {
            .whiteBox(
                try DDN(threat: $0, loss: .margin, steps: 20, gamma: 0.1, initialRadius: 0.4, levels: 64)
            )
        },
        AttackCase("fmn", "20 steps", norms: Norm.allCases, isRandom: false, promisedLoss: nil) {
            .whiteBox(FMN(threat: $0, steps: 20))
        },
    ]
}
