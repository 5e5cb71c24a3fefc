import BulwarkModels
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Models that other projects publish: each loads and runs, or is refused with a message that names the
/// operator.
@Suite(.enabled(if: SharedData.isPresent, "the shared data are not beside the repository"))
struct FoundModelTests {
    static let paths =
        SharedData.files(under: "onnx/acasxu", suffix: ".onnx")
        + SharedData.files(under: "onnx/wonnx", suffix: ".onnx")
        + SharedData.files(under: "onnx/tract", suffix: ".onnx")

    @Test(arguments: paths) func loadsAndRunsOrNamesTheOperator(path: String) throws {
        do {
            let model = try ONNXReader.read(contentsOf: SharedData.url(path))
            let batch = model.hasSymbolicBatch ? 2 : 1
            let executable = try ReferenceBackend().compile(
                model.graph,
                batchSize: batch,
                differentiating: .inputs
            )
            let outputs = try executable.forward(
                model.graph.inputs.map {
                    Tensor(try model.graph[$0].shape.resolved(batchSize: batch), repeating: 0.25)
                }
            )
            #expect(outputs.allSatisfy { $0.isFinite })
            let gradients = try executable.backward(outputs.map { $0.map { _ in 1 } })
            #expect(gradients.inputs.allSatisfy { $0.isFinite })
        } catch ONNXError.unsupportedOperators(let nodes) {
            #expect(!nodes.isEmpty && nodes.allSatisfy { !$0.type.isEmpty })
        } catch ONNXError.invalidNode(_, let type, _) {
            #expect(!type.isEmpty)
        } catch GraphError.invalidNode(_, let type, _) {
            #expect(!type.isEmpty)
        }
    }

    @Test func mostFamiliesRun() throws {
        #expect(Self.paths.count > 60)
        let readable = Self.paths.filter { (try? ONNXReader.read(contentsOf: SharedData.url($0))) != nil }
        #expect(readable.count { $0.contains("acasxu") } == 45)
        #expect(readable.count { $0.contains("wonnx") } == 2)
    }
}
