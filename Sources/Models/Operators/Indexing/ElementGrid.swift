import BulwarkTensors

/// Indices that stand in a grid like the data's own and replace the coordinate along one axis.
enum ElementGrid {
    /// - Throws: `OperatorError` unless the grid lies inside the data along every other axis.
    static func check(
        _ indices: SymbolicShape,
        inside data: SymbolicShape,
        axis: Int
    ) throws(OperatorError) {
        let axis = try Axes.resolve(axis, rank: data.rank)
        guard indices.rank == data.rank else {
            throw .shapes("data and indices have equally many axes", [data, indices])
        }
        for other in 0..<data.rank where other != axis && indices[other] != data[other] {
            guard let extent = indices[other].fixed, let limit = data[other].fixed, extent <= limit else {
                throw .shapes("the indices reach beyond axis \(other) of the data", [data, indices])
            }
        }
    }

    /// The position in the data that each index names, or `CarriedIndex.outside`.
    static func positions(data: Shape, indices: Tensor, axis: Int) -> [Int] {
        let axis = Axes.index(axis, rank: data.rank)
        let strides = data.strides
        let extent = data[axis]
        let numbers = indices.elements
        // Along the axis itself the place of an index makes no difference.
        let rest = Broadcasting.StridedIndex(strides: strides.indices.map { $0 == axis ? 0 : strides[$0] })
        var positions = [Int](repeating: CarriedIndex.outside, count: indices.count)
        Broadcasting.forEachPair(rest, rest, indices.shape) { position, base, _ in
            let coordinate = CarriedIndex.resolve(numbers[position], extent: extent)
            if coordinate >= 0 { positions[position] = base + coordinate * strides[axis] }
        }
        return positions
    }
}
