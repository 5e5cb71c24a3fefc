import BulwarkModels
import BulwarkTensors
import CKernels
import COneDNN

// Functions and sums of single elements.
extension PlanBuilder {
    func emitSum(_ node: Graph.Node) throws -> Bool {
        let (left, right) = (node.inputs[0], node.inputs[1])
        guard shape(left) == shape(right), shape(left) == shape(node.output), Limits.allow([shape(left)])
        else {
            return false
        }
        let first = try read(left)
        let second = try read(right, as: first.layout)
        let target = make(first.layout)
        let count = Int64(first.layout.floats)
        emit([target, first.buffer, second]) { kernels_add($0[0], $0[1], $0[2], count) }
        define(node.output, Stored(buffer: target, layout: first.layout))
        onTheWayBack { [self] in
            guard let gradient = try takeGradient(node.output) else { return }
            contribute(left, gradient.stored, isOwned: false)
            contribute(right, gradient.stored, isOwned: false)
        }
        return true
    }

    func emitActivation(_ node: Graph.Node) throws -> Bool {
        guard let activation = Activation(node.operation), Limits.allow([shape(node.output)]) else {
            return false
        }
        let source = try read(node.inputs[0])
        let primitive = try Primitive {
            onednn_elementwise_forward(activation.description, source.layout.handle, &$0)
        }
        guard let primitive else { return false }
        let output = Stored(buffer: make(source.layout), layout: source.layout)
        emit(primitive, [(.source, source.buffer), (.destination, output.buffer)])
        define(node.output, output)
        onTheWayBack { [self] in
            guard let gradient = try takeGradient(node.output, through: activation, output: output) else {
                return
            }
            contribute(node.inputs[0], gradient, isOwned: false)
        }
        return true
    }

    /// The product of two values of the same shape.
    func emitProductOfElements(_ node: Graph.Node) throws -> Bool {
        let (left, right) = (node.inputs[0], node.inputs[1])
        guard shape(left) == shape(right), Limits.allow([shape(left)]) else { return false }
        let first = try read(left)
        let layout = first.layout
        let second = try read(right, as: layout)
        let output = Stored(buffer: make(layout), layout: layout)
        let count = Int64(layout.floats)
        emit([output.buffer, first.buffer, second]) { kernels_multiply($0[0], $0[1], $0[2], count) }
        define(node.output, output)
        onTheWayBack { [self] in
            guard let gradient = try takeGradient(node.output, as: layout) else { return }
            for (operand, other) in [(left, second), (right, first.buffer)] where needs(operand) {
                let target = make(layout)
                emit([target, gradient.buffer, other]) { kernels_multiply($0[0], $0[1], $0[2], count) }
                contribute(operand, Stored(buffer: target, layout: layout), isOwned: true)
            }
        }
        return true
    }

    /// A function whose derivative cannot be told from its output: the input is kept.
    func emitSmoothFunction(_ operation: any Operator, _ input: ValueID, _ result: ValueID) throws -> Bool {
        guard let function = onednn_activation(smooth: operation), Limits.allow([shape(result)]) else {
            return false
        }
        let source = try read(input)
        let layout = source.layout
        let forward = try Primitive { onednn_elementwise_forward(function, layout.handle, &$0) }
        let backward = try Primitive { onednn_elementwise_backward(function, layout.handle, &$0) }
        guard let forward, let backward else { return false }
        let output = Stored(buffer: make(layout), layout: layout)
        emit(forward, [(.source, source.buffer), (.destination, output.buffer)])
        define(result, output)
        onTheWayBack { [self] in
            guard let gradient = try takeGradient(result, as: layout) else { return }
            let target = make(layout)
            emit(
                backward,
                [(.weights, source.buffer), (.destination, gradient.buffer), (.source, target)]
            )
            contribute(input, Stored(buffer: target, layout: layout), isOwned: true)
        }
        return true
    }
}

extension onednn_activation {
    /// The function that an operator is, or nil if it is another one.
    fileprivate init?(smooth operation: any Operator) {
        switch operation {
        case let gelu as Gelu:
            self.init(function: gelu.isApproximate ? onednn_gelu_tanh : onednn_gelu, a: 0, b: 0)
        case let swish as Swish: self.init(function: onednn_swish, a: swish.alpha, b: 0)
        case let elu as Elu: self.init(function: onednn_elu, a: elu.alpha, b: 0)
        default: return nil
        }
    }
}
