import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

struct NPYReaderTests {
    struct Case: Decodable {
        let name: String
        let data: Data
        let shape: [Int]
        let values: [Number]
    }

    /// A float as JSON can hold it: null is NaN, text an infinity.
    struct Number: Decodable {
        let value: Float

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                value = .nan
            } else if let text = try? container.decode(String.self) {
                value = text == "inf" ? .infinity : -.infinity
            } else {
                value = Float(try container.decode(Double.self))
            }
        }
    }

    @Test func readsEveryTypeOrderAndVersionAsNumPyWroteThem() throws {
        let cases: [Case] = try DataSetVectors.decoded("npy.json")
        #expect(cases.count == 12 * 2 * 3 + 3)
        for entry in cases {
            let array = try NPYReader.read(entry.data)
            let tensor = array.tensor()
            #expect(tensor.shape.dimensions == entry.shape, "\(entry.name)")
            for (found, expected) in zip(tensor.elements, entry.values) {
                let agrees =
                    found.bitPattern == expected.value.bitPattern || found.isNaN && expected.value.isNaN
                #expect(agrees, "\(entry.name): \(found) is not \(expected.value)")
            }
        }
    }

    @Test func everyPrefixIsRefused() throws {
        for entry in try DataSetVectors.decoded("npy.json", as: [Case].self) {
            for count in 0..<entry.data.count {
                #expect(throws: DataSetError.self, "\(entry.name), \(count) bytes") {
                    try NPYReader.read(entry.data.prefix(count))
                }
            }
        }
    }

    @Test func bytesBehindTheArrayAreRefused() throws {
        let data = Data.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", Data(count: 6))
        let found = try thrownError { _ = try NPYReader.read(data) }
        #expect(found.fault == .trailingBytes(2))
        #expect(found.place.byteOffset == data.count - 2)
    }

    @Test(arguments: [
        ("|O", DataSetError.Fault.pickledObjects), ("O", .unsupportedElementType("O")),
        (">f4", .bigEndianElements(">f4")), (">i8", .bigEndianElements(">i8")),
        ("<c8", .unsupportedElementType("<c8")), ("<U5", .unsupportedElementType("<U5")),
        ("|V8", .structuredElements), ("<f16", .unsupportedElementType("<f16")),
        ("f4", .unsupportedElementType("f4")),
        ("|f4", .unsupportedElementType("|f4")), ("", .unsupportedElementType("")),
        ("<M8[ns]", .unsupportedElementType("<M8[ns]")),
    ])
    func refusesOtherElementTypes(type: String, expected: DataSetError.Fault) throws {
        let data = Data.npy("{'descr': '\(type)', 'fortran_order': False, 'shape': (1,)}", Data(count: 8))
        #expect(try thrownFault { _ = try NPYReader.read(data) } == expected)
    }

    @Test func refusesRecords() throws {
        let data = Data.npy(
            "{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,)}",
            Data(count: 8)
        )
        #expect(try thrownFault { _ = try NPYReader.read(data) } == .structuredElements)
    }

    @Test func acceptsTheWaysToSayLittleEndian() throws {
        for type in ["<f4", "=f4"] {
            let data = Data.npy(
                "{'descr': '\(type)', 'fortran_order': False, 'shape': (1,)}",
                Data([0, 0, 0x80, 0x3F])
            )
            #expect(try NPYReader.read(data).tensor() == Tensor([1], [1]))
        }
        for type in ["|u1", "<u1", "=u1"] {
            let data = Data.npy("{'descr': '\(type)', 'fortran_order': False, 'shape': (1,)}", Data([7]))
            #expect(try NPYReader.read(data).tensor() == Tensor([1], [7]))
        }
    }

    @Test(arguments: [
        "{\"shape\": (2,), \"descr\": \"<f4\", \"fortran_order\": False}",
        "{'descr':'<f4','fortran_order':True,'shape':(2,),}",
        " { 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , ) } \n",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 1L)}",
    ])
    func acceptsTheDictionaryHoweverItIsWritten(header: String) throws {
        #expect(try NPYReader.read(Data.npy(header, Data(count: 8))).shape.count == 2)
    }

    @Test(arguments: [
        "", "{", "}", "{}", "[]", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 2}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': [2]}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + 1",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1+1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0x2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (--2,)}",
        "{'descr': '<f4\\x34', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", "{'descr': '<f4', 'fortran_order: False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    ])
    func refusesEverythingThatIsNotExactlyTheDictionary(header: String) throws {
        let found = try thrownFault { _ = try NPYReader.read(Data.npy(header, Data(count: 8))) }
        guard case .malformed = found else {
            Issue.record("\(found) is not about the header's form")
            return
        }
    }

    @Test func refusesSizesThatOverflowOrAreNegative() throws {
        func read(_ shape: String) throws -> DataSetError.Fault {
            try thrownFault {
                _ = try NPYReader.read(
                    Data.npy("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape)}")
                )
            }
        }
        #expect(
            try read("(4611686018427387904, 4)")
                == .invalidShape(.tooManyElements([4_611_686_018_427_387_904, 4]))
        )
        #expect(
            try read("(0, 4611686018427387904, 4)")
                == .invalidShape(.tooManyElements([1, 4_611_686_018_427_387_904, 4]))
        )
        #expect(try read("(-1, 4)") == .invalidShape(.negativeDimension([-1, 4])))
        #expect(try read("(-1, -4)") == .invalidShape(.negativeDimension([-1, -4])))
        #expect(
            try read("(4611686018427387904,)")
                == .overLimit(.elements, found: 4_611_686_018_427_387_904, maximum: 1 << 30)
        )
        #expect(try read("(1000000,)") == .truncated(needed: 4_000_000, found: 0))
    }

    @Test func refusesAHeaderBehindTheEndOrOverTheLimit() throws {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': ()}"
        #expect(
            try thrownFault { _ = try NPYReader.read(Data.npy(header, length: 60_000)) }
                == .truncated(needed: 60_000, found: header.utf8.count)
        )
        #expect(
            try thrownFault { _ = try NPYReader.read(Data.npy(header, version: 2, length: 1 << 20)) }
                == .overLimit(.headerBytes, found: 1 << 20, maximum: 1 << 16)
        )
    }

    @Test func refusesOtherVersionsAndOtherFiles() throws {
        for version: UInt8 in [0, 4, 255] {
            let data = Data.npy(
                "{'descr': '<f4', 'fortran_order': False, 'shape': ()}",
                Data(count: 4),
                version: version
            )
            #expect(throws: DataSetError.self) { try NPYReader.read(data) }
        }
        #expect(
            try thrownFault { _ = try NPYReader.read(Data(count: 100)) }
                == .malformed("this is not an NPY array")
        )
    }

    @Test func theLimitOnElementsHoldsBeforeTheContentIsLookedAt() throws {
        var limits = ReadLimits()
        limits.maximumElements = 7
        let data = Data.npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 4)}", Data(count: 8))
        #expect(
            try thrownFault { _ = try NPYReader.read(data, limits: limits) }
                == .overLimit(.elements, found: 8, maximum: 7)
        )
    }

    @Test func readsADataSliceThatDoesNotBeginAtZero() throws {
        let data =
            Data([1, 2, 3])
            + Data.npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", Data([5, 6]))
        #expect(try NPYReader.read(data.dropFirst(3)).tensor() == Tensor([2], [5, 6]))
    }
}
