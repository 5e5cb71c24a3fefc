import BulwarkModels
import BulwarkTensors

/// Layers that move features, sum some of them, or treat each on its own.
extension NetworkReading {
    /// Sums, differences, products and quotients with constants, and sums and differences of two values.
    func arithmetic(_ node: Graph.Node, _ shape: Shape) throws -> AffineMap {
        var parts: [AffineMap.Part] = []
        var offset: [Double]?
        let isProduct = node.operation is Mul || node.operation is Div
        if isProduct, constant(0, node) == nil, constant(1, node) == nil {
            throw problem(node, "both operands depend on the model's input")
        }
        for position in node.inputs.indices {
            let sign: Float = node.operation is Neg || (node.operation is Sub && position == 1) ? -1 : 1
            if let constant = constant(position, node) {
                guard !isProduct else { continue }
                offset = try stretch(constant, to: shape, node).elements.map { Double(sign * $0) }
                continue
            }
            let source = try source(position, node)
            let places = try stretchedPlaces(of: source, to: shape, node)
            var factors: Tensor?
            if isProduct, let other = constant(1 - position, node) {
                guard node.operation is Mul || position == 0 else {
                    throw problem(node, "its divisor depends on the model's input")
                }
                factors = try stretch(other, to: shape, node)
            }
            let divides = node.operation is Div
            let rows = SparseRows(sources: places) { feature in
                guard let factors else { return sign }
                return divides ? 1 / factors[feature] : factors[feature]
            }
            parts.append(.init(input: source.value, rows: .sparse(rows)))
        }
        return AffineMap(parts, offset: offset, featureCount: shape.count)
    }

    /// The mean of each window.
    func average(_ pool: AveragePool, _ node: Graph.Node, _ shape: Shape) throws -> AffineMap {
        let source = try source(0, node)
        let taps = WindowTaps(
            kernel: pool.kernel,
            strides: pool.strides,
            dilations: pool.kernel.map { _ in 1 },
            padsBegin: pool.padsBegin,
            input: Array(source.shape.dimensions.dropFirst()),
            output: Array(shape.dimensions.dropFirst())
        )
        let (starts, features) = taps.repeated(shape[0], plane: source.shape.count / shape[0])
        // Where everything is 1, a mean is the share that is no padding.
        let ones = Tensor(source.shape.batched(1), repeating: 1)
        let shares = pool.value(of: [ones], shape: shape.batched(1))
        var weights: [Float] = []
        for feature in 0..<shape.count {
            let count = starts[feature + 1] - starts[feature]
            weights += Array(repeating: shares[feature] / Float(max(count, 1)), count: count)
        }
        let rows = SparseRows(starts: starts, features: features, weights: weights)
        return AffineMap([.init(input: source.value, rows: .sparse(rows))], featureCount: shape.count)
    }

    /// The sum or the mean over some axes.
    func sum(over axes: [Int], isMean: Bool, _ node: Graph.Node, _ shape: Shape) throws -> AffineMap {
        let source = try source(0, node)
        let rank = source.shape.rank + 1
        let axes = axes.map { $0 < 0 ? $0 + rank : $0 }
        guard !axes.contains(0) else { throw problem(node, "it sums over the samples") }
        // The product of numbers with its Jacobian says to which sum each feature goes.
        let numbers = Tensor(shape.batched(1), generating: { Float($0) })
        let targets = ReduceSum(axes: axes, keepsAxes: shape.rank == source.shape.rank)
            .vjp(numbers, inputs: [Tensor(source.shape.batched(1))], output: numbers, needed: [true])
        guard let targets = targets[0] else { throw problem(node, "its axes are not known") }
        var terms = [[Int32]](repeating: [], count: shape.count)
        for (feature, target) in targets.elements.enumerated() { terms[Int(target)].append(Int32(feature)) }
        let starts = terms.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        let weight: Float = isMean ? 1 / Float(max(source.shape.count / shape.count, 1)) : 1
        let rows = SparseRows(
            starts: starts,
            features: Array(terms.joined()),
            weights: Array(repeating: weight, count: source.shape.count)
        )
        return AffineMap([.init(input: source.value, rows: .sparse(rows))], featureCount: shape.count)
    }

    /// What puts features elsewhere, found by moving their numbers.
    func rearrangement(_ node: Graph.Node, _ shape: Shape) throws -> AffineMap {
        let sources = try node.inputs.indices.map { try source($0, node) }
        guard keepsSamples(node.operation, rank: shape.rank + 1) else {
            throw problem(node, "it works along the samples")
        }
        var total = 1
        let numbers = sources.map { source in
            defer { total += source.shape.count }
            let first = total
            return Tensor(source.shape.batched(1), generating: { Float(first + $0) })
        }
        guard total <= Self.maximumFeatures else { throw problem(node, "it has too many features") }
        var operation = node.operation
        var offset: [Double]?
        if let pad = node.operation as? Pad, case .constant(let filler) = pad.mode {
            operation = Pad(begin: pad.begin, end: pad.end, mode: .constant(0))
            if filler != 0 {
                let zeros = sources.map { Tensor($0.shape.batched(1)) }
                offset = pad.value(of: zeros, shape: shape.batched(1)).elements.map { Double($0) }
            }
        }
        let moved = operation.value(of: numbers, shape: shape.batched(1))
        var first = 1
        let parts = sources.map { source in
            let own = first..<first + source.shape.count
            first = own.upperBound
            let places = moved.elements.map { number -> Int? in
                own.contains(Int(number)) ? Int(number) - own.lowerBound : nil
            }
            return AffineMap.Part(input: source.value, rows: .sparse(SparseRows(sources: places) { _ in 1 }))
        }
        return AffineMap(parts, offset: offset, featureCount: shape.count)
    }

    private func keepsSamples(_ operation: any Operator, rank: Int) -> Bool {
        func isFirst(_ axis: Int) -> Bool { axis == 0 || axis == -rank }
        switch operation {
        case let transpose as Transpose: return transpose.permutation.first == 0
        case let slice as Slice: return !slice.parts.contains { isFirst($0.axis) }
        case let gather as Gather: return !isFirst(gather.axis)
        case let concat as Concat: return !isFirst(concat.axis)
        case let pad as Pad: return pad.begin.first == 0 && pad.end.first == 0
        default: return false
        }
    }

    /// A constant stretched to the features of a sample.
    func stretch(_ constant: Tensor, to shape: Shape, _ node: Graph.Node) throws -> Tensor {
        guard constant.shape.rank <= shape.rank || constant.shape[0] == 1 else {
            throw problem(node, "an operand of shape \(constant.shape) differs from sample to sample")
        }
        let target = shape.batched(1)
        return Add().value(of: [constant, Tensor(target)], shape: target)
    }

    /// For each feature of a stretched value the one that it is a copy of.
    private func stretchedPlaces(of source: Source, to shape: Shape, _ node: Graph.Node) throws -> [Int?] {
        if source.shape == shape { return Array(0..<shape.count) }
        guard source.shape.rank == shape.rank else {
            throw problem(node, "an operand gets more axes than it has")
        }
        let numbers = Tensor(source.shape.batched(1), generating: { Float($0) })
        return try stretch(numbers, to: shape, node).elements.map { Int($0) }
    }
}
