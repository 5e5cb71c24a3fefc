import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

struct NPZReaderTests {
    private static let files = ["stored.npz", "deflated.npz", "zip64.npz", "streamed.npz"]
    private static let scalar = Data.npy("{'descr': '|u1', 'fortran_order': False, 'shape': ()}", Data([7]))
    /// The CRC-32 of `scalar`, from Python's zlib.
    private static let scalarChecksum: UInt32 = 0xFEAF_90D5

    @Test(arguments: files)
    func readsWhatNumPyWrote(file: String) throws {
        let expected: DataSetVectors.Arrays = try DataSetVectors.decoded("arrays.json")
        let archive = try NPZReader(DataSetVectors.data(file))
        #expect(archive.names == ["x", "y"])
        let x = try archive.tensor(named: "x")
        #expect(x.shape.dimensions == expected.x.shape)
        #expect(Array(x.elements) == expected.x.values)
        #expect(try archive.array(named: "y").labels() == expected.y)
    }

    @Test(arguments: files)
    func everyPrefixIsRefused(file: String) throws {
        let data = try DataSetVectors.data(file)
        for count in 0..<data.count {
            #expect(throws: DataSetError.self, "\(count) bytes") { try NPZReader(data.prefix(count)) }
        }
    }

    @Test(arguments: files)
    func aFlippedBitInAnArrayIsFound(file: String) throws {
        let expected: DataSetVectors.Arrays = try DataSetVectors.decoded("arrays.json")
        let data = try DataSetVectors.data(file)
        for bit in 0..<data.count * 8 {
            // What is still accepted was a flip that no number depends on: a date, an attribute, a name.
            guard let archive = try? NPZReader(data.flipping(bit: bit)), archive.names == ["x", "y"] else {
                continue
            }
            if let x = try? archive.tensor(named: "x") {
                #expect(Array(x.elements) == expected.x.values, "bit \(bit)")
            }
        }
    }

    @Test func namesTheArraysThatAreThere() throws {
        let archive = try NPZReader(DataSetVectors.data("other.npz"))
        let found = try thrownError { _ = try archive.array(named: "x") }
        #expect(found.fault == .missingArray("x", found: ["x_train", "y_train"]))
        #expect(found.description == "there is no array 'x'; the file holds 'x_train', 'y_train'")
    }

    @Test func readsAnArchiveWithAComment() throws {
        let member = ZipBytes.Member(content: Self.scalar, checksum: Self.scalarChecksum)
        let archive = try NPZReader(ZipBytes.archive([member], comment: Data(count: 65_535)))
        #expect(try archive.tensor(named: "x") == Tensor(scalar: 7))
    }

    @Test func refusesAWrongChecksumAndNamesTheArray() throws {
        let member = ZipBytes.Member(content: Self.scalar, checksum: Self.scalarChecksum ^ 1)
        let archive = try NPZReader(ZipBytes.archive([member]))
        let found = try thrownError { _ = try archive.array(named: "x") }
        #expect(found.fault == .corrupt("the checksum (CRC-32) is wrong"))
        #expect(found.place.member == "x")
    }

