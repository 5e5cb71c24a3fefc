import BulwarkModels
import BulwarkTensors
import COneDNN

/// A `Conv` node on oneDNN; what oneDNN cannot do is left to the operator itself.
final class ConvolutionKernel: Kernel {
    private let plain: PlainKernel
    private let sizes: Sizes
    private let forward: Primitive
    private lazy var dataGradient = Result { try sizes.primitive(onednn_convolution_backward_data) }
    private lazy var weightsGradient = Result { try sizes.primitive(onednn_convolution_backward_weights) }

    /// A kernel for inputs and an output of these shapes, or nil if oneDNN has no such convolution.
    ///
    /// - Throws: `BackendError.library` if oneDNN fails.
    init?(_ operation: Conv, inputs: [Shape], output: Shape) throws {
        guard let sizes = Sizes(operation, inputs: inputs, output: output),
            let forward = try sizes.primitive(onednn_convolution_forward)
        else { return nil }
        plain = PlainKernel(operation: operation)
        self.sizes = sizes
        self.forward = forward
    }

    func value(of inputs: [Tensor], shape: Shape) throws -> Tensor {
        if inputs.count == 3 {
            return try forward.run(
                reading: [.source: inputs[0], .weights: inputs[1], .bias: inputs[2]],
                writing: [.destination: shape]
            )[0]
        }
        return try forward.run(
            reading: [.source: inputs[0], .weights: inputs[1]],
            writing: [.destination: shape]
        )[0]
    }

    func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) throws -> [Tensor?] {
        var gradients = [Tensor?](repeating: nil, count: inputs.count)
        var missing = needed
        if needed[0], let primitive = try dataGradient.get() {
            gradients[0] = try primitive.run(
                reading: [.destination: cotangent, .weights: inputs[1]],
                writing: [.source: inputs[0].shape]
            )[0]
            missing[0] = false
        }
        let needsParameters = needed.dropFirst().contains(true)
        if needsParameters, let primitive = try weightsGradient.get() {
            if inputs.count == 3 {
                let both = try primitive.run(
                    reading: [.source: inputs[0], .destination: cotangent],
                    writing: [.weights: inputs[1].shape, .bias: inputs[2].shape]
                )
                if needed[1] { gradients[1] = both[0] }
                if needed[2] { gradients[2] = both[1] }
                missing[2] = false
            } else {
                gradients[1] = try primitive.run(
                    reading: [.source: inputs[0], .destination: cotangent],
                    writing: [.weights: inputs[1].shape]
                )[0]
            }
            missing[1] = false
        }
        if missing.contains(true) {
            let rest = plain.vjp(cotangent, inputs: inputs, output: output, needed: missing)
            for (position, gradient) in rest.enumerated() where missing[position] {
                gradients[position] = gradient
            }
        }
        return gradients
    }
}

/// A convolution in the shim's terms.
private struct Sizes {
    private let convolution: onednn_convolution
    private let axes: [onednn_axis]

    /// The sizes, or nil if they are outside of what oneDNN is asked to do.
    init?(_ operation: Conv, inputs: [Shape], output: Shape) {
        let (images, weights) = (inputs[0], inputs[1])
        guard Limits.allow(inputs + [output]) else { return nil }
        axes = operation.strides.indices.map { axis in
            onednn_axis(
                input: Int64(images[axis + 2]),
                output: Int64(output[axis + 2]),
                kernel: Int64(weights[axis + 2]),
                stride: Int64(operation.strides[axis]),
                dilation: Int64(operation.dilations[axis]),
                padding_before: Int64(operation.padsBegin[axis]),
                padding_after: Int64(operation.padsEnd[axis])
            )
        }
        guard axes.allSatisfy(Limits.allow) else { return nil }
        convolution = onednn_convolution(
            samples: Int64(images[0]),
            input_channels: Int64(images[1]),
            output_channels: Int64(output[1]),
            groups: Int64(operation.group),
            has_bias: inputs.count == 3
        )
    }

    typealias Maker = (
        UnsafePointer<onednn_convolution>, UnsafePointer<onednn_axis>, Int32,
        UnsafeMutablePointer<OpaquePointer?>
    ) -> onednn_status

    /// One of the three primitives of this convolution, or nil if oneDNN has none.
    func primitive(_ make: Maker) throws -> Primitive? {
        var convolution = convolution
        return try Primitive { _, result in make(&convolution, axes, Int32(axes.count), &result) }
    }
}
