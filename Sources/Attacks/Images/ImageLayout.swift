import BulwarkTensors

/// How the elements of a sample are channels of rows and columns.
///
/// `[C, H, W]` is what it says, `[H, W]` has one channel, and a vector `[d]` is an image of one channel and
/// one row. Three extents of which only the last is at most 4 are `[H, W, C]`, as other frameworks have it.
/// Of more than three extents the last two are rows and columns.
package struct ImageLayout: Sendable, Equatable {
    package let channels: Int
    package let rows: Int
    package let columns: Int
    private let channelStride: Int
    private let rowStride: Int
    /// How far apart neighbours in a row are.
    let columnStride: Int

    package init(_ shape: Shape) {
        let extents = shape.dimensions
        if extents.count == 3, extents[2] <= 4, min(extents[0], extents[1]) > 4 {
            (rows, columns, channels) = (extents[0], extents[1], extents[2])
            (rowStride, columnStride, channelStride) = (columns * channels, channels, 1)
            return
        }
        columns = extents.last ?? 1
        rows = extents.count >= 2 ? extents[extents.count - 2] : 1
        channels = extents.dropLast(2).reduce(1, *)
        (channelStride, rowStride, columnStride) = (rows * columns, columns, 1)
    }

    /// The layout of samples that have rows and columns.
    ///
    /// - Parameters:
    ///   - shape: The shape of a sample.
    ///   - name: What needs images, for the error.
    /// - Throws: `AttackError.needsImages` for vectors and for samples without elements.
    package init(ofImages shape: Shape, for name: String) throws(AttackError) {
        guard shape.rank >= 2, shape.count > 0 else { throw .needsImages(name: name, shape: shape) }
        self.init(shape)
    }

    /// The number of elements.
    package var count: Int { channels * rows * columns }

    /// The size of an image.
    package var size: BilinearMap.Size { BilinearMap.Size(height: rows, width: columns) }

    /// A sample with its channels one after the other, each row by row.
    package func planes(of point: [Float]) -> [Float] {
        if channelStride == rows * columns { return point }
        var result = point
        forEachPlace { result[$0] = point[$1] }
        return result
    }

    /// A sample from its channels, one after the other: the reverse of `planes`.
    package func point(ofPlanes planes: [Float]) -> [Float] {
        if channelStride == rows * columns { return planes }
        var result = planes
        forEachPlace { result[$1] = planes[$0] }
        return result
    }

    /// Each element's place in the planes and in the sample.
    private func forEachPlace(_ body: (_ plane: Int, _ sample: Int) -> Void) {
        var plane = 0
        for channel in 0..<channels {
            for row in 0..<rows {
                for column in 0..<columns {
                    body(plane, position(channel, row, column))
                    plane += 1
                }
            }
        }
    }

    /// Where an element is.
    package func position(_ channel: Int, _ row: Int, _ column: Int) -> Int {
        channel * channelStride + row * rowStride + column * columnStride
    }

    /// The height and width of a window with a share of the image: a square whose side is the nearest whole
    /// number to the root of the area, and at least 1.
    ///
    /// Where the image is too narrow for that, the window takes its whole height or width and is as long as
    /// the area asks for. So in a vector it is a segment with that share of the elements.
    package func sides(share: Double) -> (height: Int, width: Int) {
        let area = share * Double(rows * columns)
        let side = max(Int(area.squareRoot().rounded()), 1)
        if side <= min(rows, columns) { return (side, side) }
        let narrow = min(rows, columns)
        let long = min(max(Int((area / Double(narrow)).rounded()), 1), max(rows, columns))
        return rows < columns ? (narrow, long) : (long, narrow)
    }

    /// The sides of a window for bumps, which are odd and at least 3 where the image has room.
    package func bumpSides(share: Double) -> (height: Int, width: Int) {
        let (height, width) = sides(share: share)
        return (min(max(height, 3) | 1, rows), min(max(width, 3) | 1, columns))
    }

    /// A window of a size, anywhere in the image with equal chances.
    func window(_ size: (height: Int, width: Int), _ random: inout SeededRandom) -> Window {
        let row = random.position(among: rows - size.height + 1)
        let column = random.position(among: columns - size.width + 1)
        return Window(rows: row..<row + size.height, columns: column..<column + size.width)
    }
}

/// A rectangle of an image, in all of its channels.
struct Window {
    let rows: Range<Int>
    let columns: Range<Int>
}

extension SeededRandom {
    /// A number in 0..<count, all with equal chances.
    mutating func position(among count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// True half of the time.
    mutating func flip() -> Bool { next() & 1 == 0 }
}
