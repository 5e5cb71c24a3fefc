import BulwarkTensors

/// What each parameter of a graph is there for, told by the operators that read it.
struct ParameterRoles {
    /// What a parameter is there for.
    enum Role: Equatable {
        /// It is multiplied with what flows through, in sums of `fanIn` terms; a term goes into `fanOut` sums.
        case weight(fanIn: Int, fanOut: Int, isRectified: Bool)
        /// It is added.
        case bias
        /// It multiplies what was normalised.
        case scale
        /// It is a running mean.
        case mean
        /// It is a running variance.
        case variance
        /// It is the slope of a rectifier below zero.
        case slope
        /// It stands beside what flows through, as a class token does.
        case token
        /// Nobody learnt it: a single number, or what prepares inputs before the first layer.
        case constant
    }

    /// What becomes of numbers that may have been learnt, and whose role nobody knows.
    enum Unknown {
        /// They are an error: nothing learnt may stay behind unnoticed.
        case refused
        /// They stay as they are.
        case constant
    }

    /// The role of each parameter.
    private(set) var roles: [ValueID: Role] = [:]
    private let graph: Graph
    private let activations: FollowingActivations
    /// The node that defines each value.
    private let definitions: [ValueID: Graph.Node]
    private let unknown: Unknown

    /// - Throws: `FreshParametersError` if a parameter that may have been learnt has no known role and is
    ///   refused therefore, or if there are no weights.
    init(_ graph: Graph, unknown: Unknown = .refused) throws(FreshParametersError) {
        self.graph = graph
        self.unknown = unknown
        activations = FollowingActivations(graph)
        definitions = Dictionary(graph.nodes.map { ($0.output, $0) }, uniquingKeysWith: { first, _ in first })
        // What no layer has seen yet: numbers that meet it there belong to the preparation of inputs.
        var raw = Set(graph.inputs)
        for node in graph.nodes {
            if unknown == .refused { try Self.requireNoNumbersOfItsOwn(node) }
            let flowing = node.inputs.filter { graph.parameters[$0] == nil }
            let isRaw = flowing.allSatisfy(raw.contains)
            for (position, id) in node.inputs.enumerated() {
                guard let tensor = graph.parameters[id] else { continue }
                let role = role(of: tensor, id, at: position, in: node, isRaw: isRaw)
                guard let role = role ?? (unknown == .constant ? .constant : nil) else {
                    throw .unknownRole(node: node.name, type: node.operation.name)
                }
                try note(role, of: id, count: tensor.count)
            }
            if isRaw, !Self.isLayer(node.operation) { raw.insert(node.output) }
        }
        let hasWeights = roles.values.contains { if case .weight = $0 { true } else { false } }
        guard hasWeights else { throw .noWeights }
    }

    private mutating func note(_ role: Role, of id: ValueID, count: Int) throws(FreshParametersError) {
        switch (roles[id], role) {
        case (nil, _), (.weight?, .weight): roles[id] = roles[id] ?? role
        case (let known?, _) where known == role: break
        case _ where count == 1 || unknown == .constant: roles[id] = .constant
        default: throw .conflictingRoles(parameter: graph[id].name)
        }
    }

    private func role(
        of tensor: Tensor,
        _ id: ValueID,
        at position: Int,
        in node: Graph.Node,
        isRaw: Bool
    ) -> Role? {
        // What the reading of a model's output put there is no part of the model.
        if graph[id].name.hasPrefix("bulwark.") { return .constant }
        if let (fanIn, fanOut) = Self.fans(of: tensor.shape, at: position, in: node.operation) {
            return .weight(fanIn: fanIn, fanOut: fanOut, isRectified: activations.isRectified(node))
        }
        switch (node.operation, position) {
        case (is Conv, 2), (is ConvTranspose, 2), (is Gemm, 2): return .bias
        case (is BatchNormalization, 3): return .mean
        case (is BatchNormalization, 4): return .variance
        case (is BatchNormalization, 1), (is InstanceNormalization, 1), (is LayerNormalization, 1):
            return .scale
        case (is BatchNormalization, 2), (is InstanceNormalization, 2), (is LayerNormalization, 2):
            return .bias
        case (is PRelu, 1): return .slope
        case (is Add, _), (is Sub, 1):
            if follows(layer: node, besides: position) { return .bias }
            return tensor.count == 1 || isRaw ? .constant : .bias
        case (is Mul, _), (is Div, 1): return tensor.count == 1 || isRaw ? .constant : .scale
        case (is Sub, 0), (is Div, 0): return tensor.count == 1 || isRaw ? .constant : nil
        case (is Concat, _), (is Expand, 0): return tensor.count == 1 || isRaw ? .constant : .token
        default: return tensor.count == 1 ? .constant : nil
        }
    }

    /// How many terms a sum has, and how many sums a term goes into, if the parameter is a layer's weights.
    private static func fans(
        of shape: Shape,
        at position: Int,
        in operation: any Operator
    ) -> (fanIn: Int, fanOut: Int)? {
        let count = max(shape.count, 1)
        switch (operation, position) {
        case (let layer as Conv, 1): return (count / shape[0], count / shape[1] / layer.group)
        case (let layer as ConvTranspose, 1): return (count / shape[1] / layer.group, count / shape[0])
        case (let layer as Gemm, 1):
            return layer.transposesRight ? (shape[1], shape[0]) : (shape[0], shape[1])
        case (let layer as Gemm, 0): return layer.transposesLeft ? (shape[0], shape[1]) : (shape[1], shape[0])
        case (is MatMul, 1):
            return shape.rank == 1 ? (shape[0], 1) : (shape[shape.rank - 2], shape[shape.rank - 1])
        case (is MatMul, 0):
            return shape.rank == 1 ? (shape[0], 1) : (shape[shape.rank - 1], shape[shape.rank - 2])
        default: return nil
        }
    }

    /// Whether what the parameter meets comes straight out of a product with weights.
    private func follows(layer node: Graph.Node, besides position: Int) -> Bool {
        let others = node.inputs.enumerated().filter { $0.offset != position }.map(\.element)
        return others.contains { definitions[$0].map { Self.isProduct($0.operation) } ?? false }
    }

    private static func isProduct(_ operation: any Operator) -> Bool {
        operation is Conv || operation is ConvTranspose || operation is Gemm || operation is MatMul
    }

    private static func isLayer(_ operation: any Operator) -> Bool {
        isProduct(operation) || operation is BatchNormalization || operation is InstanceNormalization
            || operation is LayerNormalization
    }

    /// Operators of the classical kind hold what they have learnt themselves, unless they prepare features.
    private static func requireNoNumbersOfItsOwn(_ node: Graph.Node) throws(FreshParametersError) {
        let form = node.operation.onnx
        let preparing = ["Binarizer", "Imputer", "LabelEncoder", "Normalizer", "OneHotEncoder", "Scaler"]
        guard form.domain == "ai.onnx.ml", !preparing.contains(form.type) else { return }
        let holdsNumbers = form.attributes.values.contains {
            if case .floats(let numbers) = $0 { numbers.count > 1 } else { false }
        }
        if holdsNumbers { throw .unknownRole(node: node.name, type: form.type) }
    }
}
