/// Why bytes are not a model that Bulwark can use.
public enum ONNXError: Error, Equatable, CustomStringConvertible {
    /// The file is larger than the limit.
    case fileTooLarge(bytes: Int, limit: Int)
    /// The bytes are not a protocol buffer message of the expected form.
    case malformed(String)
    /// The model has no graph, or the graph lacks something every graph has.
    case missing(String)
    /// The model uses a version of the operator set outside `ONNXReader.supportedOpsets`.
    case unsupportedOpset(domain: String, version: Int)
    /// Nodes use operators that are not implemented; every one of them is listed.
    case unsupportedOperators([UnsupportedNode])
    /// A node reads a name that nothing defines, or that only itself or a later node defines (a cycle).
    case undefinedInput(name: String, node: String)
    /// Nodes wait for one another's outputs.
    case cycle(nodes: [String])
    /// Two nodes, inputs or initialisers define one name.
    case duplicateName(String)
    /// An initialiser's or attribute's tensor does not fit its declaration.
    case invalidTensor(name: String, problem: String)
    /// A weight is NaN or infinite.
    case nonFiniteWeight(name: String, index: Int)
    /// An external data file lies outside the model's folder, is missing or is too short, or its place is not given
    /// once.
    case externalData(tensor: String, problem: String)
    /// A node has an attribute or input that is missing or has another form than the operator wants.
    case invalidNode(node: String, type: String, problem: String)
    /// The graph's inputs or outputs are not those of a model Bulwark can run.
    case unsupportedInterface(String)

    /// A node whose operator is not implemented.
    public struct UnsupportedNode: Equatable, Sendable {
        /// The operator, with its domain if that is not the default one.
        public let type: String
        /// The node's name, or `#` and its position if it has none.
        public let node: String
    }

    /// The fault in words.
    public var description: String {
        switch self {
        case .fileTooLarge(let bytes, let limit):
            "\(bytes) bytes are more than the limit of \(limit); keep large weights in external data files"
        case .malformed(let problem): "not an ONNX model: \(problem)"
        case .missing(let what): "the model has no \(what)"
        case .unsupportedOpset(let domain, let version):
            "operator set \(domain.isEmpty ? "ai.onnx" : domain) version \(version) is not supported (\(ONNXReader.supportedVersions(of: domain).lowerBound) to \(ONNXReader.supportedVersions(of: domain).upperBound) are)"
        case .unsupportedOperators(let nodes):
            "unsupported operators: " + Self.summary(of: nodes)
        case .undefinedInput(let name, let node): "node '\(node)' reads '\(name)', which nothing defines"
        case .cycle(let nodes):
            "the graph has a cycle through \(nodes.prefix(8).map { "'\($0)'" }.joined(separator: ", "))"
        case .duplicateName(let name): "'\(name)' is defined twice"
        case .invalidTensor(let name, let problem): "tensor '\(name)': \(problem)"
        case .nonFiniteWeight(let name, let index):
            "tensor '\(name)': element \(index) is not a finite number"
        case .externalData(let tensor, let problem): "external data of tensor '\(tensor)': \(problem)"
        case .invalidNode(let node, let type, let problem): "node '\(node)' (\(type)): \(problem)"
        case .unsupportedInterface(let problem): problem
        }
    }

    private static func summary(of nodes: [UnsupportedNode]) -> String {
        let byType = Dictionary(grouping: nodes, by: \.type).sorted { $0.key < $1.key }
        return byType.map { type, nodes in
            let names = nodes.prefix(5).map { "'\($0.node)'" }.joined(separator: ", ")
            return "\(type) (\(names)\(nodes.count > 5 ? " and \(nodes.count - 5) more" : ""))"
        }.joined(separator: "; ")
    }
}
