import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

struct DataSetReaderTests {
    private static func npy(_ type: String, _ shape: String, _ content: [UInt8]) -> Data {
        Data.npy("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape)}", Data(content))
    }

    @Test func readsAnArchive() throws {
        let expected: DataSetVectors.Arrays = try DataSetVectors.decoded("arrays.json")
        let set = try DataSetReader.read(DataSetVectors.path("deflated.npz"))
        #expect(set.inputs.shape == [3, 1, 2, 4])
        #expect(Array(set.inputs.elements) == expected.x.values)
        #expect(set.labels == expected.y)
        #expect(set.notes == ["samples of shape [2, 4] are one-channel images"])
    }

    @Test func anArchiveWithoutXSaysWhatItHoldsAndWhere() throws {
        let path = DataSetVectors.path("other.npz")
        let found = try thrownError { _ = try DataSetReader.read(path) }
        #expect(found.fault == .missingArray("x", found: ["x_train", "y_train"]))
        #expect(found.place.file == path)
    }

    @Test func readsGzippedImagesAndFindsTheirLabels() throws {
        let expected: IDXReaderTests.Values = try DataSetVectors.decoded("idx.json")
        let set = try DataSetReader.read(DataSetVectors.path("images.idx3.gz"))
        #expect(set.inputs.shape == [4, 1, 5, 3])
        #expect(Array(set.inputs.elements) == expected.images.map { $0 / 255 })
        #expect(set.labels == expected.labels)
        #expect(set.notes.first == "unsigned 8-bit pixels divided by 255")
    }

