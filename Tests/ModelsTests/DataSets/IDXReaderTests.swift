import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

struct IDXReaderTests {
    struct Values: Decodable {
        let images: [Float]
        let labels: [Int]
    }

    private static func idx(_ type: UInt8, _ extents: [UInt32], _ content: [UInt8]) -> Data {
        var data = Data([0, 0, type, UInt8(extents.count)])
        for extent in extents { data.append(words: extent.byteSwapped) }
        return data + Data(content)
    }

    @Test func readsGzippedImagesAndLabels() throws {
        let expected: Values = try DataSetVectors.decoded("idx.json")
        let images = try IDXReader.read(DataSetVectors.data("images.idx3.gz"))
        #expect(images.shape == [4, 5, 3])
        #expect(images.elementType == .uint8)
        #expect(Array(images.tensor().elements) == expected.images)
        #expect(try IDXReader.read(DataSetVectors.data("labels.idx1.gz")).labels() == expected.labels)
    }

    @Test(
        arguments: [
            (0x08, [200, 1], [200, 1]), (0x09, [200, 1], [-56, 1]),
            (0x0B, [0xFF, 0xFE, 0x01, 0x02], [-2, 258]),
            (0x0C, [0xFF, 0xFF, 0xFF, 0xFE, 0, 1, 0, 0], [-2, 65536]),
            (0x0D, [0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0], [1, -2.5]),
            (0x0E, [0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0xC0, 0x04, 0, 0, 0, 0, 0, 0], [1, -2.5]),
        ] as [(UInt8, [UInt8], [Float])]
    )
    func readsEveryElementType(type: UInt8, content: [UInt8], expected: [Float]) throws {
        let array = try IDXReader.read(Self.idx(type, [2], content))
        #expect(Array(array.tensor().elements) == expected)
    }

    @Test func everyPrefixIsRefused() throws {
        for file in ["images.idx3.gz", "labels.idx1.gz"] {
            let data = try DataSetVectors.data(file)
            for count in 0..<data.count {
                #expect(throws: DataSetError.self, "\(file), \(count) bytes") {
                    try IDXReader.read(data.prefix(count))
                }
            }
        }
        let plain = Self.idx(0x0C, [2, 1], [UInt8](repeating: 1, count: 8))
        for count in 0..<plain.count {
            #expect(throws: DataSetError.self) { try IDXReader.read(plain.prefix(count)) }
        }
    }

    @Test func aFlippedBitInAGzippedFileIsFound() throws {
        let data = try DataSetVectors.data("images.idx3.gz")
        let original = try IDXReader.read(data).tensor()
        for bit in 0..<data.count * 8 {
            // Flips in the header's date or system change nothing; anything else has to be noticed.
            guard let found = try? IDXReader.read(data.flipping(bit: bit)) else { continue }
            #expect(found.tensor() == original, "bit \(bit)")
        }
    }

    @Test func readsGzipFilesOfSeveralMembers() throws {
        let twice = try DataSetVectors.data("labels.idx1.gz") + DataSetVectors.data("labels.idx1.gz")
        // Both together are one content, which is too long for the first one's header.
        #expect(try thrownFault { _ = try IDXReader.read(twice) } == .trailingBytes(12))
    }

    @Test func refusesWhatIsNotIDX() throws {
        #expect(throws: DataSetError.self) { try IDXReader.read(Data([1, 0, 8, 1, 0, 0, 0, 0])) }
        #expect(
            try thrownFault { _ = try IDXReader.read(Data([0, 0, 0x0A, 1, 0, 0, 0, 0])) }
                == .unsupportedElementType("0xA")
        )
        #expect(throws: DataSetError.self) { try IDXReader.read(Data([0, 0, 8, 0])) }
        #expect(try thrownFault { _ = try IDXReader.read(Self.idx(8, [2], [1, 2, 3])) } == .trailingBytes(1))
    }

    @Test func refusesExtentsThatOverflow() throws {
        let extents = [UInt32](repeating: .max, count: 3)
        let found = try thrownFault { _ = try IDXReader.read(Self.idx(8, extents, [])) }
        #expect(found == .invalidShape(.tooManyElements([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF])))
        #expect(
            try thrownFault { _ = try IDXReader.read(Self.idx(8, [1 << 30, 2], [])) }
                == .overLimit(.elements, found: 1 << 31, maximum: 1 << 30)
        )
        #expect(throws: DataSetError.self) { try IDXReader.read(Self.idx(8, [0, .max, .max, .max], [])) }
    }

    @Test func aGzipBombIsStoppedAtTheLimit() throws {
        let mebibyte = try DataSetVectors.data("zeros.deflate")
        var bomb = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])
        for _ in 0..<10_240 { bomb += mebibyte }
        var limits = ReadLimits()
        limits.maximumUncompressedBytes = 1 << 24
        let found = try thrownFault { _ = try IDXReader.read(bomb, limits: limits) }
        guard case .overLimit(.uncompressedBytes, _, maximum: 1 << 24) = found else {
            Issue.record("\(found) is not the limit on the content")
            return
        }
        limits.maximumUncompressedBytes = 4 << 30
        limits.maximumCompressionRatio = 2
        limits.ratioExemptBytes = 1 << 20
        let ratio = try thrownFault { _ = try IDXReader.read(bomb, limits: limits) }
        guard case .overLimit(.compressionRatio, _, maximum: 2) = ratio else {
            Issue.record("\(ratio) is not the limit on the ratio")
            return
        }
    }
}
