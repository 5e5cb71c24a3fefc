import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

struct NPZWriterTests {
    @Test func whatIsWrittenIsReadBackToTheBit() throws {
        let tensors: [(String, Tensor)] = [
            ("x", Tensor([2, 3, 1, 2], generating: { Float($0) * 0.1 - 0.3 })),
            ("scalar", Tensor(scalar: -0.0)), ("empty", Tensor([0, 3])),
            ("späße/1", Tensor([3], [Float.nan, .infinity, Float.leastNonzeroMagnitude])),
        ]
        var writer = NPZWriter()
        for (name, tensor) in tensors { try writer.add(tensor, named: name) }
        try writer.add([0, 1, .max, .min], named: "y")
        let archive = try NPZReader(writer.archive())
        #expect(archive.names == tensors.map(\.0) + ["y"])
        for (name, tensor) in tensors {
            #expect(try archive.tensor(named: name).isBitwiseEqual(to: tensor), "\(name)")
        }
        #expect(try archive.array(named: "y").shape == [4])
        #expect(try archive.array(named: "y").elementType == .int64)
    }

    @Test func theSameArraysGiveTheSameBytes() throws {
        func write() throws -> Data {
            var writer = NPZWriter()
            try writer.add(Tensor([2, 2], [1, 2, 3, 4]), named: "x")
            try writer.add([0, 1], named: "y")
            return writer.archive()
        }
        #expect(try write() == write())
    }

    @Test func anEmptyArchiveIsAnArchive() throws {
        #expect(try NPZReader(NPZWriter().archive()).names.isEmpty)
    }

    @Test func elementsBeginAtAMultipleOf64() throws {
        for rank in 1...8 {
            var writer = NPZWriter()
            try writer.add(Tensor(try Shape([Int](repeating: 1, count: rank))), named: "x")
            let archive = writer.archive()
            // A local header of 30 bytes and the name, then the NPY header, whose length is at its bytes 8
            // and 9.
            let start = 30 + "x.npy".utf8.count
            let length = Int(archive[start + 8]) | Int(archive[start + 9]) << 8
            #expect((10 + length) % 64 == 0)
            #expect(archive[start + 10 + length - 1] == UInt8(ascii: "\n"))
        }
    }

    @Test func labelsComeBackThroughTheReader() throws {
        let files = try TemporaryFiles()
        var writer = NPZWriter()
        try writer.add(Tensor([2, 3], [0, 0.5, 1, 0.25, 0.75, 0.125]), named: "x")
        try writer.add([1, 0], named: "y")
        let set = try DataSetReader.read(files.write(writer.archive(), "samples.npz"))
        #expect(set.inputs == Tensor([2, 3], [0, 0.5, 1, 0.25, 0.75, 0.125]))
        #expect(set.labels == [1, 0])
        #expect(set.notes.isEmpty)
    }
}
