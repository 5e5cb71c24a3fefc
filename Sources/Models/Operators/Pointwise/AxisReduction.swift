import BulwarkTensors

/// A reduction over axes that is more than a sum: it folds all elements that differ only along them into one.
protocol AxisReduction: Operator {
    /// The ONNX operator type.
    static var type: String { get }
    /// The axes that go; negative from the end.
    var axes: [Int] { get }
    /// Whether they stay with extent 1.
    var keepsAxes: Bool { get }
}

extension AxisReduction {
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

    /// The operator with its axes as an attribute, as until operator set 18.
    public var onnx: ONNXForm {
        ONNXForm(Self.type, ["axes": .ints(axes), "keepdims": .int(keepsAxes ? 1 : 0)])
    }

    /// The elements of an input of this shape, by what they are folded into.
    func lines(_ shape: Shape) -> ReducedLines { ReducedLines(shape, axes: axes) }
}

/// The elements of a tensor grouped into lines: one for each element that a reduction over axes leaves.
struct ReducedLines {
    /// The shape of the tensor.
    let shape: Shape
    /// How many lines there are.
    let count: Int
    /// How many elements each of them has.
    let length: Int
    private let index: Broadcasting.StridedIndex

    init(_ shape: Shape, axes: [Int]) {
        self.shape = shape
        var kept = shape.dimensions
        var length = 1
        for axis in axes {
            let axis = Axes.index(axis, rank: shape.rank)
            length *= kept[axis]
            kept[axis] = 1
        }
        self.length = length
        let keptShape = Shape(trusted: kept)
        count = keptShape.count
        index = Broadcasting.StridedIndex(keptShape, in: shape)
    }

    /// Visits all elements in row-major order, each with the number of its line.
    @inline(__always)
    func forEachElement(_ body: (_ position: Int, _ line: Int) -> Void) {
        Broadcasting.forEachPair(index, index, shape) { position, line, _ in body(position, line) }
    }

    /// Folds each line in double precision.
    @inline(__always)
    func folded(
        _ tensor: Tensor,
        from initial: Double,
        _ step: (_ result: Double, _ element: Double) -> Double
    ) -> [Double] {
        let source = tensor.elements
        var results = [Double](repeating: initial, count: count)
        forEachElement { position, line in results[line] = step(results[line], Double(source[position])) }
        return results
    }
}

extension ONNXNode {
    /// The axes of a reduction, or nil if it leaves every element on its own.
    ///
    /// They are an attribute, or an input in later operator sets; without any, all are meant, or none.
    func reducedAxes(rank: Int) throws -> [Int]? {
        let written = try axes(input: 1) ?? []
        if !written.isEmpty { return written }
        let isElementwise = try flag("noop_with_empty_axes")
        return isElementwise || rank == 0 ? nil : Array(0..<rank)
    }

    /// Whether the axes of a reduction stay with extent 1.
    func keepsReducedAxes() throws -> Bool { try flag("keepdims", default: true) }
}

extension IntegerFolding {
    /// Folds integers that are known at import along axes.
    ///
    /// - Parameters:
    ///   - reduction: Names the axes.
    ///   - array: What is folded.
    ///   - node: The node to name in errors.
    ///   - initial: The result for no integers; nil if there is none.
    ///   - step: What becomes of a result and one more integer; nil if that is not affine in the batch size.
    /// - Returns: One integer for each line.
    /// - Throws: `ONNXError` if the axes do not fit, or a result does not exist or is not affine in the batch
    ///   size.
    static func reduce(
        _ reduction: some AxisReduction,
        _ array: IntegerArray,
        _ node: ONNXNode,
        from initial: Dimension?,
        _ step: (Dimension, Dimension) -> Dimension?
    ) throws -> ImportedValue {
        let symbolic = try node.checked { () throws(OperatorError) in
            try reduction.outputShape(for: [SymbolicShape(array.shape)])
        }
        guard let shape = symbolic.fixed, shape.fits(maximumElements) else {
            throw node.error("its integer result is too large")
        }
        var results = [Dimension?](repeating: initial, count: shape.count)
        var isKnown = true
        reduction.lines(array.shape).forEachElement { position, line in
            let element = array.elements[position]
            guard let next = results[line].map({ step($0, element) }) ?? element else {
                isKnown = false
                return
            }
            results[line] = next
        }
        let known = results.compactMap { $0 }
        guard isKnown else {
            throw node.error("computes with the batch size in a way that is not supported")
        }
        guard known.count == results.count else { throw node.error("reduces no integers at all") }
        return .integers(IntegerArray(shape: shape, elements: known))
    }
}
