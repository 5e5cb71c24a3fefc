import BulwarkTensors
import RealModule

/// A linear map between images: each pixel of the result is the bilinear interpolation of the source at some
/// place, in every channel alike.
///
/// The same numbers, transposed, carry a gradient back, so that the vector–Jacobian product is exact.
package struct BilinearMap: DifferentiableFunction {
    /// The height and the width of an image in pixels.
    package struct Size: Sendable, Equatable {
        package let height: Int
        package let width: Int

        package init(height: Int, width: Int) {
            precondition(height > 0 && width > 0, "an image has pixels")
            self.height = height
            self.width = width
        }

        package var pixels: Int { height * width }
    }

    /// A place in an image; the middle of the pixel in row r and column c is at (r, c).
    package struct Place {
        package var row: Double
        package var column: Double

        package init(row: Double, column: Double) {
            self.row = row
            self.column = column
        }
    }

    /// What one pixel of the source adds to one pixel of the target.
    private struct Tap {
        let source: Int32
        let target: Int32
        let weight: Float
    }

    /// The size of the images that the map takes.
    package let source: Size
    /// The size of the images that the map gives.
    package let target: Size
    /// For each pixel of the target whether it takes its value from the source; the others are zero.
    package let isCovered: [Bool]
    private let taps: [Tap]

    /// A map by the place in the source that each pixel of the target shows.
    ///
    /// Beyond the border of the source everything is zero.
    ///
    /// - Parameters:
    ///   - source: The size of the images that the map takes.
    ///   - target: The size of the images that it gives.
    ///   - place: The place for a row and a column of the target; nil for a pixel that shows nothing.
    package init(from source: Size, to target: Size, place: (_ row: Int, _ column: Int) -> Place?) {
        var taps: [Tap] = []
        taps.reserveCapacity(4 * target.pixels)
        var isCovered = [Bool](repeating: false, count: target.pixels)
        for row in 0..<target.height {
            for column in 0..<target.width {
                guard let place = place(row, column) else { continue }
                let position = row * target.width + column
                isCovered[position] = true
                let (top, left) = (place.row.rounded(.down), place.column.rounded(.down))
                for down in 0...1 {
                    for right in 0...1 {
                        let (y, x) = (Int(top) + down, Int(left) + right)
                        guard y >= 0, y < source.height, x >= 0, x < source.width else { continue }
                        let height = down == 0 ? 1 - (place.row - top) : place.row - top
                        let width = right == 0 ? 1 - (place.column - left) : place.column - left
                        guard height * width > 0 else { continue }
                        taps.append(
                            Tap(
                                source: Int32(y * source.width + x),
                                target: Int32(position),
                                weight: Float(height * width)
                            )
                        )
                    }
                }
            }
        }
        self.source = source
        self.target = target
        self.isCovered = isCovered
        self.taps = taps
    }

    /// The image, channel by channel, as the map shows it.
    package func value(at point: [Float]) -> [Float] {
        let channels = point.count / source.pixels
        precondition(point.count == channels * source.pixels, "a whole number of channels")
        var result = [Float](repeating: 0, count: channels * target.pixels)
        for channel in 0..<channels {
            let (from, to) = (channel * source.pixels, channel * target.pixels)
            for tap in taps { result[to + Int(tap.target)] += tap.weight * point[from + Int(tap.source)] }
        }
        return result
    }

    /// The transposed map, whatever the point.
    package func pullback(of cotangent: [Float], at point: [Float]) -> [Float] {
        let channels = cotangent.count / target.pixels
        precondition(cotangent.count == channels * target.pixels, "a whole number of channels")
        var result = [Float](repeating: 0, count: channels * source.pixels)
        for channel in 0..<channels {
            let (from, to) = (channel * source.pixels, channel * target.pixels)
            for tap in taps { result[from + Int(tap.source)] += tap.weight * cotangent[to + Int(tap.target)] }
        }
        return result
    }
}

extension BilinearMap {
    /// A rectangle of pixels.
    package struct Window: Sendable, Equatable {
        package let top: Int
        package let left: Int
        package let size: Size

        package init(top: Int, left: Int, size: Size) {
            self.top = top
            self.left = left
            self.size = size
        }

        /// A whole image.
        package init(_ size: Size) { self.init(top: 0, left: 0, size: size) }
    }

    /// One window of an image, stretched or shrunk to fill another window of an image of the same size;
    /// everything else is zero.
    ///
    /// Pixels are squares whose middles are interpolated, and the border of the first window is continued
    /// outwards by half a pixel.
    package static func stretching(_ from: Window, onto: Window, in size: Size) -> BilinearMap {
        BilinearMap(from: size, to: size) { row, column in
            let (down, right) = (row - onto.top, column - onto.left)
            guard down >= 0, down < onto.size.height, right >= 0, right < onto.size.width else { return nil }
            return Place(
                row: Double(from.top) + middle(down, from.size.height, of: onto.size.height),
                column: Double(from.left) + middle(right, from.size.width, of: onto.size.width)
            )
        }
    }

    /// A whole image, stretched or shrunk to another size.
    package static func scaling(_ source: Size, to target: Size) -> BilinearMap {
        BilinearMap(from: source, to: target) { row, column in
            Place(
                row: middle(row, source.height, of: target.height),
                column: middle(column, source.width, of: target.width)
            )
        }
    }

    /// Where, among so many places, the middle of a part of the target lies.
    private static func middle(_ index: Int, _ count: Int, of target: Int) -> Double {
        let place = (Double(index) + 0.5) * Double(count) / Double(target) - 0.5
        return min(max(place, 0), Double(count - 1))
    }

    /// An image turned around its middle and then moved; what comes in from outside is zero.
    ///
    /// - Parameters:
    ///   - size: The size of the image.
    ///   - angle: By how much it is turned, anticlockwise, in radians.
    ///   - down: How far it is moved down, in pixels.
    ///   - right: How far it is moved to the right, in pixels.
    /// - Returns: A map between images of the size.
    package static func moving(_ size: Size, angle: Double, down: Double, right: Double) -> BilinearMap {
        let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
        let (middleRow, middleColumn) = (Double(size.height - 1) / 2, Double(size.width - 1) / 2)
        return BilinearMap(from: size, to: size) { row, column in
            let y = Double(row) - down - middleRow
            let x = Double(column) - right - middleColumn
            return Place(
                row: middleRow + y * cosine + x * sine,
                column: middleColumn + x * cosine - y * sine
            )
        }
    }
}