    @Test func scalesUnsignedBytesOnlyIfTheyAreImages() throws {
        let files = try TemporaryFiles()
        let labels = try files.write(Self.npy("|u1", "(1,)", [0]), "labels.npy")
        let bytes: [UInt8] = [0, 51, 255, 1]
        let image = try files.write(Self.npy("|u1", "(1, 1, 2, 2)", bytes), "a.npy")
        #expect(
            try DataSetReader.read(image, labels: labels).inputs
                == Tensor([1, 1, 2, 2], [0, 0.2, 1, 1 / 255])
        )
        let table = try DataSetReader.read(
            files.write(Self.npy("|u1", "(1, 4)", bytes), "b.npy"),
            labels: labels
        )
        #expect(table.inputs == Tensor([1, 4], [0, 51, 255, 1]))
        #expect(table.notes == ["uint8 values taken as they are, not scaled"])
        let signed = try files.write(Self.npy("<i2", "(1, 1, 2)", [51, 0, 255, 0]), "c.npy")
        #expect(try DataSetReader.read(signed, labels: labels).inputs == Tensor([1, 1, 1, 2], [51, 255]))
        let wide = try files.write(Self.npy("<f8", "(1, 1)", [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]), "d.npy")
        #expect(try DataSetReader.read(wide, labels: labels).notes == ["float64 values rounded to 32 bits"])
    }

    @Test func labelsGivenComeBeforeThoseInTheArchive() throws {
        let files = try TemporaryFiles()
        let labels = try files.write(
            Self.npy("<f4", "(3, 1)", [0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]),
            "l.npy"
        )
        let set = try DataSetReader.read(DataSetVectors.path("stored.npz"), labels: labels)
        #expect(set.labels == [0, 1, 2])
        #expect(set.notes.contains("labels stored as whole floating-point numbers"))
    }

    @Test func labelsMustBeAListOfWholeNumbersFromZero() throws {
        let files = try TemporaryFiles()
        let inputs = try files.write(Self.npy("|u1", "(2, 1)", [1, 2]), "inputs.npy")
        func read(_ labels: Data) throws -> DataSetError {
            let path = try files.write(labels, "labels.npy")
            return try thrownError { _ = try DataSetReader.read(inputs, labels: path) }
        }
        #expect(try read(Self.npy("|u1", "(2, 2)", [0, 1, 1, 0])).fault == .labelShape([2, 2]))
        #expect(try read(Self.npy("|u1", "(3,)", [0, 1, 1])).fault == .labelCount(found: 3, samples: 2))
        let negative = try read(Self.npy("|i1", "(2,)", [0, 255]))
        #expect(negative.fault == .negativeLabel)
        #expect(negative.place.sample == 1)
        #expect(negative.place.file?.hasSuffix("labels.npy") == true)
        #expect(try read(Self.npy("<f2", "(2,)", [0, 0, 0, 0x38])).fault == .fractionalLabel)
        #expect(try read(Self.npy("<f2", "(2,)", [0, 0, 0, 0x7E])).fault == .fractionalLabel)
        #expect(
            try read(Self.npy("<u8", "(2,)", [UInt8](repeating: 255, count: 16))).fault == .fractionalLabel
        )
        #expect(try read(Data("0\n1\n".utf8)).fault == .unrecognizedFormat)
    }

    @Test func readsATableAndAGzippedOne() throws {
        let files = try TemporaryFiles()
        let path = try files.write(Data("a,b,kind\n1,2,u\n3,4,t\n".utf8), "table.CSV")
        let table = try DataSetReader.read(path, labelColumn: "kind")
        #expect(table.classNames == ["t", "u"])
        #expect(try thrownFault { _ = try DataSetReader.read(path, labels: path) } == .unexpectedLabels)
        let wrong = try thrownError { _ = try DataSetReader.read(path, labelColumn: "b2") }
        #expect(wrong.description == "\(path): the table has no column 'b2'")
    }

    @Test(arguments: [
        ("a/train-images-idx3-ubyte.gz", ["a/train-labels-idx1-ubyte.gz", "a/train-labels-idx1-ubyte"]),
        ("images/t10k-images.idx3", ["images/t10k-labels.idx1", "images/t10k-labels.idx1.gz"]),
        ("x.npy", ["y.npy", "y.npy.gz"]), ("d/X_test.npy", ["d/y_test.npy", "d/y_test.npy.gz"]),
        ("test_x.npy", ["test_y.npy", "test_y.npy.gz"]), ("xor.npy", []), ("data.npy", []),
    ])
    func looksForLabelsByTheUsualNames(path: String, expected: [String]) {
        #expect(DataSetReader.labelFiles(for: path) == expected)
    }

    /// What a file holds decides which files are read, and not what it is called.
    @Test func saysWhichFilesItReads() throws {
        let files = try TemporaryFiles()
        let folder = files.folder.path
        let array = Self.npy("|u1", "(1, 1)", [1])
        let labels = try files.write(Self.npy("|u1", "(1,)", [0]), "labels.csv")
        let images = try files.write(array, "images.csv")
        #expect(try DataSetReader.files(of: images) == [images, labels])
        #expect(try DataSetReader.read(images).labels == [0])
        try FileManager.default.createDirectory(
            atPath: folder + "/export.csv.d",
            withIntermediateDirectories: false
        )
        let inside = try files.write(array, "export.csv.d/x.npy")
        #expect(try thrownFault { _ = try DataSetReader.files(of: inside) }.isMissingLabels)
        let given = try files.write(Self.npy("|u1", "(1,)", [0]), "export.csv.d/y.npy")
        #expect(try DataSetReader.files(of: inside) == [inside, given])
        #expect(try DataSetReader.files(of: inside, labels: labels) == [inside, labels])
        let table = try files.write(Data("a,label\n1,0\n".utf8), "x.csv")
        _ = try files.write(array, "y.csv")
        #expect(try DataSetReader.files(of: table) == [table])
        let unexpected = try thrownFault { _ = try DataSetReader.files(of: table, labels: labels) }
        #expect(unexpected == .unexpectedLabels)
        let archive = DataSetVectors.path("deflated.npz")
        #expect(try DataSetReader.files(of: archive) == [archive])
        #expect(try DataSetReader.files(of: archive, labels: labels) == [archive, labels])
        let gzipped = DataSetVectors.path("images.idx3.gz")
        let found = try DataSetReader.files(of: gzipped)
        #expect(found.count == 2 && found[0] == gzipped && found[1].contains("labels.idx1"))
        let other = try files.write(Data("hello".utf8), "data.bin")
        #expect(try thrownError { _ = try DataSetReader.files(of: other) }.place.file == other)
    }

    @Test func saysWhereLabelsWereLookedFor() throws {
        let files = try TemporaryFiles()
        let path = try files.write(Self.npy("|u1", "(1, 1)", [1]), "x.npy")
        let folder = files.folder.path
        #expect(
            try thrownFault { _ = try DataSetReader.read(path) }
                == .missingLabels(tried: ["\(folder)/y.npy", "\(folder)/y.npy.gz"])
        )
    }

    @Test func saysWhatIsWrongWithThePath() throws {
        let files = try TemporaryFiles()
        let missing = files.folder.path + "/none.npz"
        #expect(
            try thrownError { _ = try DataSetReader.read(missing) }.description
                == "\(missing): there is no such file"
        )
        #expect(try thrownFault { _ = try DataSetReader.read(files.folder.path) } == .notAFile)
        #expect(try thrownFault { _ = try DataSetReader.read("/dev/zero") } == .notAFile)
        for content in [Data(), Data("hello".utf8), Data(count: 100)] {
            let path = try files.write(content, "data.bin")
            #expect(try thrownFault { _ = try DataSetReader.read(path) } == .unrecognizedFormat)
        }
        let link = files.folder.path + "/link.npz"
        try FileManager.default.createSymbolicLink(
            atPath: link,
            withDestinationPath: DataSetVectors.path("stored.npz")
        )
        #expect(try DataSetReader.read(link).sampleCount == 3)
    }

    @Test func filesOverTheLimitAreNotOpened() throws {
        var limits = ReadLimits()
        limits.maximumFileBytes = 609
        #expect(
            try thrownFault { _ = try DataSetReader.read(DataSetVectors.path("stored.npz"), limits: limits) }
                == .overLimit(.fileBytes, found: 610, maximum: 609)
        )
    }

    @Test func emptyDataAreRefused() throws {
        let files = try TemporaryFiles()
        let labels = try files.write(Self.npy("|u1", "(0,)", []), "y.npy")
        for shape in ["(0, 4)", "()"] {
            let content: [UInt8] = shape == "()" ? [1] : []
            let path = try files.write(Self.npy("|u1", shape, content), "x.npy")
            #expect(try thrownFault { _ = try DataSetReader.read(path, labels: labels) } == .noSamples)
        }
    }

    @Test func errorsDoNotCarryControlCharacters() {
        let error = DataSetError(.missingColumn("a\u{1B}[31m\u{202E}" + String(repeating: "b", count: 100)))
        #expect(!error.description.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        #expect(error.description.count < 120)
    }
}

extension DataSetError.Fault {
    fileprivate var isMissingLabels: Bool { if case .missingLabels = self { true } else { false } }
}
