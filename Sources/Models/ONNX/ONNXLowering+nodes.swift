import BulwarkTensors

// Lowering node by node: what names stand for, and the graphs inside the graph.

extension ONNXLowering {
    private var frame: ONNXFrame { frames[frames.count - 1] }

    /// Says what a name of the model's graph stands for.
    mutating func define(_ name: String, as value: ONNXKnownValue) { frames[0].known[name] = value }

    /// Lowers nodes of the innermost graph and gives what its outputs stand for.
    mutating func lower(_ nodes: [Int], outputs: [String]) throws -> [ONNXKnownValue] {
        let body = frame.body
        frames[frames.count - 1].read = Set(outputs).union(nodes.flatMap { body.names(readBy: $0) })
        for position in nodes { try lower(position) }
        return try outputs.map { try known($0, readBy: "outputs") }
    }

    /// Lowers a branch or function as the innermost graph.
    private mutating func lower(inside frame: ONNXFrame, of node: ONNXNode) throws -> [ONNXKnownValue] {
        guard frames.count < ONNXFrame.maximumDepth else {
            throw node.error(
                "functions and branches lie more than \(ONNXFrame.maximumDepth) deep in one another"
            )
        }
        let outputs = frame.body.graph.output.map(\.name)
        let outer = frame.isClosed ? [] : Set(frame.body.captures)
        let nodes = try frame.body.orderedNodes(for: outputs, outer: outer)
        frames.append(frame)
        defer { frames.removeLast() }
        return try lower(nodes, outputs: outputs)
    }

    private mutating func lower(_ position: Int) throws {
        let body = frame.body
        let node = body.graph.node[position]
        let described = try describe(node, at: position)
        let results: [ONNXKnownValue]
        if let function = functions[ONNXFunction.key(of: node)] {
            results = try call(function, described)
        } else {
            results = try apply(described, ONNXSourceGraph.qualifiedType(node))
        }
        for (output, result) in zip(node.output, results) where !output.isEmpty {
            frames[frames.count - 1].known[output] = result
        }
    }

    /// Layers whose constants are weights, among which an infinity is a sign of training gone wrong.
    ///
    /// Elsewhere one may mean something: a mask adds minus infinity.
    private static let weighted: Set<String> = [
        "BatchNormalization", "Conv", "ConvTranspose", "GRU", "Gemm", "InstanceNormalization", "LSTM",
        "LayerNormalization", "MatMul", "RNN",
    ]

    private mutating func describe(
        _ node: Bulwark_Onnx_Node,
        at position: Int
    ) throws(ONNXError) -> ONNXNode {
        let name = frame.prefix + frame.body.name(ofNode: position)
        var inputs: [ONNXKnownValue?] = []
        for input in node.input {
            guard !input.isEmpty, !frame.absent.contains(input) else {
                inputs.append(nil)
                continue
            }
            let found = try known(input, readBy: name)
            if Self.weighted.contains(node.opType), case .constant(let tensor) = found.value,
                let index = tensor.elements.firstIndex(where: { !$0.isFinite })
            {
                throw .nonFiniteWeight(name: input, index: index)
            }
            inputs.append(found)
        }
        let read = frame.read
        let domain = node.domain == "ai.onnx" ? "" : node.domain
        return ONNXNode(
            name: name,
            type: node.opType,
            opset: frame.body.opsets[domain] ?? ONNXReader.supportedOpsets.upperBound,
            inputs: inputs.map { $0?.value },
            inputTypes: inputs.map { $0?.type ?? .float },
            outputCount: node.output.count,
            readOutputs: Set(node.output.indices.filter { read.contains(node.output[$0]) }),
            outputName: node.output.first.map { frame.prefix + $0 } ?? name,
            attributes: try attributes(of: node, name),
            subgraphs: frame.body.subgraphs[position, default: [:]]
        )
    }

    /// The attributes of a node by name; inside a function those that stand for the call's become these.
    private func attributes(
        of node: Bulwark_Onnx_Node,
        _ name: String
    ) throws(ONNXError) -> [String: Bulwark_Onnx_Attribute] {
        var attributes: [String: Bulwark_Onnx_Attribute] = [:]
        for var attribute in node.attribute {
            if !attribute.refAttrName.isEmpty {
                guard var referred = frame.attributes[attribute.refAttrName] else { continue }
                referred.name = attribute.name
                attribute = referred
            }
            guard attributes.updateValue(attribute, forKey: attribute.name) == nil else {
                throw .invalidNode(
                    node: name,
                    type: node.opType,
                    problem: "attribute \(attribute.name) is given twice"
                )
            }
        }
        return attributes
    }

