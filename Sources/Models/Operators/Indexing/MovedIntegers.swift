import BulwarkTensors

extension IntegerFolding {
    /// An input of an operator that moves integers known at import.
    enum Source {
        /// Integers that the operator moves.
        case moved(IntegerArray)
        /// Something else it reads, such as indices.
        case known(Tensor)
    }

    /// What an operator that only moves elements makes of integers known at import.
    ///
    /// The operator is applied to the positions of the integers; floats carry those exactly. A NaN marks an
    /// index that lies outside its axis.
    ///
    /// - Throws: `ONNXError` if the shapes do not fit, an index lies outside, or the result is too large.
    static func moving(
        _ operation: some Operator,
        _ node: ONNXNode,
        _ sources: [Source]
    ) throws(ONNXError) -> ImportedValue {
        var pool: [Dimension] = []
        var tensors: [Tensor] = []
        for source in sources {
            switch source {
            case .known(let tensor): tensors.append(tensor)
            case .moved(let array):
                let start = pool.count
                guard start + array.elements.count <= maximumElements else {
                    throw node.error("moves more integers than are supported")
                }
                tensors.append(Tensor(array.shape, generating: { Float(start + $0) }))
                pool += array.elements
            }
        }
        let symbolic = try node.checked { () throws(OperatorError) in
            try operation.outputShape(for: tensors.map { SymbolicShape($0.shape) })
        }
        guard let shape = symbolic.fixed, shape.fits(maximumElements) else {
            throw node.error("its integer result of shape \(symbolic) is too large")
        }
        var elements: [Dimension] = []
        elements.reserveCapacity(shape.count)
        for position in operation.value(of: tensors, shape: shape).elements {
            guard position >= 0 else { throw node.error("an index lies outside its axis") }
            elements.append(pool[Int(position)])
        }
        return .integers(IntegerArray(shape: shape, elements: elements))
    }
}
