import BulwarkTensors

/// What sums and means over axes have in common.
protocol ReductionOperator: Operator {
    /// The axes that go; negative from the end.
    var axes: [Int] { get }
    /// Whether they stay with extent 1.
    var keepsAxes: Bool { get }
    /// What the sum is multiplied with, for a given number of summands.
    func factor(_ count: Int) -> Float

    init(axes: [Int], keepsAxes: Bool)
}

extension ReductionOperator {
    /// The input's shape without the axes, or with extent 1 along them.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard !axes.isEmpty else { throw .attribute(name: "axes", problem: "names no axis") }
        let gone = Set(try Axes.resolve(axes, rank: inputs[0].rank))
        var result: [Dimension] = []
        for (axis, extent) in inputs[0].dimensions.enumerated() {
            if !gone.contains(axis) { result.append(extent) } else if keepsAxes { result.append(1) }
        }
        return SymbolicShape(result)
    }

    /// The sum over the axes times the factor.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let kept = keptShape(inputs[0].shape)
        let factor = factor(summands(inputs[0].shape))
        return Broadcasting.reduce(inputs[0], to: kept).map { factor * $0 }.reshaped(to: shape)
    }

    /// The cotangent times the factor, repeated along the axes.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let shape = inputs[0].shape
        let scaled = factor(summands(shape)) * cotangent
        return [Broadcasting.stretch(scaled.reshaped(to: keptShape(shape)), to: shape)]
    }

    private func keptShape(_ shape: Shape) -> Shape {
        var dimensions = shape.dimensions
        for axis in axes { dimensions[Axes.index(axis, rank: shape.rank)] = 1 }
        return Shape(trusted: dimensions)
    }

    private func summands(_ shape: Shape) -> Int {
        axes.reduce(1) { $0 * shape[Axes.index($1, rank: shape.rank)] }
    }

    /// Lowers a node whose axes are an attribute, or an input in later opsets; without axes all are meant, or
    /// none.
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let rank = try lowering.shape(of: node.input(0)).rank
        var axes = try node.axes(input: 1) ?? []
        if axes.isEmpty {
            let doesNothing = try node.int("noop_with_empty_axes") ?? 0 != 0
            if doesNothing || rank == 0 { return [try node.input(0)] }
            axes = Array(0..<rank)
        }
        let keepsAxes = try node.int("keepdims") ?? 1 != 0
        return [try lowering.emit(Self(axes: axes, keepsAxes: keepsAxes), node, inputs: [0])]
    }
}
