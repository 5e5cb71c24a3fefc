import BulwarkReports
import Foundation
import Testing

struct PNGTests {
    @Test(arguments: [(1, 1), (3, 2), (28, 28), (257, 5)], [PNG.Color.gray, .rgb])
    func anImageReadsBackAsItself(size: (width: Int, height: Int), color: PNG.Color) throws {
        let count = size.width * size.height * color.channelCount
        let pixels = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 11) }
        let data = PNG.encode(width: size.width, height: size.height, color: color, pixels: pixels)
        let image = try PNGImage(data)
        #expect(image.width == size.width)
        #expect(image.height == size.height)
        #expect(image.channels == color.channelCount)
        #expect(image.pixels == pixels)
    }

    @Test func everyFlippedByteIsFound() throws {
        let data = PNG.encode(width: 4, height: 4, color: .gray, pixels: Array(0..<16))
        for position in data.indices {
            var damaged = data
            damaged[position] ^= 0x40
            #expect(throws: PNGImage.Fault.self) { try PNGImage(damaged) }
        }
    }
}
