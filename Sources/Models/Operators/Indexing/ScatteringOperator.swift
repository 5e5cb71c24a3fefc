import BulwarkTensors

/// What happens where an update meets the element that was there.
public enum ScatterReduction: String, Sendable, CaseIterable {
    /// The update replaces it; of several updates the last one stays.
    case none
    /// They are added.
    case add
    /// They are multiplied.
    case mul
    /// The larger one stays.
    case max
    /// The smaller one stays.
    case min
}

/// An operator that writes updates over places of its first input, which the indices name.
///
/// Inputs: the data, the indices, the updates. An operator has no way to refuse while it runs: with an index
/// outside its axis all of the result is NaN.
protocol ScatteringOperator: Operator {
    /// What happens where an update meets an element.
    var reduction: ScatterReduction { get }
    /// Which input holds the updates, 2 or 1; the other one holds the indices.
    var updatesInput: Int { get }
    /// The position in the data that each element of the updates goes to, or `CarriedIndex.outside`, in
    /// order.
    func targets(data: Shape, indices: Tensor, updates: Shape) -> [Int]
}

extension ScatteringOperator {
    var updatesInput: Int { 2 }

    /// The data with the updates written in.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let targets = targets(of: inputs)
        guard !targets.contains(CarriedIndex.outside) else { return Tensor(shape, repeating: .nan) }
        let updates = inputs[updatesInput].elements
        var result = inputs[0]
        result.mutate { elements in
            for (position, target) in targets.enumerated() {
                let (old, new) = (elements[target], updates[position])
                switch reduction {
                case .none: elements[target] = new
                case .add: elements[target] = old + new
                case .mul: elements[target] = old * new
                case .max: elements[target] = Self.larger(old, new)
                case .min: elements[target] = -Self.larger(-old, -new)
                }
            }
        }
        return result
    }

    private func targets(of inputs: [Tensor]) -> [Int] {
        targets(
            data: inputs[0].shape,
            indices: inputs[3 - updatesInput],
            updates: inputs[updatesInput].shape
        )
    }

    /// The larger of two numbers, or NaN if one is NaN.
    private static func larger(_ one: Float, _ other: Float) -> Float {
        one.isNaN || other.isNaN ? .nan : one >= other ? one : other
    }

    /// The cotangent, divided between the element that was there and the updates that met it; zero for the
    /// indices.
    ///
    /// Of equal elements the first has all of the gradient of a maximum or minimum.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        var gradients = zip(needed, inputs).map { $0 ? Tensor($1.shape) : nil }
        let targets = targets(of: inputs)
        guard needed[0] || needed[updatesInput], !targets.contains(CarriedIndex.outside) else {
            return gradients
        }
        gradients[0] = needed[0] ? cotangent : nil
        var updates = Tensor(inputs[updatesInput].shape)
        switch reduction {
        case .none: replace(cotangent, targets, &gradients[0], &updates)
        case .add:
            let source = cotangent.elements
            updates.mutate {
                for (position, target) in targets.enumerated() { $0[position] = source[target] }
            }
        case .mul: multiply(cotangent, targets, inputs, &gradients[0], &updates)
        case .max, .min: select(cotangent, targets, inputs, output, &gradients[0], &updates)
        }
        gradients[updatesInput] = needed[updatesInput] ? updates : nil
        return gradients
    }

    private func replace(
        _ cotangent: Tensor,
        _ targets: [Int],
        _ data: inout Tensor?,
        _ updates: inout Tensor
    ) {
        let source = cotangent.elements
        var isWritten = [Bool](repeating: false, count: cotangent.count)
        updates.mutate { elements in
            for (position, target) in targets.enumerated().reversed() where !isWritten[target] {
                isWritten[target] = true
                elements[position] = source[target]
            }
        }
        data?.mutate { for target in targets { $0[target] = 0 } }
    }

    /// The product of all other factors; those that are zero are counted instead of divided by.
    private func multiply(
        _ cotangent: Tensor,
        _ targets: [Int],
        _ inputs: [Tensor],
        _ data: inout Tensor?,
        _ updates: inout Tensor
    ) {
        let (source, old, new) = (cotangent.elements, inputs[0].elements, inputs[updatesInput].elements)
        var products = [Double](repeating: 1, count: old.count)
        var zeros = [Int](repeating: 0, count: old.count)
        func take(_ factor: Float, _ place: Int) {
            if factor == 0 { zeros[place] += 1 } else { products[place] *= Double(factor) }
        }
        for place in old.indices { take(old[place], place) }
        for (position, target) in targets.enumerated() { take(new[position], target) }
        func others(_ factor: Float, _ place: Int) -> Float {
            if factor == 0 { return zeros[place] == 1 ? Float(products[place]) : 0 }
            return zeros[place] == 0 ? Float(products[place] / Double(factor)) : 0
        }
        updates.mutate { elements in
            for (position, target) in targets.enumerated() {
                elements[position] = source[target] * others(new[position], target)
            }
        }
        data?.mutate { elements in
            for place in old.indices { elements[place] = source[place] * others(old[place], place) }
        }
    }

    private func select(
        _ cotangent: Tensor,
        _ targets: [Int],
        _ inputs: [Tensor],
        _ output: Tensor,
        _ data: inout Tensor?,
        _ updates: inout Tensor
    ) {
        let (source, old, new, chosen) = (
            cotangent.elements, inputs[0].elements, inputs[updatesInput].elements, output.elements
        )
        var isGiven = old.indices.map { old[$0] == chosen[$0] }
        data?.mutate { elements in
            for place in old.indices where !isGiven[place] { elements[place] = 0 }
        }
        updates.mutate { elements in
            for (position, target) in targets.enumerated()
            where !isGiven[target] && new[position] == chosen[target] {
                isGiven[target] = true
                elements[position] = source[target]
            }
        }
    }

    /// Applies the operator to the first three inputs of a node; integers known at import stay integers.
    func lowered(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard reduction == .none, case .integers(let data) = try node.input(0),
            case .integers(let indices) = try node.input(1), let numbers = indices.fixed,
            case .integers(let updates) = try node.input(2)
        else { return [try lowering.emit(self, node, inputs: [0, 1, 2])] }
        // No index beyond ±2²⁴ lies inside an axis, so that what rounding does to it makes no difference.
        let carried = Tensor(indices.shape, numbers.map { Float($0) })
        return [
            try IntegerFolding.moving(self, node, [.moved(data), .known(carried), .moved(updates)])
        ]
    }

    /// The reduction that a node names.
    static func reduction(of node: ONNXNode) throws -> ScatterReduction {
        let name = try node.string("reduction") ?? "none"
        guard let reduction = ScatterReduction(rawValue: name) else {
            throw node.error("reduction '\(name.prefix(40))' is not supported")
        }
        return reduction
    }
}
