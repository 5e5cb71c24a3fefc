import BulwarkModels

// Functions that exporters write out as several nodes.
extension Grouping {
    /// The function that begins with a node, if one does; its nodes are taken.
    mutating func function(at position: Int) -> Group? {
        let node = graph.nodes[position]
        let found = node.operation is Sigmoid ? swish(node) : gelu(node)
        guard let (nodes, function, input) = found, let last = nodes.last else { return nil }
        for index in nodes { take(index) }
        var group = Group(graph.nodes[last], reading: input)
        group.function = function
        return group
    }

    private typealias Found = (nodes: [Int], function: any Operator, input: ValueID)

    /// `x · σ(x)`.
    private func swish(_ gate: Graph.Node) -> Found? {
        let input = gate.inputs[0]
        guard let product = soleReader(of: gate.output), graph.nodes[product].operation is Mul,
            other(than: gate.output, product) == input
        else { return nil }
        return ([product], Swish(), input)
    }

    /// `½ x (1 + erf(x / √2))` with its factors in any order.
    private func gelu(_ scaled: Graph.Node) -> Found? {
        let root = Float(2).squareRoot()
        let isDivided = scaled.operation is Div && isNumber(scaled.inputs[1], root)
        let isMultiplied = scaled.operation is Mul && isNumber(scaled.inputs[1], 1 / root)
        let input = scaled.inputs[0]
        guard isDivided || isMultiplied, let erf = soleReader(of: scaled.output),
            graph.nodes[erf].operation is Erf,
            let sum = soleReader(of: graph.nodes[erf].output), graph.nodes[sum].operation is Add,
            let one = other(than: graph.nodes[erf].output, sum), isNumber(one, 1),
            let first = soleReader(of: graph.nodes[sum].output), graph.nodes[first].operation is Mul,
            let factor = other(than: graph.nodes[sum].output, first)
        else { return nil }
        if let half = graph.definition(of: factor), half.operation is Mul, factor != input {
            let isHalf = half.inputs.contains(input) && half.inputs.contains { isNumber($0, 0.5) }
            return isHalf ? ([erf, sum, first], Gelu(), input) : nil
        }
        guard let second = soleReader(of: graph.nodes[first].output), graph.nodes[second].operation is Mul,
            let rest = other(than: graph.nodes[first].output, second)
        else { return nil }
        let isGelu = factor == input && isNumber(rest, 0.5) || isNumber(factor, 0.5) && rest == input
        return isGelu ? ([erf, sum, first, second], Gelu(), input) : nil
    }

    /// The operand of a node of two that is not the given one.
    private func other(than id: ValueID, _ position: Int) -> ValueID? {
        let inputs = graph.nodes[position].inputs
        guard inputs.count == 2, inputs[0] != inputs[1] else { return nil }
        return inputs[0] == id ? inputs[1] : inputs[0]
    }

    /// Whether a value is a constant of one element, up to the digits that a file may have lost.
    private func isNumber(_ id: ValueID, _ number: Float) -> Bool {
        guard let tensor = graph.parameters[id], tensor.count == 1, !graph.trainable.contains(id) else {
            return false
        }
        return abs(tensor[0] - number) <= 1e-6 * number
    }
}
