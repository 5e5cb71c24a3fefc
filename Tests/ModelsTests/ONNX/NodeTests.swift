import Foundation
import TestSupport
import Testing

/// The tests that the ONNX project publishes for its operators.
///
/// With `BULWARK_OPERATOR_COVERAGE` set, the result is printed operator by operator;
/// `Scripts/operator-coverage` does that.
@Suite(.enabled(if: SharedData.isPresent, "the shared data are not beside the repository"))
struct NodeTests {
    @Test func noAnswerIsWrongAndMostTestsPass() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            at: SharedData.url("onnx/node"),
            includingPropertiesForKeys: nil
        )
        let table = NodeTestTable(
            running: folders.sorted { $0.lastPathComponent < $1.lastPathComponent }
        )
        if ProcessInfo.processInfo.environment["BULWARK_OPERATOR_COVERAGE"] != nil { print(table.text) }
        #expect(table.inScope >= 900)
        #expect(table.failures == [])
        #expect(
            Double(table.passed) >= 0.95 * Double(table.inScope),
            "\(table.passed) of \(table.inScope) pass"
        )
    }
}
