import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport

/// Samples of a small network with curved boundaries, on which attacks can be compared with each other.
struct CurvedSample {
    let model = TwoLayerClassifier(classCount: 4, hidden: 8, inputShape: [8], seed: 3)
    let batch: Batch

    init(count: Int) {
        var random = SeededRandom(seed: 6, stream: "curved")
        let inputs = Tensor([count, 8], generating: { _ in random.uniform() })
        let labels = (try? model.labels(for: inputs)) ?? []
        batch = Batch(inputs: inputs, aims: labels.map { .anythingBut($0) }, samples: Array(0..<count))
    }

    func run(_ attack: some WhiteBoxAttack) throws -> Perturbed {
        try attack.perturb(batch, against: model, random: RandomSource(seed: 2, stream: attack.name))
    }

    /// The median of the distances to what an attack found; a sample without counts as infinitely far.
    func median(_ attack: some WhiteBoxAttack) throws -> Double {
        let distances = try run(attack).nearest.map { $0 ?? .infinity }.sorted()
        return distances[distances.count / 2]
    }
}
