import BulwarkModels
import BulwarkTensors

/// Which of the points that reach the aim an attack is after.
public enum Keeping: Sendable {
    /// The first one in the ball; the attack is over then.
    case first
    /// The one nearest to the sample.
    case nearest
}

/// Asks a model about one sample, counts, and keeps what was found.
///
/// `@unchecked Sendable` is sound because the attack on its sample and the owner of the run loop touch it by
/// turns, on one thread.
final class SampleOracle: GradientOracle, @unchecked Sendable {
    let input: [Float]
    let aim: Aim
    let threat: ThreatModel
    let box: Box
    let shape: Shape
    let classCount: Int
    let keeping: Keeping
    let budget: Int
    var restart = 0
    private(set) var logitsOfInput: [Float] = []
    private let desk: Desk
    private let numbers: (Int) -> SeededRandom

    /// What the attack has cost.
    private(set) var queries = 0
    private(set) var gradients = 0
    /// The query with which the aim was first reached inside the ball.
    private(set) var firstSuccess: Int?
    /// The best point inside the ball, whether it reaches the aim, and the restart it comes from.
    private(set) var candidate: [Float]
    private(set) var hasReached = false
    private(set) var foundIn = 0
    /// The nearest point of the box that reaches the aim.
    private(set) var nearest: [Float]?
    private(set) var nearestDistance = Double.infinity
    private var candidateDistance = Double.infinity
    private var candidateLoss = -Float.infinity

    init(
        _ input: [Float],
        _ aim: Aim,
        _ attack: some Search,
        _ box: Box,
        shape: Shape,
        classCount: Int,
        desk: Desk,
        numbers: @escaping (Int) -> SeededRandom
    ) {
        (self.input, self.aim, self.box, self.shape, self.classCount) = (input, aim, box, shape, classCount)
        (threat, keeping, budget) = (attack.threat, attack.keeping, attack.queryBudget ?? .max)
        candidate = input
        self.desk = desk
        self.numbers = numbers
    }

    func random(restart: Int) -> SeededRandom { numbers(restart) }

    /// Looks at the sample itself; true if there is something to search for.
    func begin(withScores: Bool) async throws -> Bool {
        if withScores {
            logitsOfInput = try await logits(of: [input])[0]
            note(input, label: logitsOfInput.argmax, query: 1)
        } else {
            note(input, label: try await labels(of: [input])[0], query: 1)
        }
        return !hasReached && threat.epsilon > 0
    }

    func labels(at points: [[Float]]) async throws -> [Int] {
        let allowed = try affordable(points)
        let answers = try await labels(of: allowed)
        for (index, label) in answers.enumerated() {
            note(allowed[index], label: label, query: queries - allowed.count + index + 1)
        }
        try endIfOver(asked: points.count, answered: answers.count)
        return answers
    }

    func logits(at points: [[Float]]) async throws -> [[Float]] {
        let allowed = try affordable(points)
        let answers = try await logits(of: allowed)
        for (index, logits) in answers.enumerated() {
            note(allowed[index], label: logits.argmax, query: queries - allowed.count + index + 1)
        }
        try endIfOver(asked: points.count, answered: answers.count)
        return answers
    }

    func slopes(of loss: Loss, at points: [[Float]], aims: [Aim]?) async throws -> [Slope] {
        gradients += points.count
        let wanted = aims ?? Array(repeating: aim, count: points.count)
        guard case .slopes(let slopes) = try await desk.ask(.slopes(loss), points, wanted) else {
            preconditionFailure("a question about slopes is answered with slopes")
        }
        var doubtful: [[Float]] = []
        for (point, slope) in zip(points, slopes) {
            if aim.isReached(by: slope.logits.argmax) {
                if isOfUse(point) { doubtful.append(point) }
            } else {
                offer(point, loss: slope.loss)
            }
        }
        if !doubtful.isEmpty { _ = try await labels(at: doubtful) }
        return slopes
    }

    // MARK: Asking

    private func labels(of points: [[Float]]) async throws -> [Int] {
        queries += points.count
        guard case .labels(let labels) = try await desk.ask(.labels, points) else {
            preconditionFailure("a question about labels is answered with labels")
        }
        return labels
    }

    private func logits(of points: [[Float]]) async throws -> [[Float]] {
        queries += points.count
        guard case .logits(let logits) = try await desk.ask(.logits, points) else {
            preconditionFailure("a question about scores is answered with scores")
        }
        return logits
    }

    /// The first of the points, as many as there are queries for.
    private func affordable(_ points: [[Float]]) throws(SearchEnd) -> [[Float]] {
        guard queries < budget || points.isEmpty else { throw .budget }
        return points.count <= budget - queries ? points : Array(points.prefix(budget - queries))
    }

    private func endIfOver(asked: Int, answered: Int) throws(SearchEnd) {
        if keeping == .first && hasReached { throw .reached }
        if answered < asked { throw .budget }
    }

    // MARK: Keeping

    private func note(_ point: [Float], label: Int, query: Int) {
        guard aim.isReached(by: label), box.contains(point) else { return }
        let distance = threat.norm.distance(point, input)
        if distance < nearestDistance { (nearest, nearestDistance) = (point, distance) }
        guard distance <= threat.allowance(around: input) else { return }
        if firstSuccess == nil { firstSuccess = query }
        guard keeping == .first ? !hasReached : distance < candidateDistance else { return }
        (candidate, candidateDistance, hasReached, foundIn) = (point, distance, true, restart)
    }

    /// Whether keeping a point that reaches the aim would change anything.
    private func isOfUse(_ point: [Float]) -> Bool {
        guard box.contains(point) else { return false }
        let distance = threat.norm.distance(point, input)
        if keeping == .nearest { return distance < nearestDistance }
        return !hasReached && distance <= threat.allowance(around: input)
    }

    /// A point that misses the aim is worth keeping if nothing reaches it and the loss is the highest so far.
    private func offer(_ point: [Float], loss: Float) {
        guard keeping == .first, !hasReached, loss > candidateLoss, box.contains(point),
            threat.norm.distance(point, input) <= threat.allowance(around: input)
        else { return }
        (candidate, candidateLoss, foundIn) = (point, loss, restart)
    }
}

extension [Float] {
    /// The position of the largest element, the first one on a tie; 0 if the first is NaN.
    var argmax: Int {
        var best = 0
        for index in indices.dropFirst() where self[index] > self[best] { best = index }
        return best
    }
}