    private mutating func apply(_ node: ONNXNode, _ qualifiedType: String) throws -> [ONNXKnownValue] {
        guard let lower = OperatorTable.rows[qualifiedType] else {
            throw ONNXError.unsupportedOperators([.init(type: qualifiedType, node: node.name)])
        }
        if let known = OperatorSignature.table[qualifiedType[...]]?.attributes,
            let unknown = node.attributeNames.first(where: { !known.contains($0[...]) })
        {
            throw node.error("attribute \(unknown) is unknown")
        }
        if let maximum = OperatorTable.maximumInputs[qualifiedType], node.inputs.count > maximum {
            throw node.error("takes at most \(maximum) inputs, found \(node.inputs.count)")
        }
        var node = node
        node.outputTypes = try OperatorSignature.outputTypes(of: node, qualifiedType)
        let results = try lower(node, &self)
        let types = resultTypes ?? node.outputTypes
        resultTypes = nil
        let settled = try zip(results, types).map { result, type in
            ONNXKnownValue(value: try settle(result, type, node), type: type)
        }
        try charge(settled.map(\.value), of: node, isRepeated: frame.isRepeated)
        return settled
    }

    private mutating func call(_ function: ONNXFunction, _ node: ONNXNode) throws -> [ONNXKnownValue] {
        try countInlined(function.body, node)
        var inside = ONNXFrame(body: function.body, prefix: "\(node.name)/", isClosed: true, isRepeated: true)
        inside.attributes = try function.attributes(for: node)
        for (index, input) in function.body.inputs.enumerated() {
            if let value = node.optionalInput(index) {
                inside.known[input.name] = ONNXKnownValue(value: value, type: node.inputType(index))
            } else {
                inside.absent.insert(input.name)
            }
        }
        guard node.inputs.count <= function.body.inputs.count else {
            throw node.error("takes at most \(function.body.inputs.count) inputs")
        }
        return try lower(inside: inside, of: node)
    }

    /// Lowers a graph that a node holds, such as a branch, in the node's place.
    ///
    /// - Parameters:
    ///   - body: The graph.
    ///   - node: The node that holds it.
    ///   - step: What tells this time from others that the same graph is lowered; nil for the only time.
    ///   - inputs: What the inputs of the graph stand for, each with its element type.
    /// - Returns: What the outputs of the graph stand for.
    /// - Throws: `ONNXError`, or `GraphError` if operators do not fit together.
    mutating func inline(
        _ body: ONNXSourceGraph,
        of node: ONNXNode,
        step: String? = nil,
        inputs: [(value: ImportedValue, type: ONNXElementType)] = []
    ) throws -> [(value: ImportedValue, type: ONNXElementType)] {
        guard body.inputs.count == inputs.count else {
            throw node.error("its graph has \(body.inputs.count) inputs, not \(inputs.count)")
        }
        if step != nil { try countInlined(body, node) }
        var inside = ONNXFrame(body: body, prefix: "\(node.name)\(step.map { "_\($0)" } ?? "")/")
        inside.isRepeated = frame.isRepeated || step != nil
        inside.attributes = frame.attributes
        for (input, known) in zip(body.inputs, inputs) {
            inside.known[input.name] = ONNXKnownValue(value: known.value, type: known.type)
        }
        return try lower(inside: inside, of: node).map { ($0.value, $0.type) }
    }

    private mutating func countInlined(_ body: ONNXSourceGraph, _ node: ONNXNode) throws(ONNXError) {
        inlinedNodes += body.graph.node.count + 1
        guard inlinedNodes <= ONNXFrame.maximumInlinedNodes else {
            throw node.error("unfolds, with others, into more than \(ONNXFrame.maximumInlinedNodes) nodes")
        }
    }

    /// What a name stands for in the innermost graph, or in those around it as far as it sees them.
    private mutating func known(_ name: String, readBy node: String) throws(ONNXError) -> ONNXKnownValue {
        var level = frames.count - 1
        while true {
            if let known = frames[level].known[name] { return known }
            if let tensor = frames[level].body.initializers[name] {
                let known = try read(tensor, name, isRepeated: frames[level].isRepeated)
                frames[level].known[name] = known
                return known
            }
            if let position = frames[level].body.producers[name] {
                throw .invalidNode(
                    node: frames[level].body.name(ofNode: position),
                    type: frames[level].body.graph.node[position].opType,
                    problem: "the output '\(name)' is not supported"
                )
            }
            guard level > 0, !frames[level].isClosed else {
                throw .undefinedInput(name: name, node: node)
            }
            level -= 1
        }
    }

    private mutating func read(
        _ tensor: Bulwark_Onnx_Tensor,
        _ name: String,
        isRepeated: Bool
    ) throws(ONNXError) -> ONNXKnownValue {
        let value = try reader.importedValue(tensor, name: name)
        let type = ONNXElementType(rawValue: tensor.dataType) ?? .float
        if type.isFloat, type != .float { note("\(type) weights are computed in float32") }
        if isRepeated {
            guard pays(for: value) else {
                throw .invalidTensor(name: name, problem: "it is needed too often")
            }
        } else {
            admit(value)
        }
        return ONNXKnownValue(value: value, type: type)
    }
}
