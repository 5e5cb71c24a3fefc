import BulwarkModels
import BulwarkTensors
import CKernels

/// Which of the points that reach the aim an attack is after.
public enum Keeping: Sendable {
    /// The first one in the ball; the attack is over then.
    case first
    /// The one nearest to the sample.
    case nearest
    /// The last one in the ball whose label was asked for, whether it reaches the aim or not: the attack takes
    /// all of its steps, for examples that other models are to get wrong as well.
    case last
    /// The one in the ball with the highest loss, whether it reaches the aim or not, after all steps.
    case highestLoss

    /// Whether an attack goes on although its aim is reached, and looks at points that miss it as well.
    var takesAllSteps: Bool { self == .last || self == .highestLoss }
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
    /// The largest distance that counts as the radius.
    private let reach: Double
    private let desk: Desk
    private let numbers: (Int) -> SeededRandom
    /// Whether an earlier attempt of several has made this one superfluous.
    private var isAbandoned = false

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
    /// A distance up to which nothing reaches the aim, for an attack that proves one.
    var provedRadius: Double?
    private var candidateDistance = Double.infinity
    private var candidateLoss = -Float.infinity

    init(
        _ input: [Float],
        _ aim: Aim,
        _ attack: some Search,
        _ box: Box,
        shape: Shape,
        classCount: Int,
        maximumQueries: Int?,
        desk: Desk,
        numbers: @escaping (Int) -> SeededRandom
    ) {
        (self.input, self.aim, self.box, self.shape, self.classCount) = (input, aim, box, shape, classCount)
        (threat, keeping) = (attack.threat, attack.keeping)
        budget = min(attack.queryBudget ?? .max, maximumQueries ?? .max)
        candidate = input
        reach = attack.threat.allowance(around: input)
        self.desk = desk
        self.numbers = numbers
    }

    /// The oracle of one of several attempts that know nothing of each other.
    private init(attempt: Int, of whole: SampleOracle) {
        (input, aim, box, shape) = (whole.input, whole.aim, whole.box, whole.shape)
        (classCount, threat, keeping, budget) = (whole.classCount, whole.threat, whole.keeping, whole.budget)
        (candidate, logitsOfInput, reach) = (whole.input, whole.logitsOfInput, whole.reach)
        (desk, numbers, restart) = (whole.desk, whole.numbers, attempt)
    }

    var room: Int { desk.room }

    func random(restart: Int) -> SeededRandom { numbers(restart) }

    /// Looks at the sample itself; true if there is something to search for.
    func begin(withScores: Bool) async throws -> Bool {
        if withScores {
            queries += 1
            logitsOfInput = try await scores(of: [input])[0]
            note(input, label: logitsOfInput.argmax, query: 1)
        } else {
            note(input, label: try await labels(of: [input])[0], query: 1)
        }
        return (!hasReached || keeping.takesAllSteps) && threat.epsilon > 0
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
        queries += allowed.count
        let answers = try await scores(of: allowed)
        for (index, logits) in answers.enumerated() {
            note(allowed[index], label: logits.argmax, query: queries - allowed.count + index + 1)
        }
        try endIfOver(asked: points.count, answered: answers.count)
        return answers
    }

    func logits(at points: [[Float]], upTo isEnough: ([Float]) -> Bool) async throws -> [[Float]] {
        let allowed = try affordable(points)
        let answers = try await scores(of: allowed)
        for (index, logits) in answers.enumerated() {
            queries += 1
            note(allowed[index], label: logits.argmax, query: queries)
            if keeping == .first && hasReached { throw SearchEnd.reached }
            if isEnough(logits) { return Array(answers[...index]) }
        }
        try endIfOver(asked: points.count, answered: answers.count)
        return answers
    }

    func slopes(of loss: Loss, at points: [[Float]], aims: [Aim]?) async throws -> [Slope] {
        if isAbandoned { throw SearchEnd.reached }
        gradients += points.count
        let wanted = aims ?? Array(repeating: aim, count: points.count)
        let answer = try await withUnsafeThrowingContinuation { continuation in
            desk.leave(.slopes(loss), points, wanted, for: continuation)
        }
        guard case .slopes(let slopes) = answer else {
            preconditionFailure("a question about slopes is answered with slopes")
        }
        var doubtful: [[Float]] = []
        for (point, slope) in zip(points, slopes) {
            if !keeping.takesAllSteps, aim.isReached(by: slope.logits.argmax) {
                if isOfUse(point) { doubtful.append(point) }
            } else {
                offer(point, loss: slope.loss)
            }
        }
        if !doubtful.isEmpty { _ = try await labels(at: doubtful) }
        return slopes
    }

