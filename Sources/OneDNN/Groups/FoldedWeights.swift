import BulwarkModels
import BulwarkTensors

/// The weights and bias of a convolution, with a normalisation that follows folded in.
struct FoldedWeights {
    private let id: ValueID?
    private let identity: Tensor?
    private let biasID: ValueID?
    private let normalization: Graph.Node?
    /// The taps that are kept on each spatial axis; nil for all.
    var taps: [Range<Int>]?

    /// Those of a convolution.
    init(_ group: Group) {
        let inputs = group.core.inputs
        (id, identity, biasID) = (inputs[1], nil, inputs.count == 3 ? inputs[2] : nil)
        normalization = group.normalization
    }

    init(identity: Tensor, normalization: Graph.Node) {
        (id, self.identity, biasID, self.normalization) = (nil, identity, nil, normalization)
    }

    /// The parameters that training changes, or nil if there are none.
    func trainable(_ builder: PlanBuilder) -> (weights: ValueID, bias: ValueID?)? {
        guard let id, normalization == nil else { return nil }
        let wanted = builder.needs(id) || biasID.map(builder.needs) == true
        return wanted ? (id, biasID) : nil
    }

    /// The weights, each output channel scaled by what the normalisation does to it.
    func weights(_ store: ParameterStore) -> Tensor {
        let plain = id.map { store[$0] } ?? identity ?? Tensor([])
        guard let factors = factors(store) else { return kept(plain) }
        let size = plain.count / max(factors.count, 1)
        let source = plain.elements
        return kept(Tensor(plain.shape, generating: { source[$0] * factors[$0 / size] }))
    }

    /// Weights [output channels, input channels, taps …] without the taps that are left out.
    private func kept(_ weights: Tensor) -> Tensor {
        let extents = weights.shape.dimensions.dropFirst(2)
        guard let taps, !zip(taps, extents).allSatisfy({ $0 == 0..<$1 }) else { return weights }
        var offsets = [0]
        for (range, extent) in zip(taps, extents) {
            offsets = offsets.flatMap { offset in range.map { offset * extent + $0 } }
        }
        let (size, source) = (extents.reduce(1, *), weights.elements)
        return Tensor(
            Shape(trusted: weights.shape.dimensions.prefix(2) + taps.map(\.count)),
            generating: { source[$0 / offsets.count * size + offsets[$0 % offsets.count]] }
        )
    }

    /// The bias: what was there, scaled, and what the normalisation adds.
    func bias(_ store: ParameterStore) -> Tensor {
        let plain = biasID.map { store[$0] }
        guard let factors = factors(store), let normalization else { return plain ?? Tensor([0]) }
        let (offset, mean) = (store[normalization.inputs[2]], store[normalization.inputs[3]])
        return Tensor(
            offset.shape,
            generating: { offset[$0] + ((plain?[$0] ?? 0) - mean[$0]) * factors[$0] }
        )
    }

    private func factors(_ store: ParameterStore) -> [Float]? {
        guard let normalization, let operation = normalization.operation as? BatchNormalization else {
            return nil
        }
        let (scale, variance) = (store[normalization.inputs[1]], store[normalization.inputs[4]])
        return (0..<scale.count).map { scale[$0] / (variance[$0] + operation.epsilon).squareRoot() }
    }
}
