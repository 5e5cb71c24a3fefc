import BulwarkTensors

/// An ONNX graph as it stands in the file: names, who defines them, and which outputs a classifier needs.
struct ONNXSourceGraph {
    let graph: Bulwark_Onnx_Graph
    let opset: Int
    /// Initialisers by name.
    let initializers: [String: Bulwark_Onnx_Tensor]
    /// Inputs that are not initialisers, in the file's order.
    let inputs: [Bulwark_Onnx_ValueInfo]
    /// For each name the position of the node that defines it.
    let producers: [String: Int]

    /// - Throws: `ONNXError` if a name is defined twice, or the graph has no inputs or outputs.
    init(_ graph: Bulwark_Onnx_Graph, opset: Int) throws(ONNXError) {
        self.graph = graph
        self.opset = opset
        var initializers: [String: Bulwark_Onnx_Tensor] = [:]
        for tensor in graph.initializer {
            guard initializers.updateValue(tensor, forKey: tensor.name) == nil else {
                throw .duplicateName(tensor.name)
            }
        }
        var names = Set(initializers.keys)
        var inputs: [Bulwark_Onnx_ValueInfo] = []
        // Before IR version 4 initialisers were listed among the inputs, too.
        for input in graph.input where initializers[input.name] == nil {
            guard names.insert(input.name).inserted else { throw .duplicateName(input.name) }
            inputs.append(input)
        }
        var producers: [String: Int] = [:]
        for (position, node) in graph.node.enumerated() {
            for output in node.output where !output.isEmpty {
                guard names.insert(output).inserted else { throw .duplicateName(output) }
                producers[output] = position
            }
        }
        guard !graph.output.isEmpty else { throw .missing("outputs") }
        guard !inputs.isEmpty else { throw .missing("inputs") }
        self.initializers = initializers
        self.inputs = inputs
        self.producers = producers
    }

    /// The name of a node for messages.
    func name(ofNode position: Int) -> String {
        let node = graph.node[position]
        return node.name.isEmpty ? "#\(position)" : node.name
    }

    /// The name in the default domain, or with its domain.
    private func qualifiedType(_ node: Bulwark_Onnx_Node) -> String {
        node.domain.isEmpty || node.domain == "ai.onnx" ? node.opType : "\(node.domain).\(node.opType)"
    }

    /// Whether the one input's first axis is declared as 1.
    var hasSingleSampleInput: Bool {
        inputs.count == 1 && inputs[0].type.tensorType.shape.dim.first?.dimValue == 1
    }

    // MARK: - Outputs

    /// The outputs to compute, by the name of the value behind each.
    struct Selection {
        var outputs: [String]
        var names: [String]
        var notes: [String]
    }

    /// Chooses the float outputs; where there are only labels, the scores that the labels are chosen by.
    ///
    /// scikit-learn's converter ends classifiers with `ZipMap` (a list of dictionaries over the
    /// probabilities) and a branch of `ArgMax` and look-ups for the label; both are read through.
    ///
    /// - Throws: `ONNXError.unsupportedInterface` if no output leads to scores.
    func selectOutputs() throws(ONNXError) -> Selection {
        var floats = Selection(outputs: [], names: [], notes: [])
        var others: [Bulwark_Onnx_ValueInfo] = []
        for output in graph.output {
            if let node = producer(of: output.name), node.opType == "ZipMap", let scores = node.input.first {
                floats.outputs.append(scores)
                floats.names.append(output.name)
                floats.notes.append(
                    "output '\(output.name)' is a list of dictionaries; the array it is made of is used"
                )
            } else if isFloat(output) {
                floats.outputs.append(output.name)
                floats.names.append(output.name)
            } else {
                others.append(output)
            }
        }
        if !floats.outputs.isEmpty {
            floats.notes += others.map { "output '\($0.name)' is not made of floats and is not used" }
            return floats
        }
        for output in others {
            if let scores = scoresBehindLabels(output.name) {
                return Selection(
                    outputs: [scores],
                    names: [scores],
                    notes: [
                        "output '\(output.name)' gives labels only; the scores '\(scores)' that its ArgMax ranks are used"
                    ]
                )
            }
        }
        throw .unsupportedInterface(
            "no output is made of floats, and no ArgMax of scores was found behind "
                + others.map { "'\($0.name)'" }.joined(separator: ", ")
        )
    }

    private func producer(of name: String) -> Bulwark_Onnx_Node? { producers[name].map { graph.node[$0] } }

    private func isFloat(_ output: Bulwark_Onnx_ValueInfo) -> Bool {
        guard output.hasType, output.type.hasTensorType else { return !output.type.hasSequenceType }
        let code = output.type.tensorType.elemType
        // Some writers leave the type out; what the operators give is found out at import.
        return code == 0
            ? producer(of: output.name)?.opType != "ArgMax"
            : ONNXElementType(rawValue: code)?.isFloat ?? false
    }

    /// Walks back from a label output over operators that only rename or look up labels to the input of an
    /// `ArgMax`.
    private func scoresBehindLabels(_ name: String) -> String? {
        var name = name
        for _ in 0..<8 {
            guard let node = producer(of: name) else { return nil }
            switch node.opType {
            case "ArgMax": return node.input.first
            case "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten":
                guard let next = node.input.first else { return nil }
                name = next
            case "ArrayFeatureExtractor", "Gather":
                guard node.input.count == 2 else { return nil }
                name = node.input[1]
            default: return nil
            }
        }
        return nil
    }

    // MARK: - Order

    /// The positions of the nodes that `outputs` depend on, each after everything it reads.
    ///
    /// - Throws: `ONNXError.undefinedInput` or `.cycle`.
    func orderedNodes(for outputs: [String]) throws(ONNXError) -> [Int] {
        let known = Set(initializers.keys).union(inputs.map(\.name))
        var state: [Int: Bool] = [:]  // false while a node's inputs are visited, true when it is placed
        var order: [Int] = []
        // An explicit stack: the depth of a hostile graph is no limit of the machine's.
        for output in outputs {
            guard let root = producers[output] else {
                if known.contains(output) { continue }
                throw .undefinedInput(name: output, node: "outputs")
            }
            var stack = [(node: root, next: 0)]
            while let (position, next) = stack.last {
                if next == 0 {
                    if state[position] == true {
                        stack.removeLast()
                        continue
                    }
                    state[position] = false
                }
                let node = graph.node[position]
                if next == node.input.count {
                    if state[position] != true {
                        state[position] = true
                        order.append(position)
                    }
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let name = node.input[next]
                if name.isEmpty || known.contains(name) { continue }
                guard let source = producers[name] else {
                    throw .undefinedInput(name: name, node: self.name(ofNode: position))
                }
                switch state[source] {
                case true?: continue
                case false?:
                    let start = stack.firstIndex { $0.node == source } ?? 0
                    throw .cycle(nodes: stack[start...].map { self.name(ofNode: $0.node) })
                case nil: stack.append((source, 0))
                }
            }
        }
        return order
    }

    /// - Throws: `ONNXError.unsupportedOperators` with every node whose operator is not in the table.
    func checkSupported(_ nodes: [Int]) throws(ONNXError) {
        let unsupported = nodes.compactMap { position -> ONNXError.UnsupportedNode? in
            let node = graph.node[position]
            let isDefault = node.domain.isEmpty || node.domain == "ai.onnx"
            if isDefault, OperatorTable.rows[node.opType] != nil { return nil }
            return ONNXError.UnsupportedNode(type: qualifiedType(node), node: name(ofNode: position))
        }
        guard unsupported.isEmpty else { throw .unsupportedOperators(unsupported) }
    }
}
