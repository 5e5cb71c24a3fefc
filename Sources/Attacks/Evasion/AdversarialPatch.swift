import BulwarkModels
import BulwarkTensors

/// A sticker that fools a model wherever it is put on an image.
///
/// Brown, Mané, Roy, Abadi and Gilmer, "Adversarial patch" (2017, arXiv 1712.09665), section 2: the sticker
/// maximises the expected log-probability of the aim over images, places, angles and sizes, by gradients that
/// are carried back to the sticker from wherever it was put (expectation over transformation: Athalye et al.,
/// ICML 2018). It is round, as in the paper's figures. The steps are those of Adam (Kingma and Ba, ICLR 2015).
///
/// The sticker may be as conspicuous as it likes but covers few pixels: the norm is L0, and the radius the
/// number of elements, all channels counted, that a whole sticker covers at most.
///
/// A sticker belongs to the samples it was fitted on: `fit` finds it, and `apply` puts it on others, which is
/// how it is used. As an attack it is fitted on the batch it is given, so what becomes of a sample depends on
/// the others; then a few places are tried on each sample. Samples that reach their aim by themselves take no
/// part and come back as they are. A targeted goal makes sense if all samples have the same target.
public struct AdversarialPatch: WhiteBoxAttack {
    /// The name on the command line.
    public var name: String { "adversarial-patch" }
    /// Yes: there is one sticker for all samples of a batch.
    public var needsCompany: Bool { true }
    /// Goal, the norm L0, the number of elements the sticker covers at most, and a finite box.
    public let threat: ThreatModel
    /// The largest angle either way, in degrees.
    public let maximumRotation: Double
    /// The smallest size while it is fitted, as a share of the whole.
    public let smallestScale: Double
    /// The number of steps of Adam.
    public let steps: Int
    /// The length of a step, as a share of the width of the box.
    public let stepShare: Double
    /// The number of samples of each step.
    public let samplesPerStep: Int
    /// The number of places that are tried on each sample.
    public let placements: Int

    /// A sticker for many samples.
    ///
    /// - Parameters:
    ///   - threat: Goal, the norm L0, the number of elements that a sticker covers at most, and a finite box.
    ///   - maximumRotation: The largest angle either way in degrees.
    ///   - smallestScale: The smallest size while it is fitted, as a share of the whole.
    ///   - steps: The number of steps of Adam.
    ///   - stepShare: The length of a step, as a share of the width of the box.
    ///   - samplesPerStep: The number of samples of each step.
    ///   - placements: The number of places that are tried on each sample.
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L0, `AttackError.unboundedInputs` if the box
    ///   is not finite.
    public init(
        threat: ThreatModel,
        maximumRotation: Double = 22.5,
        smallestScale: Double = 0.5,
        steps: Int = 500,
        stepShare: Double = 0.02,
        samplesPerStep: Int = 16,
        placements: Int = 10
    ) throws(AttackError) {
        precondition(maximumRotation >= 0 && maximumRotation <= 180, "an angle is at most 180 degrees")
        precondition(smallestScale > 0 && smallestScale <= 1, "a scale is above 0 and at most 1")
        precondition(steps >= 1 && samplesPerStep >= 1 && placements >= 1, "there is at least one of each")
        precondition(stepShare > 0 && stepShare.isFinite, "a step has a length")
        guard threat.norm == .l0 else {
            throw .unsupportedNorm(attack: "adversarial-patch", norm: threat.norm)
        }
        guard (threat.bounds.lower + threat.bounds.upper).allSatisfy(\.isFinite) else {
            throw .unboundedInputs(attack: "adversarial-patch")
        }
        self.threat = threat
        self.maximumRotation = maximumRotation
        self.smallestScale = smallestScale
        self.steps = steps
        self.stepShare = stepShare
        self.samplesPerStep = samplesPerStep
        self.placements = placements
    }

    /// A sticker for all samples of a batch, `[channels, diameter, diameter]`; empty if not even one pixel may
    /// change.
    ///
    /// - Parameters:
    ///   - batch: Images `[N, …]` and what is wanted of them.
    ///   - model: What to fool.
    ///   - random: Decides on samples, places, angles and sizes.
    /// - Returns: The sticker, cut from a square.
    /// - Throws: `AttackError.needsImages` for samples without rows and columns, and what the model throws.
    public func fit(
        _ batch: Batch,
        against model: some GradientAccess,
        random: RandomSource
    ) throws -> Tensor {
        try require(.crossEntropy, for: batch, classCount: model.classCount)
        var costs = Perturbed(unchanged: batch)
        return try fitted(batch, Array(0..<batch.count), model, random, &costs)
    }

    /// Images with a whole sticker on each, anywhere.
    ///
    /// - Parameters:
    ///   - patch: What `fit` found.
    ///   - batch: Images `[N, …]`.
    ///   - random: Decides on places and angles.
    /// - Returns: Images of the same shape, inside the box.
    /// - Throws: `AttackError.needsImages` for samples without rows and columns.
    public func apply(_ patch: Tensor, to batch: Batch, random: RandomSource) throws -> Tensor {
        guard patch.count > 0 else { return batch.inputs }
        let layout = try layout(of: batch)
        let discs = batch.samples.map { sample in
            var numbers = random.numbers(sample: sample, restart: steps)
            return disc(patch.shape[1], on: layout.size, scales: 1...1, &numbers)
        }
        return put(patch, on: batch.inputs, layout, discs)
    }

