import BulwarkModels
import BulwarkTensors

/// A single perturbation that fools a model on most samples it is added to.
///
/// Moosavi-Dezfooli, Fawzi, Fawzi and Frossard, "Universal adversarial perturbations" (CVPR 2017), algorithm
/// 1: for each sample in turn that the perturbation v does not fool, the smallest additional step in the
/// Euclidean sense that does (`BoundaryWalk`) is added to v, which is then projected on the ball; over and
/// over until the wanted share of the samples is fooled. The paper keeps the last v, this attack the one that
/// fooled most.
///
/// A perturbation belongs to the samples it was fitted on: `fit` finds it, and `apply` adds it to others,
/// which is how it is used. As an attack it is fitted on the batch it is given, so what becomes of a sample
/// depends on the others, unlike in any attack on single samples; samples that reach their aim by themselves
/// take no part and come back as they are. A targeted goal makes sense if all samples have the same target.
public struct UniversalPerturbation: WhiteBoxAttack {
    /// The name on the command line.
    public var name: String { "universal-perturbation" }
    /// Yes: there is one perturbation for all samples of a batch.
    public var needsCompany: Bool { true }
    /// Goal, norm (Linf or L2), radius and box.
    public let threat: ThreatModel
    /// The share of the samples to fool, 1 − δ in the paper.
    public let foolingRate: Double
    /// The most rounds over the samples.
    public let maximumRounds: Int
    /// How to get over the boundary from one sample.
    public let walk: BoundaryWalk

    /// A perturbation for many samples.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm (Linf or L2), radius and box.
    ///   - foolingRate: The share of the samples to fool, 0.8 in the paper.
    ///   - maximumRounds: The most rounds over the samples.
    ///   - walk: How to get over the boundary from one sample.
    /// - Throws: `AttackError.unsupportedNorm` for L1 and L0.
    public init(
        threat: ThreatModel,
        foolingRate: Double = 0.8,
        maximumRounds: Int = 10,
        walk: BoundaryWalk = BoundaryWalk()
    ) throws(AttackError) {
        precondition(foolingRate > 0 && foolingRate <= 1, "a rate is above 0 and at most 1")
        precondition(maximumRounds >= 1, "there is at least one round")
        guard threat.norm == .linf || threat.norm == .l2 else {
            throw .unsupportedNorm(attack: "universal-perturbation", norm: threat.norm)
        }
        self.threat = threat
        self.foolingRate = foolingRate
        self.maximumRounds = maximumRounds
        self.walk = walk
    }

    /// A perturbation for all samples of a batch, of the shape of one sample and inside the ball.
    ///
    /// - Parameters:
    ///   - batch: The samples to fool.
    ///   - model: What to fool.
    ///   - random: Decides on the order of the samples.
    /// - Returns: What to add to a sample.
    /// - Throws: What the model throws.
    public func fit(
        _ batch: Batch,
        against model: some GradientAccess,
        random: RandomSource
    ) throws -> Tensor {
        try fitted(batch, model, random).perturbation
    }

    /// Samples with a perturbation added, inside the ball and the box.
    ///
    /// - Parameters:
    ///   - perturbation: What `fit` found, of the shape of one sample.
    ///   - inputs: Samples `[N, …]`, inside the box.
    /// - Returns: Samples of the same shape.
    public func apply(_ perturbation: Tensor, to inputs: Tensor) -> Tensor {
        let added = perturbation.elements.array(0..<perturbation.count)
        return threat.project(inputs.mappingRows { $1.plus(added) }, around: inputs)
    }

    /// The samples of a batch with the perturbation that was fitted on them.
    ///
    /// A sample costs a query for its input. One that takes part costs a query more in each round and one for
    /// its candidate, and what its walks over the boundary ask for.
    public func perturb(
        _ batch: Batch,
        against model: some GradientAccess,
        random: RandomSource
    ) throws -> Perturbed {
        let fit = try fitted(batch, model, random)
        var result = fit.costs
        guard !fit.open.isEmpty else { return result }
        let points = apply(fit.perturbation, to: batch.inputs.gatheringRows(fit.open))
        result.candidates.setRows(fit.open, to: points)
        for (row, label) in zip(fit.open, try model.labels(for: points)) {
            result.queries[row] += 1
            result.claimed[row] = batch.aims[row].isReached(by: label)
        }
        return result
    }

    /// What was found, for which rows, and what it cost.
    private struct Fit {
        var perturbation: Tensor
        var open: [Int]
        var costs: Perturbed
    }

    private func fitted(
        _ batch: Batch,
        _ model: some GradientAccess,
        _ random: RandomSource
    ) throws -> Fit {
        try require(.margin, for: batch, classCount: model.classCount)
        let rowShape = batch.inputs.shape.dropFirst
        var fit = Fit(perturbation: Tensor(rowShape), open: [], costs: Perturbed(unchanged: batch))
        for (row, label) in try model.labels(for: batch.inputs).enumerated() {
            fit.costs.queries[row] = 1
            fit.costs.claimed[row] = batch.aims[row].isReached(by: label)
        }
        guard threat.epsilon > 0 else { return fit }
        fit.open = fit.costs.claimed.indices.filter { !fit.costs.claimed[$0] }
        guard let first = fit.open.first else { return fit }

        var current = fit.perturbation
        var most = -1
        for round in 0..<maximumRounds {
            var numbers = random.numbers(sample: batch.samples[first], restart: round)
            for position in numbers.permutation(of: fit.open.count) {
                try extend(&current, for: fit.open[position], of: batch, model, &fit.costs)
            }
            let fooled = try fooledCount(current, fit.open, batch, model, &fit.costs)
            if fooled > most { (most, fit.perturbation) = (fooled, current) }
            if Double(fooled) >= foolingRate * Double(fit.open.count) { break }
        }
        return fit
    }

    /// Adds to the perturbation what it lacks to fool one more sample.
    private func extend(
        _ perturbation: inout Tensor,
        for row: Int,
        of batch: Batch,
        _ model: some GradientAccess,
        _ costs: inout Perturbed
    ) throws {
        let input = batch.inputs.rows(row..<row + 1)
        let point = apply(perturbation, to: input)
        let found = try walk.step(from: point.array(ofRow: 0), batch.aims[row], threat.bounds, model)
        costs.queries[row] += found.queries
        costs.gradients[row] += found.gradients
        let sum = perturbation.elements.array(0..<perturbation.count).plus(found.step)
        let shape = perturbation.shape.batched(1)
        let center = Tensor(shape)
        perturbation = threat.norm.project(Tensor(shape, sum), around: center, radius: threat.epsilon).row(0)
    }

    private func fooledCount(
        _ perturbation: Tensor,
        _ rows: [Int],
        _ batch: Batch,
        _ model: some GradientAccess,
        _ costs: inout Perturbed
    ) throws -> Int {
        let points = apply(perturbation, to: batch.inputs.gatheringRows(rows))
        for row in rows { costs.queries[row] += 1 }
        return zip(rows, try model.labels(for: points)).count { batch.aims[$0].isReached(by: $1) }
    }
}
