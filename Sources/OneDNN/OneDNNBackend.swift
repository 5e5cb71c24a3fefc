import BulwarkModels
import BulwarkTensors
import COneDNN

/// Runs convolutions, matrix products and pools of a graph on oneDNN, and everything else as it is written.
///
/// Computes what `ReferenceBackend` does up to the rounding of sums in another order. An executable computes
/// on the thread that calls it and on no other; the bits of a result depend on the batch size and the
/// gradients it was compiled for and on the kind of processor, not on the number of threads, on other
/// executables, or on the other samples.
public struct OneDNNBackend: Backend {
    /// A oneDNN backend.
    public init() {}

    /// `onednn`.
    public var name: String { "onednn" }

    /// The version of the oneDNN library in use, as in `2.6.3`.
    public static var libraryVersion: String {
        let version = onednn_version()
        return "\(version / 10_000).\(version / 100 % 100).\(version % 100)"
    }

    /// Compiles a graph for a fixed number of samples.
    ///
    /// - Throws: `BackendError.invalidSize` if a value has no shape at that size, `BackendError.library` if
    ///   oneDNN fails.
    public func compile(
        _ graph: Graph,
        batchSize: Int,
        differentiating: Differentiation
    ) throws -> any Executable {
        // Weights in training change too often for rearranging them to pay.
        let changing = differentiating.contains(.parameters) ? Set(graph.trainable) : []
        return try GraphInterpreter(graph, batchSize: batchSize, differentiating: differentiating) {
            node,
            shapes in
            let kernel = try Self.kernel(
                for: node.operation,
                inputs: node.inputs.compactMap { shapes[$0] },
                output: shapes[node.output] ?? [],
                isConstant: node.inputs.map { graph.parameters[$0] != nil && !changing.contains($0) },
                differentiates: !differentiating.isEmpty
            )
            return kernel ?? PlainKernel(operation: node.operation)
        }
    }

    /// The kernel for an operator on oneDNN, or nil if the operator itself has to do.
    ///
    /// `isConstant` says for each input whether it is expected to stay the same over many calls,
    /// `differentiates` whether gradients will be asked for. Throws `BackendError.library` if oneDNN fails.
    package static func kernel(
        for operation: any Operator,
        inputs: [Shape],
        output: Shape,
        isConstant: [Bool],
        differentiates: Bool
    ) throws -> (any Kernel)? {
        func pooling(_ kind: onednn_pooling_kind, _ window: [PoolingAxis]) throws -> (any Kernel)? {
            try PoolingKernel(
                operation,
                kind,
                window: window,
                input: inputs[0],
                output: output,
                trains: differentiates
            )
        }
        func product(_ factors: Factors?, bias: Shape?) throws -> (any Kernel)? {
            guard let factors else { return nil }
            return try ProductKernel(operation, factors, bias: bias, isRightConstant: isConstant[1])
        }
        let wholeImage = inputs.first.map { $0.dimensions.dropFirst(2).map { PoolingAxis(kernel: $0) } } ?? []
        switch operation {
        case let conv as Conv:
            return try ConvolutionKernel(conv, inputs: inputs, output: output)
        case is MatMul:
            return try product(Factors(matMul: inputs[0], inputs[1]), bias: nil)
        case let gemm as Gemm:
            let hasBias = inputs.count == 3
            let factors = Factors(gemm: gemm, inputs[0], inputs[1], hasBias: hasBias)
            return try product(factors, bias: hasBias ? inputs[2] : nil)
        case let pool as MaxPool:
            return try pooling(onednn_pooling_maximum, pool.window)
        case let pool as AveragePool:
            let kind = pool.countsPadding ? onednn_pooling_average_of_all : onednn_pooling_average_of_valid
            return try pooling(kind, pool.window)
        case is GlobalAveragePool:
            return try pooling(onednn_pooling_average_of_valid, wholeImage)
        case is GlobalMaxPool:
            return try pooling(onednn_pooling_maximum, wholeImage)
        default:
            return nil
        }
    }
}

extension MaxPool {
    fileprivate var window: [PoolingAxis] {
        kernel.indices.map {
            PoolingAxis(
                kernel: kernel[$0],
                stride: strides[$0],
                dilation: dilations[$0],
                padBegin: padsBegin[$0],
                padEnd: padsEnd[$0]
            )
        }
    }
}

extension AveragePool {
    fileprivate var window: [PoolingAxis] {
        kernel.indices.map {
            PoolingAxis(kernel: kernel[$0], stride: strides[$0], padBegin: padsBegin[$0], padEnd: padsEnd[$0])
        }
    }
}
