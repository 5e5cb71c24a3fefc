import BulwarkModels
import BulwarkTensors
import CKernels

// Functions of whole rows.
extension PlanBuilder {
    /// A softmax along the last axis; false if it is along another one.
    func emit(_ softmax: Softmax, _ node: Graph.Node) throws -> Bool {
        let (input, shape) = (node.inputs[0], shape(node.output))
        guard let length = shape.dimensions.last, softmax.axis == -1 || softmax.axis == shape.rank - 1,
            Limits.allow([shape])
        else { return false }
        let rows = Int64(shape.count / length)
        let layout = try denseLayout(shape)
        let source = try readDense(input)
        let output = make(layout)
        emit([source, output]) { kernels_softmax($0[0], $0[1], rows, Int64(length)) }
        define(node.output, Stored(buffer: output, layout: layout))
        onTheWayBack { [self] in
            guard let gradient = try takeGradient(node.output, as: layout) else { return }
            let target = make(layout)
            emit([gradient.buffer, output, target]) {
                kernels_softmax_backward($0[0], $0[1], $0[2], rows, Int64(length))
            }
            contribute(input, Stored(buffer: target, layout: layout), isOwned: true)
        }
        return true
    }

    /// A layer normalisation with fixed scale and bias; false if they are trained or computed.
    func emit(_ layer: LayerNormalization, _ node: Graph.Node) throws -> Bool {
        let (input, shape) = (node.inputs[0], shape(node.output))
        guard node.inputs.dropFirst().allSatisfy(isFrozen), Limits.allow([shape]) else { return false }
        let length = Int64(self.shape(node.inputs[1]).count)
        let rows = Int64(shape.count) / length
        let (layout, epsilon) = (try denseLayout(shape), layer.epsilon)
        let source = try readDense(input)
        let parameters = try node.inputs.dropFirst().map(readDense)
        let output = make(layout)
        let moments = memory.make(bytes: Int(2 * rows) * MemoryLayout<Float>.stride)
        emit([source, output, moments] + parameters) { pointers in
            kernels_layer_normalize(
                pointers[0],
                pointers[3],
                pointers.count == 5 ? pointers[4] : nil,
                epsilon,
                pointers[1],
                pointers[2],
                rows,
                length
            )
        }
        define(node.output, Stored(buffer: output, layout: layout))
        let scale = parameters[0]
        onTheWayBack { [self] in
            guard needs(input), let gradient = try takeGradient(node.output, as: layout) else { return }
            let target = make(layout)
            emit([gradient.buffer, source, scale, moments, target]) {
                kernels_layer_normalize_backward($0[0], $0[1], $0[2], $0[3], $0[4], rows, length)
            }
            contribute(input, Stored(buffer: target, layout: layout), isOwned: true)
        }
        return true
    }
}
