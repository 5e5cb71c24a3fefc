import BulwarkAttacks
import BulwarkTensors
import Testing

struct ImageLayoutTests {
    @Test func aVectorIsAnImageOfOneRow() {
        let layout = ImageLayout([100])
        #expect((layout.channels, layout.rows, layout.columns) == (1, 1, 100))
        #expect(layout.sides(share: 0.8) == (1, 80))
        #expect(layout.sides(share: 0.001) == (1, 1))
        #expect(layout.bumpSides(share: 0.2) == (1, 21))
    }

    @Test func imagesOfOtherShapesHaveChannelsRowsAndColumns() {
        for (shape, channels, rows, columns) in [
            ([3, 32, 30], 3, 32, 30), ([32, 30, 3], 3, 32, 30), ([28, 28, 1], 1, 28, 28),
            ([1, 28, 28], 1, 28, 28), ([1, 3, 4], 1, 3, 4), ([8, 9], 1, 8, 9), ([2, 3, 8, 9], 6, 8, 9),
            ([], 1, 1, 1),
        ] as [(Shape, Int, Int, Int)] {
            let layout = ImageLayout(shape)
            #expect((layout.channels, layout.rows, layout.columns) == (channels, rows, columns))
            let positions = (0..<channels).flatMap { channel in
                (0..<rows).flatMap { row in (0..<columns).map { layout.position(channel, row, $0) } }
            }
            #expect(positions.sorted() == Array(0..<shape.count))
        }
        #expect(ImageLayout([32, 30, 3]).position(1, 2, 3) == 2 * 90 + 3 * 3 + 1)
        #expect(ImageLayout([3, 32, 30]).position(1, 2, 3) == 960 + 2 * 30 + 3)
        // As near to a square as the image allows.
        #expect(ImageLayout([1, 4, 100]).sides(share: 0.8) == (4, 80))
        #expect(ImageLayout([1, 100, 4]).sides(share: 0.01) == (2, 2))
    }
}
