import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

/// Weights in files beside the model, which may be larger than a model file can be.
struct ExternalDataTests {
    /// A folder of its own with a sparse file of three gibibytes, gone after `body`.
    private func withLargeFile(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = folder.appendingPathComponent("weights.bin")
        #expect(FileManager.default.createFile(atPath: url.path, contents: nil))
        let file = try FileHandle(forWritingTo: url)
        try file.truncate(atOffset: 3 << 30)
        try file.seek(toOffset: 3 << 30 - 8)
        var numbers = Data()
        for number in [1.5, -2 as Float] {
            withUnsafeBytes(of: number.bitPattern.littleEndian) { numbers.append(contentsOf: $0) }
        }
        try file.write(contentsOf: numbers)
        try file.close()
        try body(folder)
    }

    private func model(offset: Int, length: Int) -> NodeModel {
        NodeModel([nil, 2])
            .with(
                "w",
                .external(
                    [2],
                    ["location": "weights.bin", "offset": "\(offset)", "length": "\(length)"]
                )
            )
            .node("Mul", ["x", "w"])
    }

    @Test func weightsBeyondTwoGibibytesAreRead() throws {
        try withLargeFile { folder in
            let url = folder.appendingPathComponent("model.onnx")
            try model(offset: 3 << 30 - 8, length: 8).bytes.write(to: url)
            let graph = try ONNXReader.read(contentsOf: url).graph
            #expect(graph.parameters.values.map { Array($0.elements) } == [[1.5, -2]])
        }
    }

    @Test func aModelSaysWhichFilesItNeeds() throws {
        func place(_ name: String) -> KeyValuePairs<String, String> {
            ["location": name, "offset": "0", "length": "8"]
        }
        let model = NodeModel([nil, 2])
            .with("w", .external([2], place("b.bin"))).with("v", .external([2], place("a/a.bin")))
            .with("u", .external([2], place("b.bin")))
            .node("Mul", ["x", "w"])
        #expect(try ONNXReader.externalFiles(of: model.bytes) == ["a/a.bin", "b.bin"])
        #expect(try ONNXReader.externalFiles(of: NodeModel([nil, 2]).node("Relu", ["x"]).bytes) == [])
        #expect(throws: ONNXError.self) { try ONNXReader.externalFiles(of: Data("no model".utf8)) }
    }

    /// Some runtimes take the first of two values and others the last: one file would be assessed and another run.
    @Test(arguments: ["location", "offset", "length"])
    func aPlaceThatIsGivenTwiceIsNone(_ key: String) throws {
        let once: KeyValuePairs = ["location": "a.bin", "offset": "0", "length": "8"]
        let twice: KeyValuePairs = [
            "location": "a.bin", "offset": "0", "length": "8", key: key == "location" ? "b.bin" : "4",
        ]
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["a.bin", "b.bin"] { try Data(count: 16).write(to: folder.appendingPathComponent(name)) }
        func model(_ entries: KeyValuePairs<String, String>) -> Data {
            NodeModel([nil, 2]).with("w", .external([2], entries)).node("Mul", ["x", "w"]).bytes
        }
        #expect(throws: Never.self) { try ONNXReader.read(model(once), folder: folder) }
        let fault = ONNXError.externalData(
            tensor: "w",
            problem: "the key '\(key)' is given twice, and runtimes differ in which they take"
        )
        #expect(throws: fault) { try ONNXReader.read(model(twice), folder: folder) }
        #expect(throws: fault) { try ONNXReader.externalFiles(of: model(twice)) }
    }

    @Test(arguments: [
        ("./w.bin", "w.bin"), ("a/./b//w.bin", "a/b/w.bin"), ("././w.bin", "w.bin"), (".w.bin", ".w.bin"),
        ("a/../w.bin", "a/../w.bin"), ("/etc/./passwd", "/etc/passwd"),
    ])
    func oneFileHasOneName(_ given: String, _ name: String) throws {
        let model = NodeModel([nil, 2]).with("w", .external([2], ["location": given]))
            .node("Mul", ["x", "w"])
        #expect(try ONNXReader.externalFiles(of: model.bytes) == [name])
    }

    @Test(arguments: [(3 << 30 - 4, 8), (3 << 30, 8), (.max - 4, 8), (0, 3 << 30)])
    func placesThatAreNotInTheFileAreRefused(offset: Int, length: Int) throws {
        try withLargeFile { folder in
            #expect {
                try ONNXReader.read(model(offset: offset, length: length).bytes, folder: folder)
            } throws: { error in
                if case ONNXError.externalData = error { true } else { false }
            }
        }
    }

    @Test func aModelFileBeyondTwoGibibytesIsRefusedAndSaysWhereWeightsBelong() throws {
        try withLargeFile { folder in
            #expect {
                try ONNXReader.read(contentsOf: folder.appendingPathComponent("weights.bin"))
            } throws: { error in
                guard case ONNXError.fileTooLarge(let bytes, _) = error else { return false }
                return bytes == 3 << 30 && "\(error)".contains("external data")
            }
        }
    }
}
