import BulwarkModels
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// The files under `Tests/Vectors` that the tests of data sets read.
enum DataSetVectors {
    static func path(_ name: String) -> String {
        Vectors.folder.appendingPathComponent("datasets/\(name)").path
    }

    static func data(_ name: String) throws -> Data { try Vectors.data("datasets/\(name)") }

    static func decoded<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: data(name))
    }

    /// The corpus of a fuzz target, in the order of its files' names.
    static func corpus(_ name: String) throws -> [(name: String, data: Data)] {
        try Vectors.names(in: "fuzz/\(name)").map { ($0, try Vectors.data("fuzz/\(name)/\($0)")) }
    }

    /// The values of `x` and `y` in the archives.
    struct Arrays: Decodable {
        struct Values: Decodable {
            let shape: [Int]
            let values: [Float]
        }
        let x: Values
        let y: [Int]
    }
}

/// A folder of files that goes away with the test.
final class TemporaryFiles {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("bulwark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ data: Data, _ name: String) throws -> String {
        let url = folder.appendingPathComponent(name)
        try data.write(to: url)
        return url.path
    }
}

/// The fault that `body` throws; a test that expects one fails without it.
func thrownFault(_ body: () throws -> Void) throws -> DataSetError.Fault {
    try thrownError(body).fault
}

/// The error that `body` throws; a test that expects one fails without it.
func thrownError(_ body: () throws -> Void) throws -> DataSetError {
    try #require(throws: DataSetError.self) { try body() }
}

extension Data {
    /// Integers one after another, little-endian.
    mutating func append<Word: FixedWidthInteger>(words: Word...) {
        for word in words { Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) } }
    }

    /// An NPY array with the given header and content.
    static func npy(
        _ header: String,
        _ content: Data = Data(),
        version: UInt8 = 1,
        length: Int? = nil
    ) -> Data {
        var data = Data([0x93] + Array("NUMPY".utf8) + [version, 0])
        let length = length ?? header.utf8.count
        if version == 1 { data.append(words: UInt16(length)) } else { data.append(words: UInt32(length)) }
        return data + Data(header.utf8) + content
    }

    /// This data with one bit changed.
    func flipping(bit: Int) -> Data {
        var copy = self
        copy[copy.startIndex + bit / 8] ^= 1 << UInt8(bit % 8)
        return copy
    }
}
