import BulwarkTensors

/// Indices whose last axis holds coordinates of the data, one for each of its first axes.
enum IndexTuples {
    /// How many axes of the data a tuple names.
    ///
    /// - Throws: `OperatorError` if the shapes do not fit.
    static func depth(
        data: SymbolicShape,
        indices: SymbolicShape,
        batchAxes: Int
    ) throws(OperatorError) -> Int {
        guard batchAxes >= 0, batchAxes < indices.rank, batchAxes <= data.rank else {
            throw .attribute(name: "batch_dims", problem: "\(batchAxes) axes are not there")
        }
        guard data.dimensions[..<batchAxes] == indices.dimensions[..<batchAxes] else {
            throw .shapes("the first \(batchAxes) axes of data and indices differ", [data, indices])
        }
        guard let depth = indices.dimensions.last?.fixed, depth >= 0, depth <= data.rank - batchAxes else {
            throw .shapes(
                "the last axis of the indices has more entries than the data has axes",
                [data, indices]
            )
        }
        return depth
    }

    /// The position in the data of each element that the tuples name, slice by slice, or
    /// `CarriedIndex.outside`.
    static func positions(data: Shape, indices: Tensor, batchAxes: Int) -> [Int] {
        let depth = indices.shape[indices.shape.rank - 1]
        let strides = data.strides
        let numbers = indices.elements
        let slice = data.dimensions[(batchAxes + depth)...].reduce(1, *)
        let perBatch = data.dimensions[batchAxes...].reduce(1, *)
        let batches = data.dimensions[..<batchAxes].reduce(1, *)
        let tuples = indices.shape.dimensions.dropFirst(batchAxes).dropLast().reduce(1, *)
        var positions: [Int] = []
        positions.reserveCapacity(batches * tuples * slice)
        for batch in 0..<batches {
            for tuple in 0..<tuples {
                var base = batch * perBatch
                for entry in 0..<depth {
                    let axis = batchAxes + entry
                    let number = numbers[(batch * tuples + tuple) * depth + entry]
                    let coordinate = CarriedIndex.resolve(number, extent: data[axis])
                    guard coordinate >= 0 else {
                        base = CarriedIndex.outside
                        break
                    }
                    base += coordinate * strides[axis]
                }
                for element in 0..<slice { positions.append(base < 0 ? base : base + element) }
            }
        }
        return positions
    }
}
