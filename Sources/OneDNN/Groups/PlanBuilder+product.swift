import BulwarkModels
import BulwarkTensors
import CKernels
import COneDNN

extension PlanBuilder {
    /// A matrix product with what rides on it; false if oneDNN is not asked to do it.
    func emitProduct(_ group: Group) throws -> Bool {
        let inputs = group.core.inputs
        let (left, right) = (inputs[0], inputs[1])
        let summand = inputs.count == 3 ? inputs[2] : group.bias
        let found: Factors? =
            switch group.core.operation {
            case let gemm as Gemm:
                Factors(gemm: gemm, shape(left), shape(right), hasBias: inputs.count == 3)
            default: Factors(matMul: shape(left), shape(right))
            }
        guard let factors = found else { return false }
        let columns = factors.columns
        if let summand {
            let isVector = shape(summand).count == columns && shape(summand).dimensions.last == columns
            guard isParameter(summand), isVector else { return false }
        }
        var sizes = factors.description(isRightConstant: isParameter(right), hasBias: summand != nil)
        let forward = try Primitive { onednn_product_forward(&sizes, group.epilogue.description, &$0) }
        guard let forward, let packed = forward.layout(.weights) else { return false }
        let layout = try denseLayout(shape(group.output))
        let source = try readDense(left)
        let weights = try self.weights(right, &sizes, packed)
        let output = Stored(buffer: try destination(layout, group.epilogue), layout: layout)
        var parts: [(role: Role, buffer: Buffer)] = [
            (.source, source), (.weights, weights), (.destination, output.buffer),
        ]
        if let summand {
            let vector = try denseLayout(shape(summand))
            parts.append((.bias, try prepare(from: vector, to: vector) { $0[summand] }))
        }
        emit(forward, parts)
        define(group.output, output)
        onTheWayBack { [self] in
            let activation = group.epilogue.activation
            guard let taken = try takeGradient(group.output, through: activation, output: output) else {
                return
            }
            let gradient = Stored(buffer: try convert(taken, to: layout), layout: layout)
            if let residual = group.epilogue.residual { contribute(residual, gradient, isOwned: false) }
            if needs(left) { try emitLeftGradient(factors, gradient, left, right) }
            if needs(right) { try emitRightGradient(factors, gradient, left, right) }
            if let summand, needs(summand) {
                let vector = try denseLayout(shape(summand))
                let target = make(vector)
                let rows = Int64(shape(group.output).count / columns)
                emit([target, gradient.buffer]) { kernels_column_sums($0[0], $0[1], rows, Int64(columns)) }
                contribute(summand, Stored(buffer: target, layout: vector), isOwned: true)
            }
        }
        return true
    }

    /// The right factor as a primitive wants it.
    private func weights(_ id: ValueID, _ sizes: inout onednn_product, _ packed: Layout) throws -> Buffer {
        guard sizes.weights_are_constant else { return try readDense(id) }
        var handle: OpaquePointer?
        let status = onednn_product_weights(&sizes, &handle)
        let plain = Layout(try OneDNNStatus.check(status, handle))
        return try prepare(from: plain, to: packed) { $0[id] }
    }

    /// `gradient · rightᵀ`, or the transpose of that.
    private func emitLeftGradient(
        _ factors: Factors,
        _ gradient: Stored,
        _ left: ValueID,
        _ right: ValueID
    ) throws {
        var swapped = factors
        if factors.isLeftTransposed {
            (swapped.rows, swapped.inner, swapped.columns) = (factors.inner, factors.columns, factors.rows)
            (swapped.isLeftTransposed, swapped.isRightTransposed) = (factors.isRightTransposed, true)
            let source = try readDense(right)
            return try emitGradient(swapped, source, .buffer(gradient.buffer), of: left)
        }
        (swapped.inner, swapped.columns) = (factors.columns, factors.inner)
        swapped.isRightTransposed.toggle()
        try emitGradient(swapped, gradient.buffer, .value(right), of: left)
    }

    /// `leftᵀ · gradient`, or the transpose of that.
    private func emitRightGradient(
        _ factors: Factors,
        _ gradient: Stored,
        _ left: ValueID,
        _ right: ValueID
    ) throws {
        var swapped = factors
        let source = try readDense(left)
        if factors.isRightTransposed {
            (swapped.rows, swapped.inner, swapped.columns) = (factors.columns, factors.rows, factors.inner)
            (swapped.isLeftTransposed, swapped.isRightTransposed) = (true, factors.isLeftTransposed)
            return try emitGradient(swapped, gradient.buffer, .buffer(source), of: right)
        }
        (swapped.rows, swapped.inner) = (factors.inner, factors.rows)
        swapped.isLeftTransposed.toggle()
        try emitGradient(swapped, source, .buffer(gradient.buffer), of: right)
    }

    private enum RightFactor {
        case value(ValueID)
        case buffer(Buffer)
    }

    private func emitGradient(
        _ factors: Factors,
        _ source: Buffer,
        _ right: RightFactor,
        of id: ValueID
    ) throws {
        var isConstant = false
        if case .value(let value) = right { isConstant = isParameter(value) }
        var sizes = factors.description(isRightConstant: isConstant, hasBias: false)
        let primitive = try Primitive { onednn_product_forward(&sizes, Epilogue().description, &$0) }
        guard let primitive, let packed = primitive.layout(.weights) else {
            throw BackendError.library("oneDNN cannot differentiate this product")
        }
        let weights: Buffer
        switch right {
        case .value(let value): weights = try self.weights(value, &sizes, packed)
        case .buffer(let buffer): weights = buffer
        }
        let layout = try denseLayout(shape(id))
        let target = make(layout)
        emit(primitive, [(.source, source), (.weights, weights), (.destination, target)])
        contribute(id, Stored(buffer: target, layout: layout), isOwned: true)
    }
}
