import BulwarkModels
import Foundation
import TestSupport
import Testing

/// The runner of published tests notices what it is there to notice.
struct NodeTestRunnerTests {
    private typealias Port = NodeModel.Port

    private let sum = NodeModel(
        inputs: [Port("a", [2]), Port("b", [2])],
        outputs: [Port("y", [2])]
    ).node("Add", ["a", "b"])

    private func outcome(
        _ model: NodeModel,
        _ inputs: [NodeModel.Constant],
        _ outputs: [NodeModel.Constant]
    ) throws -> NodeTestRunner.Outcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let data = folder.appendingPathComponent("test_data_set_0")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try model.bytes.write(to: folder.appendingPathComponent("model.onnx"))
        for (kind, tensors) in [("input", inputs), ("output", outputs)] {
            for (index, tensor) in tensors.enumerated() {
                let bytes = model.bytes(of: tensor, name: "\(kind)\(index)")
                try bytes.write(to: data.appendingPathComponent("\(kind)_\(index).pb"))
            }
        }
        return NodeTestRunner.run(folder).outcome
    }

    private func floats(_ numbers: Float...) -> NodeModel.Constant { .floats(numbers, [numbers.count]) }

    @Test func theRightAnswerPasses() throws {
        guard case .passed = try outcome(sum, [floats(1, 2), floats(3, 4)], [floats(4, 6)]) else {
            Issue.record("the right answer does not pass")
            return
        }
    }

    @Test(arguments: [
        NodeModel.Constant.floats([4, 6.1], [2]), .floats([4], [1]), .floats([4, 6], [1, 2]),
        .floats([4, .nan], [2]),
    ])
    func aWrongAnswerFails(expected: NodeModel.Constant) throws {
        guard case .failed = try outcome(sum, [floats(1, 2), floats(3, 4)], [expected]) else {
            Issue.record("a wrong answer does not fail")
            return
        }
    }

    @Test func shapesMayBeKnownAtImport() throws {
        let model = NodeModel(
            inputs: [Port("x", [2, 3]), Port("s", [1], type: 7)],
            outputs: [Port("y", [6])]
        ).node("Reshape", ["x", "s"])
        let input = NodeModel.Constant.floats([1, 2, 3, 4, 5, 6], [2, 3])
        let outcome = try outcome(model, [input, .list(-1)], [floats(1, 2, 3, 4, 5, 6)])
        guard case .passedWithKnownInputs = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func whatIsRefusedSaysWhy() throws {
        let model = NodeModel(inputs: [Port("x", [1])], outputs: [Port("y", [1])]).node("Unheard")
        guard case .refused(let reason) = try outcome(model, [floats(1)], [floats(1)]) else {
            Issue.record("an unknown operator is not refused")
            return
        }
        #expect(reason.contains("Unheard"))
    }

    @Test func textIsOutOfScope() throws {
        let model = NodeModel(inputs: [Port("x", [1], type: 8)], outputs: [Port("y", [1], type: 8)])
            .node("Identity")
        guard case .outOfScope = try outcome(model, [], []) else {
            Issue.record("text is in scope")
            return
        }
    }
}
