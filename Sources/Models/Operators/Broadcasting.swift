import BulwarkTensors

extension ONNXNode {
    /// - Throws: `ONNXError` if the node broadcasts by the rules of operator sets before 7.
    func refuseOldBroadcasting() throws(ONNXError) {
        guard try int("broadcast") ?? 0 == 0 else {
            throw error("broadcasts by the rules of operator sets before 7")
        }
    }
}

/// Broadcasting of two shapes as ONNX and NumPy define it: aligned at the last axis, extents of 1 stretch.
enum Broadcasting {
    /// The common shape of two operands.
    ///
    /// - Throws: `OperatorError.shapes` if two extents differ and neither is 1.
    static func shape(_ left: SymbolicShape, _ right: SymbolicShape) throws(OperatorError) -> SymbolicShape {
        let rank = max(left.rank, right.rank)
        var dimensions: [Dimension] = []
        for axis in 0..<rank {
            let first = axis < rank - left.rank ? 1 : left[axis - (rank - left.rank)]
            let second = axis < rank - right.rank ? 1 : right[axis - (rank - right.rank)]
            if first == second || second == 1 {
                dimensions.append(first)
            } else if first == 1 {
                dimensions.append(second)
            } else {
                throw .shapes("the operands do not broadcast", [left, right])
            }
        }
        return SymbolicShape(dimensions)
    }

    /// Combines two operands element by element into `shape`.
    static func combine(
        _ left: Tensor,
        _ right: Tensor,
        _ shape: Shape,
        _ operation: (Float, Float) -> Float
    ) -> Tensor {
        if left.shape == right.shape { return left.combined(with: right, operation) }
        let (first, second) = (left.elements, right.elements)
        if right.count == 1, left.shape == shape {
            let value = second[0]
            return left.map { operation($0, value) }
        }
        let (leftIndex, rightIndex) = (
            StridedIndex(left.shape, in: shape), StridedIndex(right.shape, in: shape)
        )
        return Tensor(shape) { target in
            forEachPair(leftIndex, rightIndex, shape) { position, one, other in
                target[position] = operation(first[one], second[other])
            }
        }
    }

    /// Sums a gradient of the broadcast shape over the stretched axes, back to an operand's own shape.
    static func reduce(_ gradient: Tensor, to shape: Shape) -> Tensor {
        if gradient.shape == shape { return gradient }
        let index = StridedIndex(shape, in: gradient.shape)
        let source = gradient.elements
        // Sums over a batch are long: accumulate in double precision.
        var sums = [Double](repeating: 0, count: shape.count)
        forEachPair(index, index, gradient.shape) { position, target, _ in
            sums[target] += Double(source[position])
        }
        return Tensor(shape, generating: { Float(sums[$0]) })
    }

    /// Repeats a tensor along the axes where it has extent 1, or that it lacks, up to `shape`.
    static func stretch(_ tensor: Tensor, to shape: Shape) -> Tensor {
        if tensor.shape == shape { return tensor }
        let index = StridedIndex(tensor.shape, in: shape)
        let source = tensor.elements
        return Tensor(shape) { target in
            forEachPair(index, index, shape) { position, one, _ in target[position] = source[one] }
        }
    }

    /// Where each element of a broadcast shape comes from in an operand.
    struct StridedIndex {
        let strides: [Int]

        /// An operand whose neighbours along each axis of the broadcast shape are that far apart.
        init(strides: [Int]) { self.strides = strides }

        init(_ operand: Shape, in shape: Shape) {
            let own = operand.strides
            let offset = shape.rank - operand.rank
            strides = (0..<shape.rank).map { axis in
                axis < offset || operand[axis - offset] == 1 ? 0 : own[axis - offset]
            }
        }
    }

    /// Visits all elements of `shape` in row-major order with the positions in both operands.
    static func forEachPair(
        _ left: StridedIndex,
        _ right: StridedIndex,
        _ shape: Shape,
        _ body: (_ position: Int, _ left: Int, _ right: Int) -> Void
    ) {
        guard shape.count > 0 else { return }
        guard let inner = shape.dimensions.last else { return body(0, 0, 0) }
        let outerAxes = shape.rank - 1
        var counter = [Int](repeating: 0, count: outerAxes)
        var (leftBase, rightBase, position) = (0, 0, 0)
        let (leftStep, rightStep) = (left.strides[outerAxes], right.strides[outerAxes])
        while true {
            for column in 0..<inner {
                body(position + column, leftBase + column * leftStep, rightBase + column * rightStep)
            }
            position += inner
            var axis = outerAxes - 1
            while axis >= 0 {
                counter[axis] += 1
                leftBase += left.strides[axis]
                rightBase += right.strides[axis]
                if counter[axis] < shape[axis] { break }
                leftBase -= left.strides[axis] * shape[axis]
                rightBase -= right.strides[axis] * shape[axis]
                counter[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}
