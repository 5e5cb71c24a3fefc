import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

struct StoppableClassifierTests {
    private let affine = AffineClassifier(randomClasses: 3, inputShape: [4], seed: 1)
    private var inputs: Tensor {
        var random = SeededRandom(seed: 2, stream: "inputs")
        return Tensor([5, 4], generating: { _ in random.uniform() })
    }
    private let aims = [Aim](repeating: .anythingBut(0), count: 5)

    @Test func itAnswersAsTheOneUnderneath() throws {
        let model = StoppableClassifier(affine) { nil }
        #expect(try model.labels(for: inputs) == affine.labels(for: inputs))
        #expect(try model.logits(for: inputs).isBitwiseEqual(to: affine.logits(for: inputs)))
        let (mine, theirs) = (
            try model.inputGradient(of: .margin, at: inputs, aims: aims),
            try affine.inputGradient(of: .margin, at: inputs, aims: aims)
        )
        #expect(mine.gradient.isBitwiseEqual(to: theirs.gradient) && mine.losses == theirs.losses)
        #expect(model.inputShape == affine.inputShape && model.classCount == 3)
        #expect(model.workerCount == affine.workerCount)
    }

    @Test func everyQuestionIsRefusedOnceItIsToStop() throws {
        let model = StoppableClassifier(affine) { .interruption }
        let (inputs, aims) = (inputs, aims)
        #expect(throws: RunStop.interruption) { try model.labels(for: inputs) }
        #expect(throws: RunStop.interruption) { try model.logits(for: inputs) }
        #expect(throws: RunStop.interruption) {
            try model.inputGradient(of: .margin, at: inputs, aims: aims)
        }
    }

    /// Workers ask each time, so that a walk of many steps ends at the next.
    @Test func workersAskEachTime() throws {
        let asked = Atomic(0)
        let model = StoppableClassifier(affine) {
            asked.add(1, ordering: .relaxed).newValue > 3 ? RunStop(.budget, "enough") : nil
        }
        let answered = Atomic(0)
        #expect(throws: RunStop(.budget, "enough")) {
            try model.withGradientWorkers { worker in
                var points = Tensor([worker.lanes, 4])
                let active = (0..<worker.lanes).map { $0 == 0 }
                var scores = Tensor([0])
                var slope = LossGradient(losses: [], gradient: Tensor([0]), logits: Tensor([0]))
                let aims = [Aim](repeating: .anythingBut(0), count: worker.lanes)
                while true {
                    try worker.evaluate(&points, active: active, into: &scores)
                    answered.add(1, ordering: .relaxed)
                    try worker.evaluate(.margin, at: &points, aims: aims, active: active, into: &slope)
                    answered.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(answered.load(ordering: .relaxed) == 3)
    }
}
