import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// MNIST and Fashion-MNIST as they are found in the wild, against what NumPy says of them.
@Suite(.enabled(if: SharedData.isPresent, "the shared images are not beside the repository"))
struct SharedDataSetTests {
    struct Summary: Decodable {
        let shape: [Int]
        let pixelSum: Int
        let firstLabels: [Int]
        let labelSum: Int
    }

    @Test(arguments: [
        "t10k-images-00000-04999.idx3.gz", "fashion_test-images.idx3", "fashion_train-images.idx3",
        "mnist-train-5k.npz",
    ])
    func agreesWithNumPy(file: String) throws {
        let summaries: [String: Summary] = try DataSetVectors.decoded("shared.json")
        let expected = try #require(summaries[file])
        let set = try DataSetReader.read(SharedData.url("images/\(file)").path)
        #expect(set.inputs.shape.dimensions == [expected.shape[0], 1, expected.shape[1], expected.shape[2]])
        #expect(set.labels.prefix(10).elementsEqual(expected.firstLabels))
        #expect(set.labels.reduce(0, +) == expected.labelSum)
        var sum = 0
        for pixel in set.inputs.elements { sum += Int((pixel * 255).rounded()) }
        #expect(sum == expected.pixelSum)
        #expect(set.notes.first == "unsigned 8-bit pixels divided by 255")
        try set.validate(classCount: 10, bounds: Bounds(0, 1), inputShape: [1, 28, 28])
    }
}
