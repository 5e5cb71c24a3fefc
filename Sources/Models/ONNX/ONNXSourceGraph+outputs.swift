import BulwarkTensors

extension ONNXSourceGraph {
    /// The outputs to compute, by the name of the value behind each.
    struct Selection {
        var outputs: [String]
        var names: [String]
        var notes: [String]
        /// What a `ZipMap` that was read through calls the classes.
        var classNames: [String]?
    }

    /// The outputs that a caller wants.
    ///
    /// - Throws: `ONNXError.unsupportedInterface` if there are none, or one is no tensor.
    func selectOutputs(_ wanted: ONNXImportOptions.Outputs) throws(ONNXError) -> Selection {
        guard wanted == .all else { return try selectScores() }
        var selection = Selection(outputs: [], names: graph.output.map(\.name), notes: [])
        for output in graph.output {
            if let node = producer(of: output.name), node.opType == "ZipMap", let scores = node.input.first {
                selection.outputs.append(scores)
                selection.classNames = Self.classNames(node)
            } else if output.type.hasSequenceType {
                throw .unsupportedInterface("output '\(output.name)' is not a tensor")
            } else {
                selection.outputs.append(output.name)
            }
        }
        return selection
    }

    /// Checks what a caller says about the inputs.
    ///
    /// - Throws: `ONNXError` if there is no input for callers to supply, or none of a name that is used.
    func check(_ options: ONNXImportOptions) throws(ONNXError) {
        let names = Set(inputs.map(\.name))
        if let unknown = options.constants.keys.sorted().first(where: { !names.contains($0) }) {
            throw .unsupportedInterface("the model has no input '\(unknown)'")
        }
        if options.outputs == .scores, names.isEmpty { throw .missing("inputs") }
        let open = inputs.flatMap { input in
            input.type.tensorType.shape.dim.enumerated().map { axis, dimension in
                dimension.name(ofAxis: axis, input: input.name)
            }
        }
        if let unknown = options.dimensions.keys.sorted().first(where: { !open.contains($0) }) {
            throw .unsupportedInterface("no input of the model has a dimension '\(unknown)'")
        }
    }

    /// Chooses the float outputs; where there are only labels, the scores that the labels are chosen by.
    ///
    /// scikit-learn's converter ends classifiers with `ZipMap` (a list of dictionaries over the
    /// probabilities) and a branch of `ArgMax` and look-ups for the label; both are read through.
    ///
    /// - Throws: `ONNXError.unsupportedInterface` if no output leads to scores.
    private func selectScores() throws(ONNXError) -> Selection {
        var floats = Selection(outputs: [], names: [], notes: [])
        var others: [Bulwark_Onnx_ValueInfo] = []
        for output in graph.output {
            if let node = producer(of: output.name), node.opType == "ZipMap", let scores = node.input.first {
                floats.outputs.append(scores)
                floats.names.append(output.name)
                floats.classNames = Self.classNames(node)
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

    private static func classNames(_ zipMap: Bulwark_Onnx_Node) -> [String]? {
        for attribute in zipMap.attribute {
            switch attribute.name {
            case "classlabels_strings" where !attribute.strings.isEmpty:
                let names = attribute.strings.compactMap { String(data: $0, encoding: .utf8) }
                return names.count == attribute.strings.count ? names : nil
            case "classlabels_int64s" where !attribute.ints.isEmpty: return attribute.ints.map { "\($0)" }
            default: continue
            }
        }
        return nil
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

    /// - Throws: `ONNXError.unsupportedOperators` with every node whose operator is neither in the table nor
    ///   defined by the model.
    func checkSupported(_ nodes: [Int], _ functions: [String: ONNXFunction]) throws(ONNXError) {
        let unsupported = nodes.compactMap { position -> ONNXError.UnsupportedNode? in
            let node = graph.node[position]
            let type = Self.qualifiedType(node)
            if OperatorTable.rows[type] != nil || functions[ONNXFunction.key(of: node)] != nil { return nil }
            return ONNXError.UnsupportedNode(type: type, node: name(ofNode: position))
        }
        guard unsupported.isEmpty else { throw .unsupportedOperators(unsupported) }
    }
}
