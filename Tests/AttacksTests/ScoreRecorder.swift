import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Testing

/// An oracle that writes down what it is asked, and answers from a model until it has answered enough.
///
/// `@unchecked Sendable` is sound because one test uses one recorder, from one task.
final class ScoreRecorder<Model: ScoreAccess>: ScoreOracle, @unchecked Sendable {
    let input: [Float]
    let aim: Aim
    let threat: ThreatModel
    let box: Box
    var shape: Shape { model.inputShape }
    var classCount: Int { model.classCount }
    var restart = 0
    let nearest: [Float]? = nil
    let logitsOfInput: [Float]

    private let model: Model
    private let seed: UInt64
    /// How many points are answered before the budget is spent.
    private let budget: Int

    /// The questions in the order they came, each with its points.
    private(set) var questions: [[[Float]]] = []
    /// The answers to them.
    private(set) var answers: [[[Float]]] = []
    /// The restart of each question.
    private(set) var restarts: [Int] = []
    private var asked = 0

    init(
        _ model: Model,
        _ input: [Float],
        _ threat: ThreatModel,
        aim: Aim = .anythingBut(0),
        budget: Int = .max,
        seed: UInt64 = 1
    ) throws {
        (self.model, self.input, self.aim, self.threat) = (model, input, aim, threat)
        (self.budget, self.seed) = (budget, seed)
        box = Box(threat.bounds, count: input.count)
        logitsOfInput = Array(try model.logits(for: Tensor(model.inputShape.batched(1), input)).elements)
    }

    /// All points that were asked about.
    var points: [[Float]] { questions.flatMap(\.self) }

    func random(restart: Int) -> SeededRandom {
        SeededRandom(seed: seed, stream: "recorder", sample: 0, restart: restart)
    }

    func labels(at points: [[Float]]) async throws -> [Int] {
        try await logits(at: points).map { logits in
            logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
        }
    }

    func logits(at points: [[Float]]) async throws -> [[Float]] {
        asked += points.count
        guard asked <= budget else { throw SearchEnd.budget }
        let inputs = Tensor(shape.batched(points.count), points.flatMap(\.self))
        let logits = try model.logits(for: inputs)
        let rows = points.indices.map { Array(logits.row($0).elements) }
        questions.append(points)
        answers.append(rows)
        restarts.append(restart)
        return rows
    }

    /// Lets an attack search until it ends or the budget is spent, whatever it finds.
    func watch(_ attack: some ScoreSearch) async throws {
        do { try await attack.search(self) } catch SearchEnd.budget {}
    }

    /// What leaves the ball or the box, in words.
    var trespasses: [String] {
        let allowance = threat.allowance(around: input)
        return points.enumerated().compactMap { index, point in
            let distance = threat.norm.distance(point, input)
            if !(distance <= allowance) { return "point \(index) is \(distance) away" }
            return box.contains(point) ? nil : "point \(index) leaves the box"
        }
    }
}

/// A sample on which many elements lie at the ends of a box whose intervals differ.
enum CrampedBox {
    static func bounds(_ count: Int) -> Bounds {
        Bounds(
            lower: (0..<count).map { Float($0 % 3) * 0.1 },
            upper: (0..<count).map { 1 - Float($0 % 2) * 0.2 }
        )
    }

    static func input(_ count: Int, seed: UInt64 = 3) -> [Float] {
        let bounds = bounds(count)
        var random = SeededRandom(seed: seed, stream: "cramped")
        return (0..<count).map {
            switch $0 % 5 {
            case 0: bounds.lower[$0]
            case 1: bounds.upper[$0]
            default: random.uniform(bounds.lower[$0], bounds.upper[$0])
            }
        }
    }
}
