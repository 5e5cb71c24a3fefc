import BulwarkTensors

extension Graph {
    /// How many multiplications one sample takes, each with a sum, in convolutions and matrix products.
    ///
    /// What the other operators take is little beside it in the networks that it is asked about.
    public var multiplyAdds: Int { nodes.reduce(0) { $0 + multiplyAdds(of: $1) } }

    private func multiplyAdds(of node: Node) -> Int {
        func shape(_ id: ValueID) -> Shape? { try? self[id].shape.resolved(batchSize: 1) }
        guard let output = shape(node.output), let left = node.inputs.first.flatMap(shape),
            let right = node.inputs.dropFirst().first.flatMap(shape)
        else { return 0 }
        switch node.operation {
        case is Conv: return output.count * (right.count / max(right[0], 1))
        case is ConvTranspose: return left.count * (right.count / max(right[0], 1))
        case let product as Gemm: return output.count * left[product.transposesLeft ? 0 : 1]
        case is MatMul: return output.count * left[left.rank - 1]
        default: return 0
        }
    }
}
