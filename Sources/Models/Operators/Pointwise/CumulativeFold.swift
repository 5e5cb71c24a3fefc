import BulwarkTensors

/// The direction in which cumulative sums and products run along an axis, and what they include.
struct CumulativeFold {
    /// The axis; negative from the end.
    let axis: Int
    /// Whether an element's own result leaves it out.
    let isExclusive: Bool
    /// Whether the fold begins at the last element.
    let isReversed: Bool

    /// Visits every line along the axis, with the positions of its elements in the order of the fold.
    @inline(__always)
    func forEachLine(_ shape: Shape, _ body: (StrideTo<Int>) -> Void) {
        let lines = AxisBlocks(shape, axis: axis)
        let reach = lines.length * lines.inner
        lines.forEachLine { start in
            body(
                isReversed
                    ? stride(from: start + reach - lines.inner, to: start - lines.inner, by: -lines.inner)
                    : stride(from: start, to: start + reach, by: lines.inner)
            )
        }
    }

    /// The same fold from the other end.
    var backwards: CumulativeFold {
        CumulativeFold(axis: axis, isExclusive: isExclusive, isReversed: !isReversed)
    }

    func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        _ = try Axes.resolve(axis, rank: inputs[0].rank)
        return inputs[0]
    }

    /// The fold as ONNX writes it, with its axis as a constant.
    func onnx(_ type: String, opset: Int) -> ONNXForm {
        ONNXForm(
            type,
            ["exclusive": .int(isExclusive ? 1 : 0), "reverse": .int(isReversed ? 1 : 0)],
            trailing: [.int(axis)],
            opset: opset
        )
    }

    /// The fold that a node asks for.
    ///
    /// - Throws: `ONNXError` if its axis is not known at import.
    static func reading(_ node: ONNXNode) throws(ONNXError) -> CumulativeFold {
        guard let axes = try node.optionalFixedIntegers(1), axes.count == 1 else {
            throw node.error("its axis has to be one integer known before the model runs")
        }
        return CumulativeFold(
            axis: axes[0],
            isExclusive: try node.flag("exclusive"),
            isReversed: try node.flag("reverse")
        )
    }
}
