/// An operator that a model defines itself: a graph whose nodes take the place of each call.
struct ONNXFunction {
    let body: ONNXSourceGraph
    /// Attributes that calls may leave out, with what they are then.
    private let defaults: [String: Bulwark_Onnx_Attribute]
    /// Attributes that calls give.
    private let parameters: Set<String>

    /// - Throws: `ONNXError` if a name is defined twice or there are no outputs.
    private init(_ function: Bulwark_Onnx_Function, opsets: [String: Int]) throws(ONNXError) {
        var graph = Bulwark_Onnx_Graph()
        graph.name = function.name
        graph.node = function.node
        graph.input = function.input.map { name in .with { $0.name = name } }
        graph.output = function.output.map { name in .with { $0.name = name } }
        body = try ONNXSourceGraph(graph, opsets: opsets)
        parameters = Set(function.attribute)
        defaults = Dictionary(
            function.attributeProto.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The functions of a model by the names that calls have for them.
    ///
    /// - Throws: `ONNXError` if two have one name, or one is broken.
    static func all(
        in model: Bulwark_Onnx_Model,
        opsets: [String: Int]
    ) throws(ONNXError) -> [String: ONNXFunction] {
        var functions: [String: ONNXFunction] = [:]
        for function in model.functions {
            let own = try ONNXReader.opsets(function.opsetImport).merging(opsets) { own, _ in own }
            let described = try ONNXFunction(function, opsets: own)
            let name = Self.key(function.domain, function.name, function.overload)
            guard functions.updateValue(described, forKey: name) == nil else {
                throw .duplicateName(name)
            }
        }
        return functions
    }

    /// The name under which a node would call a function.
    static func key(of node: Bulwark_Onnx_Node) -> String { key(node.domain, node.opType, node.overload) }

    private static func key(_ domain: String, _ name: String, _ overload: String) -> String {
        "\(domain == "ai.onnx" ? "" : domain).\(name)\(overload.isEmpty ? "" : ":\(overload)")"
    }

    /// The attributes inside a call: those given, and the defaults of the others.
    ///
    /// - Throws: `ONNXError` if the call gives one that the function does not have.
    func attributes(for call: ONNXNode) throws(ONNXError) -> [String: Bulwark_Onnx_Attribute] {
        for name in call.attributeNames where !parameters.contains(name) && defaults[name] == nil {
            throw call.error("attribute \(name) is unknown")
        }
        return defaults.merging(call.attributes) { $1 }
    }
}
