import BulwarkTensors

/// A choice between two graphs by a condition that is known at import (ONNX `If`): the one is lowered in the
/// node's place, and nothing is left of the other.
enum Branching {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard case .integers(let condition) = try node.input(0), let numbers = condition.fixed,
            numbers.count == 1
        else { throw node.error("its condition is known only when the model runs") }
        let name = numbers[0] != 0 ? "then_branch" : "else_branch"
        guard let branch = node.subgraph(name) else { throw node.error("attribute \(name) is missing") }
        let results = try lowering.inline(branch, of: node)
        lowering.resultTypes = results.map(\.type)
        return results.map(\.value)
    }
}
