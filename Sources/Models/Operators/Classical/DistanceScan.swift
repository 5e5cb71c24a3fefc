import BulwarkTensors

/// `Scan` as scikit-learn's converter writes the distances of nearest neighbours: for each row of one matrix
/// the squared distances to all rows of another.
///
/// There may be as many rounds as training samples, so it is one operator here instead.
enum DistanceScan {
    /// The outputs of the node, or nil if it is another loop.
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue]? {
        guard let body = node.subgraph("body"), try node.int("num_scan_inputs") == 1, node.inputs.count == 2,
            isDistance(body), !node.reads(output: 0)
        else { return nil }
        for attribute in node.attributeNames where attribute.hasPrefix("scan_") {
            guard try (node.ints(attribute) ?? []).allSatisfy({ $0 == 0 }) else { return nil }
        }
        // The rows of the second input are visited in turn; the first stays.
        let distances = try lowering.emit(SquaredDistances(), node, inputs: [1, 0])
        return [.constant(Tensor([0])), distances]
    }

    /// Whether a body gives back its state, and Σ (state − row)² over the columns.
    private static func isDistance(_ body: ONNXSourceGraph) -> Bool {
        guard body.inputs.count == 2, body.graph.output.count == 2 else { return false }
        let (state, row) = (body.inputs[0].name, body.inputs[1].name)
        guard behindIdentities(body.graph.output[0].name, body) == state,
            let sum = definition(behindIdentities(body.graph.output[1].name, body), body),
            sum.opType == "ReduceSumSquare", sum.input.count == 1,
            let difference = definition(sum.input[0], body), difference.opType == "Sub",
            Set(difference.input) == [state, row], difference.attribute.isEmpty
        else { return false }
        return sum.attribute.allSatisfy { attribute in
            switch attribute.name {
            case "axes": attribute.ints == [1] || attribute.ints == [-1]
            case "keepdims": attribute.i == 0
            default: false
            }
        } && sum.attribute.count == 2
    }

    private static func definition(_ name: String, _ body: ONNXSourceGraph) -> Bulwark_Onnx_Node? {
        body.producers[name].map { body.graph.node[$0] }
    }

    private static func behindIdentities(_ name: String, _ body: ONNXSourceGraph) -> String {
        var name = name
        // A name is defined once, before it is read; a body of as many nodes has no longer chain.
        for _ in body.graph.node {
            guard let node = definition(name, body), node.opType == "Identity", let input = node.input.first
            else { break }
            name = input
        }
        return name
    }
}
