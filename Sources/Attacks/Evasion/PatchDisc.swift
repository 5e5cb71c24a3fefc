import BulwarkTensors
import RealModule

/// A round sticker: where it lies on an image, how far it is turned and how much it is shrunk.
///
/// A pixel shows the sticker if its middle is on it. So the sticker never covers more pixels than when it is
/// whole, however it is turned.
package struct PatchDisc: Sendable, Equatable {
    /// The diameter in pixels of the whole sticker, which is also the side of the square it is cut from.
    package let diameter: Int
    /// The first row and column of that square on the image.
    package let top: Int
    package let left: Int
    /// The angle in radians.
    package let angle: Double
    /// The size as a share of the whole.
    package let scale: Double

    package init(diameter: Int, top: Int, left: Int, angle: Double, scale: Double) {
        self.diameter = diameter
        self.top = top
        self.left = left
        self.angle = angle
        self.scale = scale
    }

    /// A place on an image, an angle of at most `maximumRotation` degrees either way, and a size.
    init(
        diameter: Int,
        on size: BilinearMap.Size,
        maximumRotation: Double,
        scales: ClosedRange<Double>,
        _ random: inout SeededRandom
    ) {
        self.diameter = diameter
        top = random.wholeNumber(in: 0...size.height - diameter)
        left = random.wholeNumber(in: 0...size.width - diameter)
        angle = Double(random.uniform(-1, 1)) * maximumRotation * .pi / 180
        scale = scales.lowerBound + (scales.upperBound - scales.lowerBound) * Double(random.uniform())
    }

    /// The number of pixels of a whole sticker.
    package static func pixels(diameter: Int) -> Int {
        (0..<diameter).reduce(0) { sum, row in
            sum + (0..<diameter).count { isCovered(row, $0, diameter: diameter, scale: 1) }
        }
    }

    /// The largest diameter of a sticker that fits on an image and has at most so many pixels.
    package static func largestDiameter(pixels: Int, on size: BilinearMap.Size) -> Int {
        (0...min(size.height, size.width)).last { Self.pixels(diameter: $0) <= pixels } ?? 0
    }

    /// The map from the square of the sticker to the image; pixels beside the sticker show nothing.
    package func map(onto size: BilinearMap.Size) -> BilinearMap {
        let middle = Double(diameter - 1) / 2
        let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
        func inside(_ place: Double) -> Double { min(max(place, 0), Double(diameter - 1)) }
        let square = BilinearMap.Size(height: diameter, width: diameter)
        return BilinearMap(from: square, to: size) { row, column in
            let (down, right) = (row - top, column - left)
            guard down >= 0, down < diameter, right >= 0, right < diameter,
                Self.isCovered(down, right, diameter: diameter, scale: scale)
            else { return nil }
            let (y, x) = ((Double(down) - middle) / scale, (Double(right) - middle) / scale)
            return BilinearMap.Place(
                row: inside(middle + y * cosine + x * sine),
                column: inside(middle + x * cosine - y * sine)
            )
        }
    }

    private static func isCovered(_ row: Int, _ column: Int, diameter: Int, scale: Double) -> Bool {
        // In half pixels, so that the whole sticker is decided by whole numbers.
        let (y, x) = (2 * row - diameter + 1, 2 * column - diameter + 1)
        return Double(y * y + x * x) <= Double(diameter * diameter) * scale * scale
    }
}
