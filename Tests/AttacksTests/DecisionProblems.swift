import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport

/// A model that shows labels only and remembers what it was asked.
final class LabelRecorder: LabelAccess {
    private let base: any LabelAccess
    private let asked = Mutex<[[[Float]]]>([])

    init(_ base: any LabelAccess) { self.base = base }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    /// The points of each question, in order.
    var questions: [[[Float]]] { asked.withLock { $0 } }
    /// All points, in order.
    var points: [[Float]] { questions.flatMap(\.self) }

    func labels(for inputs: Tensor) throws -> [Int] {
        let points = (0..<inputs.rowCount).map { Array(inputs.row($0).elements) }
        asked.withLock { $0.append(points) }
        return try base.labels(for: inputs)
    }
}

/// Two classes with a plane between them, at a known distance from a sample.
struct PlaneProblem {
    let model: AffineClassifier
    let input: [Float]
    let truth: Int
    /// What is added to the margin by a unit step of each element.
    private let slope: [Double]
    private let gap: Double

    /// A random plane and a point at a moderate distance from it.
    init(size: Int, seed: Int) throws {
        var attempt = 1000 * seed
        while true {
            let model = AffineClassifier(randomClasses: 2, inputShape: [size], seed: UInt64(attempt))
            var random = SeededRandom(seed: UInt64(attempt), stream: "point")
            let input = (0..<size).map { _ in random.uniform() }
            let truth = try model.labels(for: Tensor(Shape([1, size]), input))[0]
            let slope = zip(model.weights[truth], model.weights[1 - truth]).map { $0 - $1 }
            let gap =
                model.bias[truth] - model.bias[1 - truth]
                + zip(slope, input).reduce(0) { $0 + $1.0 * Double($1.1) }
            let length = slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if gap / length > 0.15 {
                (self.model, self.input, self.truth, self.slope, self.gap) = (model, input, truth, slope, gap)
                return
            }
            attempt += 1
        }
    }

    /// How far the plane is.
    func distance(_ norm: Norm) -> Double {
        switch norm {
        case .linf: gap / slope.reduce(0) { $0 + abs($1) }
        case .l2: gap / slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
        case .l1, .l0: gap / (slope.map { abs($0) }.max() ?? 0)
        }
    }

    /// A threat without a radius in a box so wide that it does not matter.
    static func threat(_ norm: Norm) -> ThreatModel {
        ThreatModel(norm: norm, epsilon: .infinity, bounds: Bounds(-3, 4), knowledge: .blackBox)
    }

    /// What an attack finds.
    func run(_ attack: some LabelOnlyAttack, seed: UInt64 = 1) throws -> Perturbed {
        try attack.run(on: model, at: input, .anythingBut(truth), seed: seed)
    }

    /// How far what an attack finds is, as a multiple of the distance of the plane; infinity if it finds
    /// nothing.
    func excess(_ attack: some LabelOnlyAttack, seed: UInt64 = 1) throws -> Double {
        let nearest = try run(attack, seed: seed).nearest[0] ?? .infinity
        return nearest / distance(attack.threat.norm)
    }
}

extension LabelOnlyAttack {
    /// What the attack finds for one sample of a model that shows nothing but labels.
    func run(
        on model: some LabelAccess,
        at input: [Float],
        _ aim: Aim,
        seed: UInt64 = 1
    ) throws -> Perturbed {
        try perturb(
            Batch(inputs: Tensor(model.inputShape.batched(1), input), aims: [aim], samples: [0]),
            against: model,
            random: RandomSource(seed: seed, stream: name)
        )
    }
}

/// What has to hold for every attack that sees labels only.
enum DecisionLaws {
    /// A small model of images whose box has an interval of its own for each element, and a sample on its
    /// border.
    static let shape: Shape = [2, 4, 4]
    static let model = TwoLayerClassifier(classCount: 4, hidden: 8, inputShape: shape, seed: 12)
    static let bounds = Bounds(
        lower: (0..<shape.count).map { Float($0 % 3) * 0.1 },
        upper: (0..<shape.count).map { 1 - Float($0 % 2) * 0.2 }
    )
    static let input: [Float] = {
        var random = SeededRandom(seed: 2, stream: "sample")
        return zip(bounds.lower, bounds.upper).enumerated().map { index, ends in
            index % 4 == 0 ? ends.0 : random.uniform(ends.0, ends.1)
        }
    }()

    static func threat(_ norm: Norm) -> ThreatModel {
        ThreatModel(norm: norm, epsilon: .infinity, bounds: bounds, knowledge: .blackBox)
    }

    /// Every point that is asked about lies in the box, the number of them is what is reported and within the
    /// budget, and what is returned reaches the aim at the distance that is reported.
    static func violations(_ attack: some LabelOnlyAttack, budget: Int) throws -> [String] {
        let truth = try model.labels(for: Tensor(shape.batched(1), input))[0]
        let recorder = LabelRecorder(model)
        let result = try attack.run(on: recorder, at: input, .anythingBut(truth))
        let points = recorder.points
        var violations: [String] = []
        let box = Box(bounds, count: shape.count)
        let outside = points.filter { !box.contains($0) }.count
        if outside > 0 { violations.append("\(outside) of \(points.count) points lie outside the box") }
        if points.count != result.queries[0] || points.count > budget {
            violations.append("\(points.count) points, \(result.queries[0]) queries, a budget of \(budget)")
        }
        let label = try model.labels(for: result.candidates)[0]
        if result.claimed != [true] || label == truth { violations.append("the class is still \(label)") }
        let distance = attack.threat.norm.distance(Array(result.candidates.elements), input)
        if result.nearest[0] != distance { violations.append("\(distance) away and not what is reported") }
        return violations
    }
}
