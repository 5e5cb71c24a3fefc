import BulwarkTensors

/// An operator that copies elements of its first input to places that its second input, the indices, names.
///
/// What differs is only where each element of the output comes from.
protocol GatheringOperator: Operator {
    /// The position in the data of each element of the output, or `CarriedIndex.outside`, in order.
    func origins(data: Shape, indices: Tensor, output: Shape) -> [Int]
}

extension GatheringOperator {
    /// The elements that the indices name, and NaN for an index outside its axis.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        let origins = origins(data: inputs[0].shape, indices: inputs[1], output: shape)
        return Tensor(shape, generating: { origins[$0] < 0 ? .nan : source[origins[$0]] })
    }

    /// The cotangent added up at the elements it came from; zero for the indices.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        var gradients: [Tensor?] = [nil, needed[1] ? Tensor(inputs[1].shape) : nil]
        guard needed[0] else { return gradients }
        let origins = origins(data: inputs[0].shape, indices: inputs[1], output: output.shape)
        let source = cotangent.elements
        gradients[0] = Tensor(inputs[0].shape) { target in
            for (position, origin) in origins.enumerated() where origin >= 0 {
                target[origin] += source[position]
            }
        }
        return gradients
    }

    /// Applies the operator to the first two inputs of a node; integers known at import stay integers.
    func lowered(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard case .integers(let data) = try node.input(0), case .integers(let indices) = try node.input(1),
            let numbers = indices.fixed
        else { return [try lowering.emit(self, node, inputs: [0, 1])] }
        // No index beyond ±2²⁴ lies inside an axis, so that what rounding does to it makes no difference.
        let carried = Tensor(indices.shape, numbers.map { Float($0) })
        return [try IntegerFolding.moving(self, node, [.moved(data), .known(carried)])]
    }
}
