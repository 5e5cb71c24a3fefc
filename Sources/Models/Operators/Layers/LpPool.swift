import BulwarkTensors
import RealModule

/// The p-norm of the elements under a sliding window (ONNX `LpPool`).
public struct LpPool: HeavyOperator {
    /// The exponent of the norm, at least 1.
    public let p: Int
    /// The extents of the window.
    public let kernel: [Int]
    /// The step of the window along each spatial axis.
    public let strides: [Int]
    /// The distance of neighbouring taps along each spatial axis.
    public let dilations: [Int]
    /// The number of zeros before the first element of each spatial axis.
    public let padsBegin: [Int]
    /// The number of zeros after the last element of each spatial axis.
    public let padsEnd: [Int]
    /// Whether a last window that reaches further still counts, as long as it begins inside.
    public let ceilMode: Bool

    /// A pool; each list has one entry for each spatial axis.
    public init(
        p: Int = 2,
        kernel: [Int],
        strides: [Int],
        dilations: [Int],
        padsBegin: [Int],
        padsEnd: [Int],
        ceilMode: Bool = false
    ) {
        self.p = p
        self.kernel = kernel
        self.strides = strides
        self.dilations = dilations
        self.padsBegin = padsBegin
        self.padsEnd = padsEnd
        self.ceilMode = ceilMode
    }

    private var window: SlidingWindow {
        SlidingWindow(
            kernel: kernel,
            strides: strides,
            dilations: dilations,
            padsBegin: padsBegin,
            padsEnd: padsEnd
        )
    }

    /// `[N, C, …]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard (1...64).contains(p) else { throw .attribute(name: "p", problem: "\(p) is not in 1…64") }
        let extents = try window.outputExtents(inputs[0], ceiling: ceilMode)
        return SymbolicShape(inputs[0].dimensions[..<2] + extents.map { Dimension(constant: $0) })
    }

    /// `(Σ |x|^p)^(1/p)` for each window.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        return Tensor(shape) { target in
            PoolingSweep(window: window, input: inputs[0].shape, output: shape).forEachOutput {
                output,
                window in
                var sum = 0.0
                window.forEachPosition { sum += Double.pow(abs(Double(source[$0])), p) }
                target[output] = Float(Double.root(sum, p))
            }
        }
    }

    /// The cotangent of each output times `sign(x) · (|x| / y)^(p-1)`, at every element of its window; 0
    /// where the whole window is 0.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (source, norms, gradient) = (inputs[0].elements, output.elements, cotangent.elements)
        let result = Tensor(inputs[0].shape) { target in
            PoolingSweep(window: window, input: inputs[0].shape, output: output.shape).forEachOutput {
                output,
                window in
                let norm = Double(norms[output])
                guard norm != 0 else { return }
                window.forEachPosition { position in
                    let x = Double(source[position])
                    let share = Double.pow(abs(x) / norm, p - 1) * (x > 0 ? 1 : x < 0 ? -1 : 0)
                    target[position] += gradient[output] * Float(share)
                }
            }
        }
        return [result]
    }

    func stepsPerElement(_ inputs: [Tensor]) -> Int {
        zip(kernel, inputs[0].shape.dimensions.dropFirst(2)).reduce(1) { $0 * min($1.0, $1.1) }
    }

    /// `LpPool` with explicit padding, of operator set 18 if it is dilated or rounds up.
    public var onnx: ONNXForm {
        var attributes: [String: ONNXForm.Attribute] = [
            "p": .int(p), "kernel_shape": .ints(kernel), "strides": .ints(strides),
            "pads": .ints(padsBegin + padsEnd),
        ]
        if dilations.contains(where: { $0 != 1 }) { attributes["dilations"] = .ints(dilations) }
        if ceilMode { attributes["ceil_mode"] = .int(1) }
        return ONNXForm("LpPool", attributes, opset: attributes.count > 4 ? 18 : 17)
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let kernel = try node.ints("kernel_shape") else {
            throw node.error("attribute kernel_shape is missing")
        }
        let window = try SlidingWindow.reading(node, kernel: kernel, input: lowering.shape(of: node.input(0)))
        let pool = LpPool(
            p: try node.int("p") ?? 2,
            kernel: kernel,
            strides: window.strides,
            dilations: window.dilations,
            padsBegin: window.padsBegin,
            padsEnd: window.padsEnd,
            ceilMode: try SlidingWindow.roundsUp(node)
        )
        return [try lowering.emit(pool, node, inputs: [0])]
    }

    /// `GlobalLpPool`: one window over each whole image, whatever its rank.
    static func lowerGlobal(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        guard shape.rank >= 3 else { throw node.error("its input has no spatial axis") }
        let image = try node.fixed(SymbolicShape(Array(shape.dimensions[2...])), "the extent of an image")
        let size = Dimension(constant: image.count)
        let flat = try lowering.reshape(input, to: [shape[0], shape[1], size], as: "flat", of: node)
        let pool = LpPool(
            p: try node.int("p") ?? 2,
            kernel: [image.count],
            strides: [1],
            dilations: [1],
            padsBegin: [0],
            padsEnd: [0]
        )
        let norms = try lowering.apply(pool, flat, as: "norms", of: node)
        let ones = image.dimensions.map { _ in Dimension(constant: 1) }
        return [try lowering.reshape(norms, to: [shape[0], shape[1]] + ones, of: node)]
    }
}
