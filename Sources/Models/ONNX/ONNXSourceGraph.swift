import BulwarkTensors

/// An ONNX graph as it stands in the file: names, who defines them, and what has to be computed first.
///
/// The graph of a model, a graph that a node holds, such as a branch, or a function that the model defines.
struct ONNXSourceGraph {
    /// How deep graphs may lie inside graphs.
    static let maximumDepth = 16

    let graph: Bulwark_Onnx_Graph
    /// The version of each operator set by domain, which is empty for the default one.
    let opsets: [String: Int]
    /// Initialisers by name.
    let initializers: [String: Bulwark_Onnx_Tensor]
    /// Inputs that are not initialisers, in the file's order.
    let inputs: [Bulwark_Onnx_ValueInfo]
    /// For each name the position of the node that defines it.
    let producers: [String: Int]
    /// The graphs that nodes hold, by the position of the node and the name of the attribute.
    let subgraphs: [Int: [String: ONNXSourceGraph]]
    /// The names that nodes or outputs read and that nothing in here defines, sorted.
    let captures: [String]
    /// For each node that holds graphs the names that it and these read.
    private let outerReads: [Int: [String]]

    /// - Throws: `ONNXError` if a name is defined twice, the graph has no outputs, or a graph inside is
    ///   broken.
    init(_ graph: Bulwark_Onnx_Graph, opsets: [String: Int], depth: Int = 0) throws(ONNXError) {
        self.graph = graph
        self.opsets = opsets
        guard graph.sparseInitializer.isEmpty else {
            throw .unsupportedInterface("the model has sparse initialisers, which are not supported")
        }
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
        var subgraphs: [Int: [String: ONNXSourceGraph]] = [:]
        for (position, node) in graph.node.enumerated() {
            for output in node.output where !output.isEmpty {
                guard names.insert(output).inserted else { throw .duplicateName(output) }
                producers[output] = position
            }
            if node.attribute.contains(where: \.hasG) {
                subgraphs[position] = try Self.subgraphs(of: node, opsets: opsets, depth: depth + 1)
            }
        }
        guard !graph.output.isEmpty else { throw .missing("outputs") }
        var captures = Set(graph.output.map(\.name))
        var outerReads: [Int: [String]] = [:]
        for (position, node) in graph.node.enumerated() {
            captures.formUnion(node.input)
            guard let below = subgraphs[position] else { continue }
            let captured = Set(below.values.flatMap(\.captures))
            captures.formUnion(captured)
            outerReads[position] = node.input + captured.sorted()
        }
        self.outerReads = outerReads
        self.initializers = initializers
        self.inputs = inputs
        self.producers = producers
        self.subgraphs = subgraphs
        self.captures = captures.subtracting(names).subtracting([""]).sorted()
    }

    /// The name of a node for messages.
    func name(ofNode position: Int) -> String {
        let node = graph.node[position]
        return node.name.isEmpty ? "#\(position)" : node.name
    }

    /// The operator's name in the default domain, or with its domain.
    static func qualifiedType(_ node: Bulwark_Onnx_Node) -> String {
        node.domain.isEmpty || node.domain == "ai.onnx" ? node.opType : "\(node.domain).\(node.opType)"
    }

    private static func subgraphs(
        of node: Bulwark_Onnx_Node,
        opsets: [String: Int],
        depth: Int
    ) throws(ONNXError) -> [String: ONNXSourceGraph] {
        guard depth <= maximumDepth else {
            throw .malformed("graphs lie more than \(maximumDepth) deep inside one another")
        }
        var result: [String: ONNXSourceGraph] = [:]
        for attribute in node.attribute where attribute.hasG {
            let graph: Bulwark_Onnx_Graph = try ONNXReader.decode(attribute.g, as: .graph)
            result[attribute.name] = try ONNXSourceGraph(graph, opsets: opsets, depth: depth)
        }
        return result
    }

    /// Whether every input that a caller supplies is declared with a first extent of 1.
    func hasSingleSampleInputs(except constants: Set<String>) -> Bool {
        let supplied = inputs.filter { !constants.contains($0.name) }
        return !supplied.isEmpty
            && supplied.allSatisfy { $0.type.tensorType.shape.dim.first?.dimValue == 1 }
    }

    // MARK: - Order

    /// The positions of the nodes that `outputs` depend on, each after everything it reads.
    ///
    /// - Parameters:
    ///   - outputs: The names of what is wanted.
    ///   - outer: Names that are defined outside of this graph.
    /// - Returns: Positions in the list of nodes.
    /// - Throws: `ONNXError.undefinedInput` or `.cycle`.
    func orderedNodes(
        for outputs: [String],
        outer: Set<String> = []
    ) throws(ONNXError) -> [Int] {
        let known = Set(initializers.keys).union(inputs.map(\.name)).union(outer)
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
                let read = names(readBy: position)
                if next == read.count {
                    if state[position] != true {
                        state[position] = true
                        order.append(position)
                    }
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let name = read[next]
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

    /// The names that a node reads, those that its graphs read outside of themselves included.
    func names(readBy position: Int) -> [String] {
        outerReads[position] ?? graph.node[position].input
    }
}
