import BulwarkAttacks
import BulwarkTensors
import Testing

struct SpareSamplesTests {
    private let inputs = Tensor([60, 2], (0..<120).map { Float($0) })

    @Test func whatIsAssessedIsNeverLearntFrom() {
        // Rows 3 and 7 are assessed, row 7 under another number and twice.
        let assessed = Tensor([3, 2], [14, 15, 6, 7, 14, 15])
        let spare = SpareSamples(inputs, labels: Array(0..<60), apartFrom: assessed)
        #expect(spare.count == 58 && spare.duplicates == 2)
        #expect(spare.labels == (0..<60).filter { $0 != 3 && $0 != 7 })
        for (row, label) in spare.labels.enumerated() {
            #expect(spare.inputs.row(row) == inputs.row(label))
        }
    }

    @Test func aPartIsDrawnBySeedInOrder() {
        let spare = SpareSamples(inputs, labels: Array(0..<60), apartFrom: Tensor([0, 2]))
        let first = spare.drawing(20, seed: 1)
        #expect(first.count == 20 && first.labels == first.labels.sorted())
        #expect(Set(first.labels).count == 20)
        #expect(first.labels == spare.drawing(20, seed: 1).labels)
        #expect(first.labels != spare.drawing(20, seed: 2).labels)
        for (row, label) in first.labels.enumerated() {
            #expect(first.inputs.row(row) == inputs.row(label))
        }
        #expect(spare.drawing(60, seed: 1).labels == spare.labels)
    }
}
