import BulwarkTensors

/// Sums of products over named axes (ONNX `Einsum`), made of transpositions, sums and matrix products.
enum Einsum {
    private typealias Label = EinsumEquation.Label

    /// A value of the graph and the names of its axes.
    private struct Operand {
        var value: ImportedValue
        var labels: [Label]
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let text = try node.string("equation") else {
            throw node.error("attribute equation is missing")
        }
        let inputs = try node.inputs.indices.map { try node.input($0) }
        for case .integers in inputs { throw node.error("adds up products of integers") }
        let ranks = inputs.map { lowering.shape(of: $0).rank }
        let equation = try node.checked { () throws(OperatorError) in
            try EinsumEquation(text, ranks: ranks)
        }
        var work = Work(steps: LoweringSteps(node, lowering))
        var operands = zip(inputs, equation.operands).map { Operand(value: $0, labels: $1) }
        for index in operands.indices {
            try work.takeDiagonals(&operands[index])
            try work.dropStretched(&operands[index], among: operands)
        }
        guard var product = operands.first else { throw node.error("has no operands") }
        for (index, next) in operands.enumerated().dropFirst() {
            let later = operands[(index + 1)...].flatMap(\.labels)
            product = try work.product(product, next, keeping: Set(equation.result + later))
        }
        try work.sumUp(&product, keeping: Set(equation.result))
        try work.arrange(&product, as: equation.result)
        lowering = work.steps.lowering
        return [product.value]
    }

    /// The steps, each of which may add an operator to the graph.
    private struct Work {
        var steps: LoweringSteps

        private var node: ONNXNode { steps.node }

        private func shape(_ value: ImportedValue) -> SymbolicShape { steps.lowering.shape(of: value) }

        private mutating func reshape(_ value: ImportedValue, _ shape: [Dimension]) throws -> ImportedValue {
            try steps.reshape(value, SymbolicShape(shape))
        }

        /// Brings the axes into an order that names each of them.
        mutating func arrange(_ operand: inout Operand, as labels: [Label]) throws {
            guard operand.labels != labels else { return }
            let permutation = labels.compactMap { operand.labels.firstIndex(of: $0) }
            guard permutation.count == operand.labels.count else { throw node.error("loses an axis") }
            operand = Operand(
                value: try steps.apply(Transpose(permutation: permutation), [operand.value]),
                labels: labels
            )
        }

        /// Adds up over the axes that nobody needs any more.
        mutating func sumUp(_ operand: inout Operand, keeping labels: Set<Label>) throws {
            let gone = operand.labels.indices.filter { !labels.contains(operand.labels[$0]) }
            guard !gone.isEmpty else { return }
            operand.value = try steps.apply(ReduceSum(axes: gone, keepsAxes: false), [operand.value])
            operand.labels.removeAll { !labels.contains($0) }
        }

        /// Keeps the diagonal of axes that have the same name.
        mutating func takeDiagonals(_ operand: inout Operand) throws {
            while let label = operand.labels.first(where: { name in
                operand.labels.count { $0 == name } > 1
            }) {
                let places = operand.labels.indices.filter { operand.labels[$0] == label }
                let others = operand.labels.indices.filter { $0 != places[0] && $0 != places[1] }
                let shape = self.shape(operand.value)
                guard let extent = shape[places[0]].fixed, shape[places[1]].fixed == extent,
                    extent <= 1 << 16
                else { throw node.error("takes the diagonal of axes of different or open extents") }
                let order = [places[0], places[1]] + others
                let square = try steps.apply(Transpose(permutation: order), [operand.value])
                let rest = others.map { shape[$0] }
                let flat = try reshape(square, [Dimension(constant: extent * extent)] + rest)
                let part = Slice.Part(axis: 0, start: 0, count: extent, step: extent + 1)
                operand = Operand(
                    value: try steps.apply(Slice([part]), [flat]),
                    labels: [label] + others.map { operand.labels[$0] }
                )
            }
        }

        /// Drops axes of extent 1 that have another extent in some other operand: they are stretched.
        mutating func dropStretched(_ operand: inout Operand, among all: [Operand]) throws {
            let shape = self.shape(operand.value)
            let gone = operand.labels.indices.filter { axis in
                shape[axis] == 1
                    && all.contains { other in
                        zip(other.labels, self.shape(other.value).dimensions)
                            .contains { $0 == operand.labels[axis] && $1 != 1 }
                    }
            }
            guard !gone.isEmpty else { return }
            let kept = operand.labels.indices.filter { !gone.contains($0) }
            operand = Operand(
                value: try reshape(operand.value, kept.map { shape[$0] }),
                labels: kept.map { operand.labels[$0] }
            )
        }

        /// The product of two operands, added up over the axes that are not kept.
        mutating func product(_ one: Operand, _ other: Operand, keeping kept: Set<Label>) throws -> Operand {
            var (left, right) = (one, other)
            try sumUp(&left, keeping: kept.union(right.labels))
            try sumUp(&right, keeping: kept.union(left.labels))
            let shared = left.labels.filter(right.labels.contains)
            let batch = shared.filter(kept.contains)
            let inner = shared.filter { !kept.contains($0) }
            let rows = left.labels.filter { !shared.contains($0) }
            let columns = right.labels.filter { !shared.contains($0) }
            try arrange(&left, as: batch + rows + inner)
            try arrange(&right, as: batch + inner + columns)
            let leftShape = self.shape(left.value).dimensions
            let rightShape = self.shape(right.value).dimensions
            let (first, second) = (batch.count, batch.count + rows.count)
            let third = batch.count + inner.count
            let height = try extent(leftShape[first..<second])
            let depth = try extent(leftShape[second...])
            let width = try extent(rightShape[third...])
            guard leftShape[..<first] == rightShape[..<first],
                leftShape[second...] == rightShape[first..<third]
            else { throw node.error("gives one name to axes of different extents") }
            let stacks = Array(leftShape[..<first])
            let product = try steps.apply(
                MatMul(),
                [
                    try reshape(left.value, stacks + [height, depth]),
                    try reshape(right.value, stacks + [depth, width]),
                ]
            )
            let shape = stacks + leftShape[first..<second] + rightShape[third...]
            return Operand(value: try reshape(product, shape), labels: batch + rows + columns)
        }

        private func extent(_ dimensions: ArraySlice<Dimension>) throws -> Dimension {
            guard let product = SymbolicShape(Array(dimensions)).count else {
                throw node.error("joins axes that both grow with the batch")
            }
            return product
        }
    }
}
