import BulwarkTensors
import Testing

struct ShapeTests {
    @Test func countsElements() throws {
        #expect(try Shape([2, 3, 4]).count == 24)
        #expect(try Shape([]).count == 1)
        #expect(try Shape([5, 0, 7]).count == 0)
    }

    @Test func stridesAreRowMajor() {
        #expect(([2, 3, 4] as Shape).strides == [12, 4, 1])
        #expect(([] as Shape).strides == [])
    }

    @Test(arguments: [[1 << 32, 1 << 32], [Int.max, 2], [1 << 21, 1 << 21, 1 << 21, 2]])
    func refusesCountsThatOverflow(dimensions: [Int]) {
        #expect(throws: ShapeError.tooManyElements(dimensions)) { try Shape(dimensions) }
    }

    @Test func refusesNegativeDimensionsEvenIfTheProductIsPositive() {
        #expect(throws: ShapeError.negativeDimension([-2, -3])) { try Shape([-2, -3]) }
    }

    @Test func aZeroDoesNotHideAnOverflowBeforeIt() {
        #expect(throws: ShapeError.tooManyElements([Int.max, 4, 0])) { try Shape([Int.max, 4, 0]) }
    }
}
