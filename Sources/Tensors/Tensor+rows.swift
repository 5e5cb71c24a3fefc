/// Rows are the elements along the first axis: the samples of a batch.
extension Tensor {
    /// The number of rows: the extent of the first axis.
    public var rowCount: Int { shape[0] }

    /// The number of elements in a row.
    public var rowSize: Int { shape.dimensions.dropFirst().reduce(1, *) }

    /// One row, without the first axis.
    public func row(_ index: Int) -> Tensor { rows(index..<index + 1).reshaped(to: shape.dropFirst) }

    /// A range of rows as a tensor of its own.
    public func rows(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= rowCount, "the rows \(range) exist")
        let size = rowSize
        var result = Tensor(uninitialized: shape.dropFirst.batched(range.count))
        result.mutate { $0.copy(elements, range: range.lowerBound * size..<range.upperBound * size, to: 0) }
        return result
    }

    /// The rows at `indices`, in that order.
    public func gatheringRows(_ indices: some Collection<Int>) -> Tensor {
        let size = rowSize
        let source = elements
        var result = Tensor(uninitialized: shape.dropFirst.batched(indices.count))
        result.mutate { target in
            for (position, index) in indices.enumerated() {
                precondition(index >= 0 && index < rowCount, "the row \(index) exists")
                target.copy(source, range: index * size..<(index + 1) * size, to: position * size)
            }
        }
        return result
    }

    /// Writes the rows of `other` over this tensor's rows at `indices`.
    public mutating func setRows(_ indices: some Collection<Int>, to other: Tensor) {
        precondition(
            other.rowCount == indices.count && other.rowSize == rowSize,
            "one source row for each index"
        )
        let size = rowSize
        let source = other.elements
        mutate { target in
            for (position, index) in indices.enumerated() {
                target.copy(source, range: position * size..<(position + 1) * size, to: index * size)
            }
        }
    }

    /// This tensor with zero rows appended until it has `count` of them.
    public func paddedRows(to count: Int) -> Tensor {
        precondition(count >= rowCount, "padding never removes rows")
        if count == rowCount { return self }
        var result = Tensor(shape.dropFirst.batched(count))
        result.mutate { $0.copy(elements, range: 0..<self.count, to: 0) }
        return result
    }

    /// The tensors below one another along the first axis; all rows have the shape `rowShape`.
    public static func concatenatingRows(_ parts: [Tensor], rowShape: Shape) -> Tensor {
        let total = parts.reduce(0) { $0 + $1.rowCount }
        var result = Tensor(uninitialized: rowShape.batched(total))
        result.mutate { target in
            var position = 0
            for part in parts {
                precondition(part.rowSize == rowShape.count, "rows have the shape \(rowShape)")
                target.copy(part.elements, range: 0..<part.count, to: position)
                position += part.count
            }
        }
        return result
    }

    /// Overwrites row `row` with row `position` of a tensor whose rows are as long.
    public mutating func copyRow(_ row: Int, from other: Tensor, at position: Int) {
        let size = rowSize
        precondition(other.rowSize == size, "the rows are as long as each other")
        let source = other.elements
        mutate { $0.copy(source, range: position * size..<(position + 1) * size, to: row * size) }
    }

    /// The position of the largest element of a row; the first one on a tie.
    public func argmax(ofRow row: Int) -> Int {
        elements.argmax(in: row * rowSize..<(row + 1) * rowSize)
    }

    /// The position of the largest element of each row; the first one on a tie, as NumPy and ONNX `ArgMax`
    /// have it.
    public func argmaxOfRows() -> [Int] {
        (0..<rowCount).map { argmax(ofRow: $0) }
    }
}

extension Elements {
    /// Where in a range the largest element is, counted from the range's beginning; the first one on a tie.
    public func argmax(in range: Range<Int>) -> Int {
        guard var largest = range.isEmpty ? nil : self[range.lowerBound] else { return 0 }
        var best = range.lowerBound
        for position in range.dropFirst() {
            let element = self[position]
            best = element > largest ? position : best
            largest = element > largest ? element : largest
        }
        return best - range.lowerBound
    }
}
