import BulwarkTensors

/// The different elements of a tensor, or its different slices along an axis, for data known at import
/// (ONNX `Unique`).
enum Unique {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let isSorted = try node.int("sorted") ?? 1 != 0
        switch try node.input(0) {
        case .value: throw node.error("has as many results as its input decides when the model runs")
        case .constant(let tensor):
            guard !tensor.elements.contains(where: \.isNaN) else { throw node.error("compares NaN") }
            let grouping = try Grouping(node, tensor.shape, isSorted) {
                tensor.elements[$0] < tensor.elements[$1]
            }
            let kept = Tensor(grouping.shape, grouping.positions.map { tensor.elements[$0] })
            return [.constant(kept)] + grouping.lists
        case .integers(let array):
            guard let numbers = array.fixed else { throw node.error("compares the batch size with numbers") }
            let grouping = try Grouping(node, array.shape, isSorted) { numbers[$0] < numbers[$1] }
            let kept = grouping.positions.map { array.elements[$0] }
            return [.integers(IntegerArray(shape: grouping.shape, elements: kept))] + grouping.lists
        }
    }
}

/// Which slices of a tensor are equal.
private struct Grouping {
    /// The shape of what is kept.
    let shape: Shape
    /// The positions of the elements that are kept.
    let positions: [Int]
    /// The first occurrence of each kept slice, the kept slice of each one, and how many are equal to it.
    let lists: [ImportedValue]

    /// - Parameters:
    ///   - node: The node, for its axis.
    ///   - shape: The shape of the data.
    ///   - isSorted: Whether what is kept is put in ascending order, or stays in order of occurrence.
    ///   - isLess: The order of the elements at two positions.
    /// - Throws: `ONNXError` if the data is too large or has no such axis.
    init(
        _ node: ONNXNode,
        _ shape: Shape,
        _ isSorted: Bool,
        _ isLess: (Int, Int) -> Bool
    ) throws {
        guard shape.fits(IntegerFolding.maximumElements) else { throw node.error("its input is too large") }
        let axis = try node.int("axis")
        let whole = Shape(trusted: axis == nil ? [shape.count] : shape.dimensions)
        let resolved = try node.checked { () throws(OperatorError) in
            try Axes.resolve(axis ?? 0, rank: whole.rank)
        }
        let blocks = AxisBlocks(whole, axis: resolved)
        guard blocks.length <= IntegerFolding.maximumElements else {
            throw node.error("its input is too large")
        }
        /// The positions of the elements of a slice.
        func slice(_ coordinate: Int) -> [Int] {
            (0..<blocks.outer).flatMap { block in
                let start = (block * blocks.length + coordinate) * blocks.inner
                return Array(start..<start + blocks.inner)
            }
        }
        func precedes(_ one: Int, _ other: Int) -> Bool {
            for (first, second) in zip(slice(one), slice(other)) {
                if isLess(first, second) { return true }
                if isLess(second, first) { return false }
            }
            return false
        }
        // Equal slices stand together, the earliest first.
        let order = (0..<blocks.length).sorted { precedes($0, $1) || !precedes($1, $0) && $0 < $1 }
        var groups: [[Int]] = []
        for coordinate in order {
            if let last = groups.last?[0], !precedes(last, coordinate), !precedes(coordinate, last) {
                groups[groups.count - 1].append(coordinate)
            } else {
                groups.append([coordinate])
            }
        }
        if !isSorted { groups.sort { $0[0] < $1[0] } }
        var inverse = [Int](repeating: 0, count: blocks.length)
        for (number, group) in groups.enumerated() {
            for coordinate in group { inverse[coordinate] = number }
        }
        var sources = whole.dimensions.map { Array(0..<$0) }
        sources[resolved] = groups.map { $0[0] }
        let map = CoordinateMap(sources: sources)
        var positions: [Int] = []
        map.forEachElement(of: whole) { _, origin in positions.append(origin) }
        self.positions = positions
        self.shape = map.shape
        lists = [groups.map { $0[0] }, inverse, groups.map(\.count)].map { list in
            .integers(IntegerArray(list.map { Dimension(constant: $0) }))
        }
    }
}