    @Test func refusesEncryptionAndOtherCompressions() throws {
        let encrypted = ZipBytes.Member(content: Self.scalar, flags: 1)
        #expect(try thrownFault { _ = try NPZReader(ZipBytes.archive([encrypted])) } == .encrypted)
        let strongly = ZipBytes.Member(content: Self.scalar, flags: 0x40)
        #expect(throws: DataSetError.self) { try NPZReader(ZipBytes.archive([strongly])) }
        for method: UInt16 in [1, 9, 12, 14, 93, 99] {
            let member = ZipBytes.Member(content: Self.scalar, method: method)
            #expect(
                try thrownFault { _ = try NPZReader(ZipBytes.archive([member])) }
                    == .unsupportedCompression(method: Int(method))
            )
        }
    }

    @Test func refusesMembersThatShareBytesOrNames() throws {
        let first = ZipBytes.Member(name: "x.npy", content: Self.scalar, checksum: Self.scalarChecksum)
        var second = first
        second.offset = 0
        #expect(
            try thrownFault { _ = try NPZReader(ZipBytes.archive([first, second])) } == .overlappingMembers
        )
        #expect(throws: DataSetError.self) { try NPZReader(ZipBytes.archive([first, first])) }
        var third = first
        third.name = "y.npy"
        #expect(try NPZReader(ZipBytes.archive([first, third])).names == ["x", "y"])
    }

    @Test func refusesASecondMemberInsideTheFirst() throws {
        let inner = ZipBytes.archive([
            .init(name: "y.npy", content: Self.scalar, checksum: Self.scalarChecksum)
        ])
        let outer = ZipBytes.Member(name: "x.npy", content: inner)
        // The local header of x.npy takes 35 bytes; the directory's second entry points behind it, into its
        // content.
        let hidden = ZipBytes.Member(
            name: "y.npy",
            content: Self.scalar,
            checksum: Self.scalarChecksum,
            offset: 35
        )
        #expect(
            try thrownFault { _ = try NPZReader(ZipBytes.archive([outer, hidden])) } == .overlappingMembers
        )
    }

    @Test func refusesSizesOverTheLimitsBeforeDecompressing() throws {
        let huge = ZipBytes.Member(content: Data(count: 10), method: 8, size: 0xFFFF_FFFE)
        #expect(
            try thrownFault { _ = try NPZReader(ZipBytes.archive([huge])) }
                == .overLimit(.compressionRatio, found: 429_496_729, maximum: 250)
        )
        var limits = ReadLimits()
        limits.maximumUncompressedBytes = 100
        let large = ZipBytes.Member(content: Data(count: 10), method: 8, size: 101)
        #expect(
            try thrownFault { _ = try NPZReader(ZipBytes.archive([large]), limits: limits) }
                == .overLimit(.uncompressedBytes, found: 101, maximum: 100)
        )
        let half = ZipBytes.Member(content: Data(count: 10), method: 8, size: 51)
        var other = half
        other.name = "y.npy"
        #expect(
            try thrownFault { _ = try NPZReader(ZipBytes.archive([half, other]), limits: limits) }
                == .overLimit(.uncompressedBytes, found: 102, maximum: 100)
        )
    }

    @Test func aBombOfTenGigabytesIsRefusedByWhatItSays() throws {
        // Zip64 would be needed to say 10 GB; three members of 3.3 GB each say as much.
        let content = Data(repeating: 0, count: 20 << 20)
        let members = ["a.npy", "x.npy", "y.npy"].map {
            ZipBytes.Member(name: $0, content: content, method: 8, size: 3_300_000_000)
        }
        #expect(
            try thrownFault { _ = try NPZReader(ZipBytes.archive(members)) }
                == .overLimit(.uncompressedBytes, found: 6_600_000_000, maximum: 4 << 30)
        )
    }

    @Test func aBombThatLiesAboutItsSizeIsStoppedAtThatSize() throws {
        let mebibyte = try DataSetVectors.data("zeros.deflate")
        var bomb = Data()
        for _ in 0..<10_240 { bomb += mebibyte }
        bomb += Data([1, 0, 0, 0xFF, 0xFF])
        let member = ZipBytes.Member(content: bomb, method: 8, size: 1000)
        let archive = try NPZReader(ZipBytes.archive([member]))
        #expect(
            try thrownFault { _ = try archive.array(named: "x") }
                == .corrupt("the content is longer than the archive says")
        )
    }

    @Test func contentShorterThanSaidIsRefused() throws {
        let mebibyte = try DataSetVectors.data("zeros.deflate") + Data([1, 0, 0, 0xFF, 0xFF])
        let long = ZipBytes.Member(content: mebibyte, method: 8, size: 1 << 20 | 1)
        let archive = try NPZReader(ZipBytes.archive([long]))
        #expect(throws: DataSetError.self) { try archive.array(named: "x") }
        let stored = ZipBytes.Member(content: Data(count: 10), size: 11)
        #expect(throws: DataSetError.self) { try NPZReader(ZipBytes.archive([stored])) }
        let cut = ZipBytes.Member(content: mebibyte.prefix(500), method: 8, size: 1 << 20)
        #expect(
            try thrownFault { _ = try NPZReader(ZipBytes.archive([cut])).array(named: "x") }
                == .corrupt("the compressed data end early")
        )
    }

    @Test func refusesAFileWithoutAnEndRecord() throws {
        for count in [0, 4, 21, 22, 100, 70_000] {
            #expect(throws: DataSetError.self) { try NPZReader(Data(repeating: 0x50, count: count)) }
        }
    }

    @Test func membersThatAreNoArraysAreLeftAlone() throws {
        let text = ZipBytes.Member(name: "readme.txt", content: Data("hello".utf8), checksum: 0)
        let array = ZipBytes.Member(name: "a/x.npy", content: Self.scalar, checksum: Self.scalarChecksum)
        let archive = try NPZReader(ZipBytes.archive([text, array]))
        #expect(archive.names == ["a/x"])
        #expect(try archive.tensor(named: "a/x") == Tensor(scalar: 7))
    }
}
