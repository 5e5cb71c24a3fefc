import BulwarkModels
import BulwarkTensors

/// Turns the nodes of a graph into layers, one after the other.
///
/// A list of samples is bounded one by one, so every value that depends on the input has to keep the samples
/// along its first axis, and its other extents have to be numbers.
struct NetworkReading {
    /// A value that depends on the input.
    struct Source {
        /// Its number.
        let value: Int
        /// Its shape for one sample, without the first axis.
        let shape: Shape
    }

    /// Positions are found by moving numbers through operators, and floats hold integers up to here.
    static let maximumFeatures = 1 << 24

    private(set) var layers: [BoundedNetwork.Layer] = []
    private(set) var featureCounts: [Int] = []
    private(set) var planes: [Int] = []
    private let graph: Graph
    private var constants: [ValueID: Tensor]
    private var sources: [ValueID: Source] = [:]

    /// Begins with the input of a classifier's graph.
    ///
    /// - Throws: `CertificateError.unboundedNode` if the input's shape is open.
    init(_ graph: Graph) throws {
        self.graph = graph
        constants = graph.parameters
        let input = graph.inputs[0]
        guard let shape = SymbolicShape(Array(graph[input].shape.dimensions.dropFirst())).fixed else {
            throw CertificateError.unboundedNode(
                name: graph[input].name,
                type: "input",
                problem: "its shape \(graph[input].shape) is open"
            )
        }
        sources[input] = define(shape)
    }

    /// The number of a value of the graph.
    ///
    /// - Throws: `CertificateError.unboundedNode` if it does not depend on the input.
    func value(of id: ValueID) throws -> Int {
        guard let source = sources[id] else {
            throw CertificateError.unboundedNode(
                name: graph[id].name,
                type: "output",
                problem: "it does not depend on the input"
            )
        }
        return source.value
    }

    /// Reads a node whose inputs were read before.
    ///
    /// - Throws: `CertificateError.unboundedNode`.
    mutating func read(_ node: Graph.Node) throws {
        let known = node.inputs.compactMap { constants[$0] }
        if known.count == node.inputs.count, let shape = graph[node.output].shape.fixed {
            constants[node.output] = node.operation.value(of: known, shape: shape)
            return
        }
        let shape = try sampleShape(of: node)
        if let function = PiecewiseLinear(node.operation) {
            append(.piecewise(function, input: try source(0, node).value), shape, node)
            return
        }
        switch node.operation {
        case is Reshape, is Flatten, is Squeeze, is Unsqueeze:
            sources[node.output] = Source(value: try source(0, node).value, shape: shape)
        case let pool as MaxPool:
            let source = try source(0, node)
            append(.maximum(pool.windows(source.shape, shape), input: source.value), shape, node)
        case is GlobalMaxPool:
            let source = try source(0, node)
            let windows = MaximumWindows(runs: shape.count, of: source.shape.count)
            append(.maximum(windows, input: source.value), shape, node)
        default:
            append(.affine(try affineMap(node, shape)), shape, node)
        }
    }

    /// An input of a node that depends on the model's.
    ///
    /// - Throws: `CertificateError.unboundedNode` if it does not.
    func source(_ position: Int, _ node: Graph.Node) throws -> Source {
        guard let source = sources[node.inputs[position]] else {
            throw problem(node, "its input \(position) does not depend on the model's input")
        }
        return source
    }

    /// An input of a node that does not depend on the model's, or nil if there is none or it does.
    func constant(_ position: Int, _ node: Graph.Node) -> Tensor? {
        position < node.inputs.count ? constants[node.inputs[position]] : nil
    }

    /// An error that names a node.
    func problem(_ node: Graph.Node, _ text: String) -> CertificateError {
        .unboundedNode(name: node.name, type: node.operation.name, problem: text)
    }

    /// The shape of a node's output for one sample.
    private func sampleShape(of node: Graph.Node) throws -> Shape {
        let shape = graph[node.output].shape
        let samples = graph[graph.inputs[0]].shape[0]
        guard shape.rank > 0, shape[0] == samples,
            let rest = SymbolicShape(Array(shape.dimensions.dropFirst())).fixed,
            (1...Self.maximumFeatures).contains(rest.count)
        else { throw problem(node, "its output of shape \(shape) is not one list of features a sample") }
        return rest
    }

    private mutating func append(_ layer: BoundedNetwork.Layer, _ shape: Shape, _ node: Graph.Node) {
        layers.append(layer)
        sources[node.output] = define(shape)
    }

    private mutating func define(_ shape: Shape) -> Source {
        featureCounts.append(shape.count)
        planes.append(shape.rank < 2 ? 1 : max(shape.count / max(shape[0], 1), 1))
        return Source(value: featureCounts.count - 1, shape: shape)
    }
}

extension MaximumWindows {
    /// Neighbouring features in as many windows of one size.
    init(runs count: Int, of featureCount: Int) {
        let length = featureCount / count
        self.init(
            starts: (0...count).map { $0 * length },
            features: (0..<count * length).map { Int32($0) }
        )
    }
}

extension MaxPool {
    /// The windows over one sample.
    func windows(_ input: Shape, _ output: Shape) -> MaximumWindows {
        let taps = WindowTaps(
            kernel: kernel,
            strides: strides,
            dilations: dilations,
            padsBegin: padsBegin,
            input: Array(input.dimensions.dropFirst()),
            output: Array(output.dimensions.dropFirst())
        )
        let (starts, features) = taps.repeated(input[0], plane: input.count / input[0])
        return MaximumWindows(starts: starts, features: features)
    }
}

extension WindowTaps {
    /// The places of several channels one after the other: where each begins, and the features at its taps.
    func repeated(_ channels: Int, plane: Int) -> (starts: [Int], features: [Int32]) {
        var all = [0]
        var features: [Int32] = []
        for channel in 0..<channels {
            all += starts.dropFirst().map { $0 + channel * offsets.count }
            features += offsets.map { $0 + Int32(channel * plane) }
        }
        return (all, features)
    }
}