    /// The samples of a batch with the sticker that was fitted on them.
    ///
    /// A sample costs a query for its input, a gradient for each step that it takes part in, and a query for
    /// each place that is tried.
    public func perturb(
        _ batch: Batch,
        against model: some GradientAccess,
        random: RandomSource
    ) throws -> Perturbed {
        try require(.crossEntropy, for: batch, classCount: model.classCount)
        var result = Perturbed(unchanged: batch)
        for (row, label) in try model.labels(for: batch.inputs).enumerated() {
            result.queries[row] = 1
            result.claimed[row] = batch.aims[row].isReached(by: label)
        }
        var open = result.claimed.indices.filter { !result.claimed[$0] }
        guard threat.epsilon > 0, !open.isEmpty else { return result }
        let patch = try fitted(batch, open, model, random, &result)
        guard patch.count > 0 else { return result }
        let layout = try layout(of: batch)
        for placement in 0..<placements where !open.isEmpty {
            let part = batch.gathering(open)
            let discs = part.samples.map { sample in
                var numbers = random.numbers(sample: sample, restart: steps + placement)
                return disc(patch.shape[1], on: layout.size, scales: 1...1, &numbers)
            }
            let points = put(patch, on: part.inputs, layout, discs)
            result.candidates.setRows(open, to: points)
            for (row, label) in zip(open, try model.labels(for: points)) {
                result.queries[row] += 1
                result.restarts[row] = placement
                result.claimed[row] = batch.aims[row].isReached(by: label)
            }
            open.removeAll { result.claimed[$0] }
        }
        return result
    }

    // MARK: Fitting

    private func fitted(
        _ batch: Batch,
        _ rows: [Int],
        _ model: some GradientAccess,
        _ random: RandomSource,
        _ costs: inout Perturbed
    ) throws -> Tensor {
        let layout = try layout(of: batch)
        let (size, channels) = (layout.size, layout.channels)
        let diameter = PatchDisc.largestDiameter(
            pixels: Int(min(threat.epsilon, Float(batch.inputs.rowSize))) / channels,
            on: size
        )
        let shape = Shape(trusted: [channels, diameter, diameter])
        guard diameter > 0, let first = rows.first else { return Tensor(shape) }
        var patch = PatchAscent(shape, bounds(layout), channels: channels, stepShare: stepShare)
        for step in 0..<steps {
            var numbers = random.numbers(sample: batch.samples[first], restart: step)
            let chosen = numbers.permutation(of: rows.count).prefix(samplesPerStep).map { rows[$0] }
            let part = batch.gathering(chosen)
            let discs = chosen.map { _ in disc(diameter, on: size, scales: smallestScale...1, &numbers) }
            let points = put(patch.value, on: part.inputs, layout, discs)
            let slope = try model.inputGradient(of: .crossEntropy, at: points, aims: part.aims)
            for row in chosen { costs.gradients[row] += 1 }
            let sum = discs.indices.reduce([Float](repeating: 0, count: shape.count)) { sum, row in
                let gradient = layout.planes(of: slope.gradient.array(ofRow: row).zeroingNonFinite)
                return sum.plus(discs[row].map(onto: size).pullback(of: gradient, at: []))
            }
            patch.ascend(along: sum)
        }
        return patch.value
    }

    private func disc(
        _ diameter: Int,
        on size: BilinearMap.Size,
        scales: ClosedRange<Double>,
        _ random: inout SeededRandom
    ) -> PatchDisc {
        PatchDisc(diameter: diameter, on: size, maximumRotation: maximumRotation, scales: scales, &random)
    }

    private func put(
        _ patch: Tensor,
        on inputs: Tensor,
        _ layout: ImageLayout,
        _ discs: [PatchDisc]
    ) -> Tensor {
        let (size, sticker) = (layout.size, patch.elements.array(0..<patch.count))
        let images = inputs.mappingRows { row, image in
            let map = discs[row].map(onto: size)
            let (planes, shown) = (layout.planes(of: image), map.value(at: sticker))
            return layout.point(
                ofPlanes: planes.indices.map { map.isCovered[$0 % size.pixels] ? shown[$0] : planes[$0] }
            )
        }
        // Bounds may differ from element to element, and a sticker knows nothing of where it will be.
        return threat.bounds.clamp(images)
    }

    /// The bounds in the order of planes.
    private func bounds(_ layout: ImageLayout) -> Bounds {
        guard threat.bounds.lower.count == layout.count else { return threat.bounds }
        return Bounds(
            lower: layout.planes(of: threat.bounds.lower),
            upper: layout.planes(of: threat.bounds.upper)
        )
    }

    private func layout(of batch: Batch) throws(AttackError) -> ImageLayout {
        try ImageLayout(ofImages: batch.inputs.shape.dropFirst, for: name)
    }
}
