import BulwarkTensors

/// Pixels of a sample of shape `[C, H, W]`, one channel or three, ready to be written as PNG.
struct ExhibitImage {
    /// The number of columns.
    let width: Int
    /// The number of rows.
    let height: Int
    private let color: PNG.Color
    private let pixels: [UInt8]

    /// The most columns or rows of an image in a report; of larger ones every k-th pixel is shown.
    static let maximumSide = 256

    /// Whether inputs of a shape can be shown as images.
    static func canShow(_ shape: [Int]) -> Bool {
        shape.count == 3 && (shape[0] == 1 || shape[0] == 3) && shape[1] > 1 && shape[2] > 1
    }

    /// Of how many pixels in a row or column one is shown.
    static func stride(of shape: [Int]) -> Int {
        (max(shape[1], shape[2]) + maximumSide - 1) / maximumSide
    }

    /// A sample as an image: the lower bound is black, the upper bound white.
    init(_ sample: Tensor, bounds: ClosedRange<Double>) {
        let length = bounds.upperBound - bounds.lowerBound
        self.init(shape: sample.shape.dimensions, color: sample.shape[0] == 1 ? .gray : .rgb) { position in
            let value = Double(sample[position])
            return [Self.byte(length > 0 ? (value - bounds.lowerBound) / length : 0.5)]
        }
    }

    /// A change as an image: where nothing changes it is white or gray, and ±`scale` has full colour.
    ///
    /// One channel: orange where the input grew and blue where it shrank. Three channels: each on its own
    /// around the middle gray.
    init(change: Tensor, scale: Double) {
        let isGray = change.shape[0] == 1
        self.init(shape: change.shape.dimensions, color: .rgb) { position in
            let share = scale > 0 ? Double(change[position]) / scale : 0
            return isGray ? Self.diverging(share) : [Self.byte(0.5 + share / 2)]
        }
    }

    /// The image as a `data:` address.
    var address: Markup {
        let data = PNG.encode(width: width, height: height, color: color, pixels: pixels)
        return "data:image/png;base64,\(data.base64EncodedString())"
    }

    /// Gathers `bytes(position)` for the shown positions of each channel, which are one or three bytes.
    private init(shape: [Int], color: PNG.Color, bytes: (Int) -> [UInt8]) {
        let step = Self.stride(of: shape)
        let (channels, rows, columns) = (shape[0], shape[1], shape[2])
        var pixels: [UInt8] = []
        for row in Swift.stride(from: 0, to: rows, by: step) {
            for column in Swift.stride(from: 0, to: columns, by: step) {
                for channel in 0..<channels { pixels += bytes((channel * rows + row) * columns + column) }
            }
        }
        width = (columns + step - 1) / step
        height = (rows + step - 1) / step
        self.color = color
        self.pixels = pixels
    }

    /// 0 to 1 as 0 to 255; what is not a number is in the middle.
    private static func byte(_ share: Double) -> UInt8 {
        share.isNaN ? 128 : UInt8((min(max(share, 0), 1) * 255).rounded())
    }

    /// −1 is blue, 0 almost white, 1 orange.
    private static func diverging(_ share: Double) -> [UInt8] {
        let middle = [246.0, 246, 244]
        let end: [Double] = share < 0 ? [5, 84, 150] : [186, 68, 0]
        let weight = share.isNaN ? 0 : min(abs(share), 1)
        return zip(middle, end).map { UInt8(($0 + ($1 - $0) * weight).rounded()) }
    }
}