    // MARK: Asking

    // Each layer of asynchronous functions costs a search time for every question.

    @inline(__always)
    private func labels(of points: [[Float]]) async throws -> [Int] {
        queries += points.count
        let answer = try await withUnsafeThrowingContinuation { desk.leave(.labels, points, for: $0) }
        guard case .labels(let labels) = answer else {
            preconditionFailure("a question about labels is answered with labels")
        }
        return labels
    }

    @inline(__always)
    private func scores(of points: [[Float]]) async throws -> [[Float]] {
        let answer = try await withUnsafeThrowingContinuation { desk.leave(.logits, points, for: $0) }
        guard case .logits(let logits) = answer else {
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

    // MARK: Several attempts

    /// Makes attempts together where there is room for it and nothing that one of them finds changes what
    /// another does.
    func attempts(
        _ count: Int,
        _ attempt: @escaping @Sendable (Int, any GradientOracle) async throws -> Void
    ) async throws {
        var next = 0
        while next < count {
            let together = keeping == .first && budget == .max ? min(count - next, room) : 1
            if together > 1 {
                try await make(next..<next + together, attempt)
            } else {
                restart = next
                try await attempt(next, self)
            }
            next += together
        }
    }

    private func make(
        _ range: Range<Int>,
        _ attempt: @escaping @Sendable (Int, any GradientOracle) async throws -> Void
    ) async throws {
        let oracles = range.map { SampleOracle(attempt: $0, of: self) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, oracle) in oracles.enumerated() {
                group.addTask {
                    do {
                        try await attempt(oracle.restart, oracle)
                    } catch is SearchEnd {
                        // Those before it go on: had one of them succeeded, this one would not have been made.
                        for later in oracles[(place + 1)...] where oracle.hasReached {
                            later.isAbandoned = true
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        for oracle in oracles {
            add(oracle)
            if hasReached { throw SearchEnd.reached }
        }
    }

    /// Takes over what the next attempt has cost and found.
    private func add(_ attempt: SampleOracle) {
        if attempt.hasReached {
            (candidate, hasReached, foundIn) = (attempt.candidate, true, attempt.foundIn)
            firstSuccess = attempt.firstSuccess.map { queries + $0 }
        } else if attempt.candidateLoss > candidateLoss {
            (candidate, candidateLoss, foundIn) = (attempt.candidate, attempt.candidateLoss, attempt.foundIn)
        }
        if attempt.nearestDistance < nearestDistance {
            (nearest, nearestDistance) = (attempt.nearest, attempt.nearestDistance)
        }
        queries += attempt.queries
        gradients += attempt.gradients
    }

    // MARK: Keeping

    private func note(_ point: [Float], label: Int, query: Int) {
        if keeping == .last, isLegal(point) { (candidate, foundIn) = (point, restart) }
        guard aim.isReached(by: label), box.contains(point) else { return }
        let distance = distance(to: point)
        if distance < nearestDistance { (nearest, nearestDistance) = (point, distance) }
        guard distance <= reach else { return }
        if firstSuccess == nil { firstSuccess = query }
        if keeping.takesAllSteps {
            hasReached = true
            return
        }
        guard keeping == .first ? !hasReached : distance < candidateDistance else { return }
        (candidate, candidateDistance, hasReached, foundIn) = (point, distance, true, restart)
    }

    private func distance(to point: [Float]) -> Double {
        guard threat.norm == .linf else { return threat.norm.distance(point, input) }
        return kernels_largest_distance(point, input, Int64(input.count))
    }

    /// Whether keeping a point that reaches the aim would change anything.
    private func isOfUse(_ point: [Float]) -> Bool {
        guard box.contains(point) else { return false }
        let distance = distance(to: point)
        if keeping == .nearest { return distance < nearestDistance }
        return !hasReached && distance <= reach
    }

    /// A point that misses the aim is worth keeping if nothing reaches it and the loss is the highest so far;
    /// where all steps are taken, every point is.
    private func offer(_ point: [Float], loss: Float) {
        let isOpen = keeping == .highestLoss || keeping == .first && !hasReached
        guard isOpen, loss > candidateLoss, isLegal(point) else { return }
        (candidate, candidateLoss, foundIn) = (point, loss, restart)
    }

    private func isLegal(_ point: [Float]) -> Bool {
        box.contains(point) && distance(to: point) <= reach
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
