import BulwarkTensors

/// The loops of a pool: for each output the elements its window covers, without those that lie in the
/// padding.
///
/// Images with fewer than three spatial axes get leading axes of extent 1.
struct PoolingSweep {
    private let planes: Int
    private let input: [Int]
    private let output: [Int]
    /// For each axis and output the coordinates under the window that lie inside the image.
    private let taps: [[StrideTo<Int>]]

    init(window: SlidingWindow, input: Shape, output: Shape) {
        let missing = [Int](repeating: 1, count: 3 - window.kernel.count)
        planes = input[0] * input[1]
        self.input = missing + input.dimensions.dropFirst(2)
        self.output = missing + output.dimensions.dropFirst(2)
        taps =
            missing.map { _ in [stride(from: 0, to: 1, by: 1)] }
            + window.kernel.indices.map { axis in
                (0..<output[axis + 2]).map { window.taps(axis, of: $0, extent: input[axis + 2]) }
            }
    }

    /// Visits every output with the windows' coordinates along each axis; an element's position is that of
    /// `position(in: plane, slice, row, column)`.
    @inline(__always)
    func forEachOutput(_ body: (_ output: Int, _ window: Window) -> Void) {
        let plane = input.reduce(1, *)
        var position = 0
        for number in 0..<planes {
            for slices in taps[0] {
                for rows in taps[1] {
                    for columns in taps[2] {
                        let window = Window(
                            base: number * plane,
                            rowCount: input[1],
                            columnCount: input[2],
                            slices: slices,
                            rows: rows,
                            columns: columns
                        )
                        body(position, window)
                        position += 1
                    }
                }
            }
        }
    }

    /// The elements under one window.
    struct Window {
        fileprivate let base: Int
        fileprivate let rowCount: Int
        fileprivate let columnCount: Int
        fileprivate let slices: StrideTo<Int>
        fileprivate let rows: StrideTo<Int>
        fileprivate let columns: StrideTo<Int>

        /// Visits the positions of the elements in row-major order.
        @inline(__always)
        func forEachPosition(_ body: (_ position: Int) -> Void) {
            for slice in slices {
                for row in rows {
                    let start = base + (slice * rowCount + row) * columnCount
                    for column in columns { body(start + column) }
                }
            }
        }
    }
}

extension SlidingWindow {
    /// The input coordinates along an axis that the window of one output covers and that lie inside the
    /// image.
    func taps(_ axis: Int, of output: Int, extent: Int) -> StrideTo<Int> {
        let dilation = dilations[axis]
        let start = output * strides[axis] - padsBegin[axis]
        let first = start >= 0 ? start : start + (dilation - 1 - start) / dilation * dilation
        return stride(from: first, to: min(start + span(axis), extent), by: dilation)
    }

    /// Makes sure that every window covers an element of the image.
    ///
    /// - Throws: `OperatorError.attribute` if one lies in the padding altogether.
    func refuseEmptyWindows(_ input: SymbolicShape, outputs: [Int]) throws(OperatorError) {
        let extents = try Self.spatialExtents(input)
        for axis in kernel.indices {
            // No gap between taps is wider than the image, so a window that is not wholly outside has one
            // inside.
            guard kernel[axis] == 1 || dilations[axis] <= extents[axis] else {
                throw .attribute(
                    name: "dilations",
                    problem: "\(dilations[axis]) is more than the image's extent"
                )
            }
            let last = (outputs[axis] - 1) * strides[axis] - padsBegin[axis]
            guard padsBegin[axis] < span(axis), last < extents[axis] else {
                throw .attribute(name: "pads", problem: "a window lies in the padding altogether")
            }
        }
    }
}
