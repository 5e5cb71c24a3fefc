import BulwarkModels
import BulwarkTensors

extension NetworkReading {
    /// The layer of a node that is affine in the model's input.
    ///
    /// - Throws: `CertificateError.unboundedNode` if the node is not, or not in a way that is known here.
    func affineMap(_ node: Graph.Node, _ shape: Shape) throws -> AffineMap {
        switch node.operation {
        case let conv as Conv: try convolution(conv, node, shape)
        case is MatMul: try product(node, shape)
        case let gemm as Gemm: try product(gemm, node, shape)
        case let normalization as BatchNormalization: try self.normalization(normalization, node, shape)
        case is Add, is Sub, is Mul, is Div, is Neg, is Expand: try arithmetic(node, shape)
        case let pool as AveragePool: try average(pool, node, shape)
        case is GlobalAveragePool:
            try sum(over: Array(2..<(try source(0, node).shape.rank + 1)), isMean: true, node, shape)
        case let mean as ReduceMean: try sum(over: mean.axes, isMean: true, node, shape)
        case let total as ReduceSum: try sum(over: total.axes, isMean: false, node, shape)
        case is Transpose, is Slice, is Gather, is Concat, is Pad: try rearrangement(node, shape)
        default: throw problem(node, "no sound bound of this operator is known here")
        }
    }

    private func convolution(_ conv: Conv, _ node: Graph.Node, _ shape: Shape) throws -> AffineMap {
        let source = try source(0, node)
        guard let weights = constant(1, node), node.inputs.count < 3 || constant(2, node) != nil else {
            throw problem(node, "its weights depend on the model's input")
        }
        let kernel = Array(weights.shape.dimensions.dropFirst(2))
        let plane = source.shape.count / max(source.shape[0], 1)
        let rows = SharedWeights(
            weights: Array(weights.elements),
            outputChannels: shape[0],
            groups: conv.group,
            inputStride: plane,
            hasChannelsLast: false,
            window: WindowTaps(
                kernel: kernel,
                strides: conv.strides,
                dilations: conv.dilations,
                padsBegin: conv.padsBegin,
                input: Array(source.shape.dimensions.dropFirst()),
                output: Array(shape.dimensions.dropFirst())
            )
        )
        let isTiled = kernel == [3, 3] && conv.strides == [1, 1] && conv.dilations == [1, 1]
        let outputPlane = shape.count / shape[0]
        return AffineMap(
            [.init(input: source.value, rows: .shared(rows))],
            offset: constant(2, node).map { bias in
                (0..<shape.count).map { Double(bias[$0 / outputPlane]) }
            },
            featureCount: shape.count,
            tiles: isTiled
                ? TiledConvolution(weights: weights, groups: conv.group, inputPlane: plane) : nil
        )
    }

    private func product(_ node: Graph.Node, _ shape: Shape) throws -> AffineMap {
        if let right = constant(1, node) {
            let source = try source(0, node)
            guard right.shape.rank <= 2, source.shape.rank >= 1 else {
                throw problem(node, "its right factor is a stack of matrices")
            }
            let inner = right.shape[0]
            let columns = right.shape.rank == 2 ? right.shape[1] : 1
            let elements = right.elements
            let rows = dense(columns: columns, inner: inner, repeats: shape.count / columns) {
                elements[$1 * columns + $0]
            }
            return AffineMap([.init(input: source.value, rows: rows)], featureCount: shape.count)
        }
        guard let left = constant(0, node) else {
            throw problem(node, "both factors depend on the model's input")
        }
        let source = try source(1, node)
        guard left.shape.rank <= 2, source.shape.rank == 2 else {
            throw problem(node, "the factors are stacks of matrices of another kind than is known here")
        }
        let columns = source.shape[1]
        let rows = SharedWeights(
            weights: Array(left.elements),
            outputChannels: shape.count / columns,
            inputStride: columns,
            hasChannelsLast: false,
            window: WindowTaps(single: columns, distance: 1)
        )
        return AffineMap([.init(input: source.value, rows: .shared(rows))], featureCount: shape.count)
    }

    private func product(_ gemm: Gemm, _ node: Graph.Node, _ shape: Shape) throws -> AffineMap {
        let source = try source(0, node)
        guard !gemm.transposesLeft, let right = constant(1, node),
            node.inputs.count < 3 || constant(2, node) != nil
        else { throw problem(node, "only its first input, not transposed, may depend on the model's input") }
        let (inner, elements) = (source.shape.count, right.elements)
        let rows = dense(columns: shape.count, inner: inner, repeats: 1) { column, index in
            let position = gemm.transposesRight ? column * inner + index : index * shape.count + column
            return gemm.alpha * elements[position]
        }
        var offset: [Double]?
        if let summand = constant(2, node) {
            let stretched = try stretch(summand, to: shape, node)
            offset = stretched.elements.map { Double(gemm.beta) * Double($0) }
        }
        return AffineMap(
            [.init(input: source.value, rows: rows)],
            offset: offset,
            featureCount: shape.count
        )
    }

    /// A matrix that multiplies each of several rows of features.
    private func dense(
        columns: Int,
        inner: Int,
        repeats: Int,
        weight: (_ column: Int, _ index: Int) -> Float
    ) -> AffineRows {
        var weights: [Float] = []
        weights.reserveCapacity(columns * inner)
        for column in 0..<columns {
            for index in 0..<inner { weights.append(weight(column, index)) }
        }
        return .shared(
            SharedWeights(
                weights: weights,
                outputChannels: columns,
                inputStride: 1,
                hasChannelsLast: true,
                window: WindowTaps(single: repeats, distance: inner)
            )
        )
    }

    private func normalization(
        _ normalization: BatchNormalization,
        _ node: Graph.Node,
        _ shape: Shape
    ) throws -> AffineMap {
        let source = try source(0, node)
        let statistics = (1...4).compactMap { constant($0, node) }
        guard statistics.count == 4 else {
            throw problem(node, "its statistics depend on the model's input")
        }
        let plane = shape.count / shape[0]
        let channels = (0..<shape[0]).map { channel in
            let (scale, bias, mean) = (statistics[0][channel], statistics[1][channel], statistics[2][channel])
            let variance = Double(statistics[3][channel]) + Double(normalization.epsilon)
            let factor = Double(scale) / variance.squareRoot()
            return (factor: factor, bias: Double(bias), shift: Double(mean) * factor)
        }
        func each(_ number: (Int) -> Double) -> [Double] {
            (0..<shape.count).map { number($0 / plane) }
        }
        let rows = SparseRows(sources: Array(0..<shape.count)) { Float(channels[$0 / plane].factor) }
        return AffineMap(
            [.init(input: source.value, rows: .sparse(rows))],
            offset: each { channels[$0].bias - channels[$0].shift },
            offsetMagnitude: each { channels[$0].bias.magnitude + channels[$0].shift.magnitude },
            featureCount: shape.count
        )
    }
}
