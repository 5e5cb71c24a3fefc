import BulwarkModels
import BulwarkTensors
import Testing

struct DataSetTests {
    private static func images() throws -> DataSet {
        try DataSet(
            inputs: Tensor([3, 2, 2], generating: { Float($0) / 12 }),
            labels: [0, 1, 2],
            notes: ["n"]
        )
    }

    @Test func imagesWithoutChannelsGetOne() throws {
        let images = try Self.images()
        #expect(images.inputs.shape == [3, 1, 2, 2])
        #expect(images.kind == .image)
        #expect(images.sampleShape == [1, 2, 2])
        #expect(images.sampleCount == 3)
    }

    @Test func theRankTellsTheKind() throws {
        #expect(try DataSet(inputs: Tensor([1, 2]), labels: [0]).kind == .tabular)
        #expect(try DataSet(inputs: Tensor([1, 2, 3, 4]), labels: [0]).kind == .image)
        #expect(try DataSet(inputs: Tensor([1]), labels: [0]).kind == .other)
        #expect(try DataSet(inputs: Tensor([1, 1, 1, 1, 1]), labels: [0]).kind == .other)
    }

    @Test func refusesLabelsThatDoNotFit() throws {
        #expect(
            try thrownFault { _ = try DataSet(inputs: Tensor([2, 2]), labels: [0]) }
                == .labelCount(found: 1, samples: 2)
        )
        #expect(
            try thrownError { _ = try DataSet(inputs: Tensor([2, 2]), labels: [0, -1]) }
                == DataSetError(.negativeLabel, at: .init(sample: 1))
        )
        #expect(try thrownFault { _ = try DataSet(inputs: Tensor(scalar: 1), labels: []) } == .noSamples)
    }

    @Test func subsetsKeepSamplesAndLabelsTogether() throws {
        let images = try Self.images()
        let chosen = images.subset([2, 0])
        #expect(chosen.labels == [2, 0])
        #expect(chosen.inputs.row(0) == images.inputs.row(2))
        #expect(chosen.notes == ["n"])
        #expect(images.subset(1..<3) == images.subset([1, 2]))
        #expect(images.subset(0..<0).sampleCount == 0)
    }

    @Test func reshapesOnlyWhereNothingMoves() throws {
        let images = try Self.images()
        let flat = try images.reshaped(toSamples: [4])
        #expect(flat.inputs.shape == [3, 4])
        #expect(flat.notes.count == 2)
        #expect(try flat.reshaped(toSamples: [2, 2, 1]).inputs.shape == [3, 2, 2, 1])
        #expect(try images.reshaped(toSamples: [1, 2, 2]) == images)
        let coloured = try DataSet(inputs: Tensor([1, 4, 4, 3]), labels: [0])
        let found = try thrownError { _ = try coloured.reshaped(toSamples: [3, 4, 4]) }
        #expect(found.fault == .inputShape(found: [4, 4, 3], expected: [3, 4, 4]))
        #expect(found.description.hasSuffix("move the channels first"))
        #expect(throws: DataSetError.self) { try images.reshaped(toSamples: [5]) }
    }

    @Test func validSamplesPass() throws {
        try Self.images().validate(classCount: 3, bounds: Bounds(0, 1), inputShape: [1, 2, 2])
        let bounds = Bounds(lower: [0, 0, 0, 0], upper: [0.75, 0.75, 1, 1])
        try Self.images().validate(classCount: 3, bounds: bounds, inputShape: [1, 2, 2])
    }

    @Test func saysWhichSampleDoesNotFitTheModel() throws {
        let images = try Self.images()
        func check(
            _ set: DataSet,
            classes: Int = 3,
            bounds: Bounds = Bounds(0, 1),
            shape: Shape = [1, 2, 2]
        ) throws -> DataSetError {
            try thrownError { try set.validate(classCount: classes, bounds: bounds, inputShape: shape) }
        }
        #expect(try check(images, shape: [4]).fault == .inputShape(found: [1, 2, 2], expected: [4]))
        #expect(
            try check(images, classes: 2)
                == DataSetError(.labelOutOfRange(2, classCount: 2), at: .init(sample: 2))
        )
        let outside = try check(images, bounds: Bounds(0, 0.5))
        #expect(outside.fault == .outsideBounds(lowest: 0, highest: 11.0 / 12))
        #expect(outside.place.sample == 1)
        #expect(
            try check(images, bounds: Bounds(lower: [0, 0], upper: [1, 1])).fault
                == .boundsCount(found: 2, elements: 4)
        )
        #expect(try check(images.subset(0..<0)).fault == .noSamples)
        for value in [Float.nan, .infinity, -.infinity] {
            var inputs = images.inputs
            inputs[6] = value
            let broken = try DataSet(inputs: inputs, labels: images.labels)
            #expect(try check(broken) == DataSetError(.notFinite, at: .init(sample: 1)))
        }
    }
}
