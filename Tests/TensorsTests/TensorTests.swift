import BulwarkTensors
import Testing

struct TensorTests {
    @Test func copiesAreIndependent() {
        let original = Tensor([3], [1, 2, 3])
        var copy = original
        copy[1] = 9
        #expect(Array(original.elements) == [1, 2, 3])
        #expect(Array(copy.elements) == [1, 9, 3])
    }

    @Test func aViewKeepsSeeingTheOldElements() {
        var tensor = Tensor([2], [1, 2])
        let view = tensor.elements
        tensor[0] = 5
        #expect(view[0] == 1)
    }

    @Test(arguments: [0, 1, 3, 17, 1000]) func memoryIsAlignedToACacheLine(count: Int) {
        let tensor = Tensor([count], repeating: 1)
        tensor.withUnsafePointer { #expect(UInt(bitPattern: $0) % 64 == 0) }
    }

    @Test func rowsAreTheFirstAxis() {
        let tensor = Tensor([3, 2], [0, 1, 2, 3, 4, 5])
        #expect(tensor.row(1) == Tensor([2], [2, 3]))
        #expect(tensor.rows(1..<3) == Tensor([2, 2], [2, 3, 4, 5]))
        #expect(tensor.gatheringRows([2, 0, 2]) == Tensor([3, 2], [4, 5, 0, 1, 4, 5]))
        #expect(tensor.paddedRows(to: 4) == Tensor([4, 2], [0, 1, 2, 3, 4, 5, 0, 0]))
        var changed = tensor
        changed.setRows([2, 0], to: Tensor([2, 2], [8, 8, 9, 9]))
        #expect(changed == Tensor([3, 2], [9, 9, 2, 3, 8, 8]))
        #expect(Tensor.concatenatingRows([tensor.rows(0..<1), tensor.rows(1..<3)], rowShape: [2]) == tensor)
    }

    @Test func theFirstOfEqualMaximaIsTaken() {
        #expect(Tensor([2, 3], [1, 5, 5, 2, 2, 0]).argmaxOfRows() == [1, 0])
    }

    @Test func bitwiseEqualityTellsZerosApartAndAcceptsNaN() {
        let tensor = Tensor([2], [0, .nan])
        #expect(tensor.isBitwiseEqual(to: Tensor([2], [0, .nan])))
        #expect(!tensor.isBitwiseEqual(to: Tensor([2], [-0.0, .nan])))
        #expect(tensor != Tensor([2], [0, .nan]))
    }

    @Test func arithmeticIsElementWise() {
        let (left, right) = (Tensor([2], [1, 2]), Tensor([2], [3, 5]))
        #expect(left + right == Tensor([2], [4, 7]))
        #expect(right - left == Tensor([2], [2, 3]))
        #expect(left * right == Tensor([2], [3, 10]))
        #expect(2 * left == Tensor([2], [2, 4]))
        #expect(Tensor([3], [-1, 0.5, 2]).clamped(0, 1) == Tensor([3], [0, 0.5, 1]))
        #expect(!Tensor([1], [.infinity]).isFinite)
    }
}
