import BulwarkTensors

extension Slice {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        // Attributes before operator set 10, inputs since.
        let written = try node.ints("ends").map { $0.map { Dimension(constant: $0) } }
        guard let starts = try node.ints("starts") ?? node.optionalFixedIntegers(1),
            let ends = try written ?? node.optionalIntegers(2)?.elements
        else {
            throw node.error("its bounds are missing")
        }
        let axes = try node.ints("axes") ?? node.optionalFixedIntegers(3) ?? Array(starts.indices)
        let steps = try node.optionalFixedIntegers(4) ?? starts.map { _ in 1 }
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
            throw node.error("its starts, ends, axes and steps are not equally many")
        }
        guard !steps.contains(0) else { throw node.error("a step is 0") }
        _ = try node.checked { () throws(OperatorError) in try Axes.resolve(axes, rank: shape.rank) }
        var parts: [Part] = []
        for (index, axis) in axes.enumerated() {
            let axis = Axes.index(axis, rank: shape.rank)
            if starts[index] == 0, steps[index] == 1, reaches(ends[index], shape[axis]) { continue }
            guard let extent = shape[axis].fixed, let end = ends[index].fixed else {
                throw node.error("slices axis \(axis), which depends on the number of samples")
            }
            parts.append(Part(axis: axis, start: starts[index], end: end, step: steps[index], extent: extent))
        }
        return [try Slice(parts).lowered(node, input, into: &lowering)]
    }

    /// Applies the slice to what an input stands for; integers known at import stay integers.
    func lowered(
        _ node: ONNXNode,
        _ input: ImportedValue,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        if parts.isEmpty { return input }
        guard case .integers(let array) = input else {
            return try lowering.emit(self, node, arguments: [(input, name: "\(node.name).0")])
        }
        _ = try node.checked { () throws(OperatorError) in try outputShape(for: [SymbolicShape(array.shape)])
        }
        return .integers(array.rearranged(by: coordinates(array.shape)))
    }

    /// Whether an end lies at or beyond the end of an axis; exporters write a huge number for "to the end".
    private static func reaches(_ end: Dimension, _ extent: Dimension) -> Bool {
        if end == extent { return true }
        guard let end = end.fixed else { return false }
        return end >= extent.fixed ?? Int(Int32.max)
    }
}

extension IntegerArray {
    /// The integers at their new places; every place of the map has a source.
    func rearranged(by map: CoordinateMap) -> IntegerArray {
        var result: [Dimension] = []
        map.forEachElement(of: shape) { _, origin in result.append(elements[origin]) }
        return IntegerArray(shape: map.shape, elements: result)
    }
}
