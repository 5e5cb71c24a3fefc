import BulwarkModels
import BulwarkTensors

/// Neighbouring nodes that are computed as one.
struct Group {
    /// The node that the others ride on.
    let core: Graph.Node
    /// What the core reads, which differs from its node's own where nodes changed places.
    let inputs: [ValueID]
    /// Normalisations with fixed statistics that are folded into the weights.
    var normalization: Graph.Node?
    /// A vector that is added to every row of a product.
    var bias: ValueID?
    var epilogue = Epilogue()
    /// A maximum over the output, which the epilogue's rectifier may follow instead of leading.
    var pooling: Graph.Node?
    /// One function that all the nodes together are, of the one value in `inputs`.
    var function: (any Operator)?
    /// The value that comes out at the end.
    var output: ValueID

    init(_ core: Graph.Node) {
        self.core = core
        inputs = core.inputs
        output = core.output
    }

    /// A core that has changed places with the node that computes its input from `input`.
    init(_ core: Graph.Node, reading input: ValueID) {
        self.core = core
        inputs = [input]
        output = core.output
    }
}

/// Cuts a graph into groups.
struct Grouping {
    private let builder: PlanBuilder
    let graph: Graph
    private var readers: [ValueID: [Int]] = [:]
    private var positions: [ValueID: Int] = [:]
    private var isTaken: [Bool]

    init(_ builder: PlanBuilder) {
        self.builder = builder
        graph = builder.graph
        isTaken = Array(repeating: false, count: graph.nodes.count)
        for (position, node) in graph.nodes.enumerated() {
            positions[node.output] = position
            for input in node.inputs { readers[input, default: []].append(position) }
        }
    }

    /// The groups in an order in which they can run.
    mutating func groups() -> [Group] {
        var result: [Group] = []
        for position in graph.nodes.indices where !isTaken[position] {
            isTaken[position] = true
            result.append(group(at: position))
        }
        return result
    }

    /// Says that a node is part of a group.
    mutating func take(_ position: Int) { isTaken[position] = true }

    private mutating func group(at position: Int) -> Group {
        let node = graph.nodes[position]
        var group = Group(node)
        guard graph[node.output].type.isFloatingPoint else { return group }
        switch node.operation {
        case let conv as Conv:
            takeNormalization(&group)
            if takePooling(&group, conv) { break }
            takeResidual(&group, at: position)
            takeActivation(&group)
        case is Gemm, is MatMul:
            takeBias(&group)
            takeResidual(&group, at: position)
            takeActivation(&group)
        case is BatchNormalization:
            takeActivation(&group)
        case is Relu:
            // A rectifier and a maximum may change places, and after the maximum there is less to rectify.
            if let pool = soleReader(of: node.output), graph.nodes[pool].operation is MaxPool {
                isTaken[pool] = true
                group = Group(graph.nodes[pool], reading: node.inputs[0])
                group.epilogue.activation = .relu(slope: 0)
            }
        case is Sigmoid, is Div, is Mul:
            if let function = function(at: position) { group = function }
        case is MaxPool:
            if let next = soleReader(of: node.output), graph.nodes[next].operation is Relu {
                isTaken[next] = true
                group.epilogue.activation = .relu(slope: 0)
                group.output = graph.nodes[next].output
            }
        default: break
        }
        return group
    }

    /// The one node that reads a value, if the value is of no other use.
    func soleReader(of id: ValueID) -> Int? {
        guard let readers = readers[id], readers.count == 1, !graph.outputs.contains(id),
            !isTaken[readers[0]]
        else { return nil }
        return readers[0]
    }

    private mutating func takeNormalization(_ group: inout Group) {
        guard let next = soleReader(of: group.output) else { return }
        let node = graph.nodes[next]
        guard node.operation is BatchNormalization, node.inputs[0] == group.output,
            node.inputs.dropFirst().allSatisfy(builder.isFrozen),
            group.core.inputs.dropFirst().allSatisfy(builder.isFrozen)
        else { return }
        isTaken[next] = true
        group.normalization = node
        group.output = node.output
    }

    /// A maximum over the output of a convolution, and a rectifier before or after it.
    private mutating func takePooling(_ group: inout Group, _ conv: Conv) -> Bool {
        var chain: [Int] = []
        while let next = soleReader(of: chain.last.map { graph.nodes[$0].output } ?? group.output),
            chain.count < 2
        {
            chain.append(next)
        }
        let isPooled = chain.map { graph.nodes[$0].operation is MaxPool }
        // A rectifier and a maximum may change places.
        guard let position = isPooled.firstIndex(of: true) else { return false }
        let isRectified = chain.contains { graph.nodes[$0].operation is Relu }
        guard position == 0 || isRectified else { return false }
        let taken = isRectified ? chain : [chain[0]]
        let node = graph.nodes[chain[position]]
        guard let pool = node.operation as? MaxPool, builder.canPool(conv, group, pool, node.output) else {
            return false
        }
        for index in taken { isTaken[index] = true }
        group.pooling = node
        group.epilogue.activation = isRectified ? .relu(slope: 0) : nil
        group.output = graph.nodes[taken[taken.count - 1]].output
        return true
    }

    private mutating func takeBias(_ group: inout Group) {
        guard group.core.inputs.count == 2, let next = soleReader(of: group.output) else { return }
        let node = graph.nodes[next]
        guard node.operation is Add, let other = node.inputs.first(where: { $0 != group.output }),
            builder.isParameter(other), let columns = builder.shape(group.output).dimensions.last,
            builder.shape(other).count == columns, builder.shape(other).dimensions.last == columns,
            builder.shape(node.output) == builder.shape(group.output)
        else { return }
        isTaken[next] = true
        group.bias = other
        group.output = node.output
    }

    private mutating func takeResidual(_ group: inout Group, at position: Int) {
        guard let next = soleReader(of: group.output) else { return }
        let node = graph.nodes[next]
        guard node.operation is Add, let other = node.inputs.first(where: { $0 != group.output }),
            builder.shape(other) == builder.shape(group.output), !builder.isParameter(other),
            // It has to be there when the core runs.
            positions[other] ?? -1 < position
        else { return }
        isTaken[next] = true
        group.epilogue.residual = other
        group.output = node.output
    }

    private mutating func takeActivation(_ group: inout Group) {
        // A rectifier before a maximum is better off after it.
        guard let next = soleReader(of: group.output),
            let activation = Activation(graph.nodes[next].operation)
        else { return }
        if graph.nodes[next].operation is Relu, builder.needs(group.output),
            let pool = soleReader(of: graph.nodes[next].output), graph.nodes[pool].operation is MaxPool
        {
            return
        }
        isTaken[next] = true
        group.epilogue.activation = activation
        group.output = graph.nodes[next].output
    }
}
