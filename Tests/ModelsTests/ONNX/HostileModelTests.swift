import BulwarkModels
import Foundation
import TestSupport
import Testing

/// Models that are broken or built to do harm: each is refused with a typed error, and none crashes or fills
/// memory.
struct HostileModelTests {
    static let files: [(name: String, kind: String)] = {
        let table = (try? String(decoding: Vectors.data("onnx/bad/expect.txt"), as: UTF8.self)) ?? ""
        return table.split(separator: "\n").map { line in
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }()

    @Test func thereAreManyWaysToBeBroken() { #expect(Self.files.count >= 200) }

    @Test(arguments: files)
    func isRefusedWithATypedError(name: String, kind: String) {
        do {
            let url = Vectors.folder.appendingPathComponent("onnx/bad/\(name)")
            _ = try ClassifierGraph(ONNXReader.read(contentsOf: url).graph)
            Issue.record("\(name) was accepted (\(kind))")
        } catch {
            #expect(
                error is ONNXError || error is GraphError || error is ClassifierError,
                "\(name): \(error) (\(kind))"
            )
            #expect(!"\(error)".isEmpty)
        }
    }
}
