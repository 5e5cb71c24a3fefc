import BulwarkTensors
import RealModule

/// The discrete Fourier transform along one axis (ONNX `DFT`).
///
/// The last axis of the input holds real numbers (extent 1) or real and imaginary parts (extent 2). The
/// forward transform is `X[k] = Σ x[t] · exp(-2πi·k·t/n)`; the inverse has the opposite sign and the factor
/// 1/n.
public struct FourierTransform: HeavyOperator {
    /// What the transform leaves out because it follows from the rest.
    public enum Form: Sendable, Hashable {
        /// Nothing: n complex numbers.
        case complete
        /// From real numbers only the first n/2 + 1 results, of which the others are the conjugates.
        case oneSided
        /// From the first n/2 + 1 coefficients of a series of n real numbers these numbers.
        case realSeries(length: Int)
    }

    /// The axis that is transformed; negative from the end.
    public let axis: Int
    /// Whether the transform is the inverse one.
    public let isInverse: Bool
    /// What is left out.
    public let form: Form

    /// A transform along an axis.
    public init(axis: Int, isInverse: Bool = false, form: Form = .complete) {
        self.axis = axis
        self.isInverse = isInverse
        self.form = form
    }

    /// The longest axis that is transformed: each result is a sum over the whole of it.
    static let maximumLength = 1 << 16

    /// The input's shape with the number of results along the axis, and 2 or 1 as last extent.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let rank = inputs[0].rank
        let axis = try Axes.resolve(axis, rank: rank)
        guard axis < rank - 1, let length = inputs[0][axis].fixed, (1...Self.maximumLength).contains(length),
            let parts = inputs[0][rank - 1].fixed, parts == 1 || parts == 2
        else { throw .shapes("there is no series of one or two numbers along axis \(axis)", inputs) }
        var result = inputs[0].dimensions
        result[rank - 1] = 2
        switch form {
        case .complete: break
        case .oneSided:
            guard parts == 1 else { throw .shapes("only real series have one-sided transforms", inputs) }
            result[axis] = Dimension(constant: length / 2 + 1)
        case .realSeries(let count):
            guard parts == 2, (1...Self.maximumLength).contains(count), count / 2 + 1 == length else {
                throw .shapes("these are not the coefficients of \(count) real numbers", inputs)
            }
            result[axis] = Dimension(constant: count)
            result[rank - 1] = 1
        }
        return SymbolicShape(result)
    }

    /// The sums of the series times powers of a root of unity.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let terms = Terms(self, input: inputs[0].shape, output: shape)
        let source = inputs[0].elements
        return Tensor(shape) { target in
            terms.forEachLine { input, output in
                for result in 0..<terms.results {
                    var (real, imaginary) = (0.0, 0.0)
                    for term in 0..<terms.count {
                        let (cosine, sine) = terms.factor(term, result)
                        let position = input + term * terms.inputStep
                        let x = Double(source[position])
                        let y = terms.inputParts == 2 ? Double(source[position + 1]) : 0
                        real += x * cosine - y * sine
                        imaginary += x * sine + y * cosine
                    }
                    let position = output + result * terms.outputStep
                    target[position] = Float(real)
                    if terms.outputParts == 2 { target[position + 1] = Float(imaginary) }
                }
            }
        }
    }

    /// The transposed sums.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let terms = Terms(self, input: inputs[0].shape, output: output.shape)
        let source = cotangent.elements
        let result = Tensor(inputs[0].shape) { target in
            terms.forEachLine { input, output in
                for term in 0..<terms.count {
                    var (real, imaginary) = (0.0, 0.0)
                    for result in 0..<terms.results {
                        let (cosine, sine) = terms.factor(term, result)
                        let position = output + result * terms.outputStep
                        let x = Double(source[position])
                        let y = terms.outputParts == 2 ? Double(source[position + 1]) : 0
                        real += x * cosine + y * sine
                        imaginary += y * cosine - x * sine
                    }
                    let position = input + term * terms.inputStep
                    target[position] = Float(real)
                    if terms.inputParts == 2 { target[position + 1] = Float(imaginary) }
                }
            }
        }
        return [result]
    }

    func stepsPerElement(_ inputs: [Tensor]) -> Int {
        inputs[0].shape[Axes.index(axis, rank: inputs[0].shape.rank)]
    }

    /// `DFT` of opset 17; the transform of coefficients to a real series is of opset 20.
    public var onnx: ONNXForm {
        var attributes: [String: ONNXForm.Attribute] = [
            "axis": .int(axis), "inverse": .int(isInverse ? 1 : 0),
            "onesided": .int(form == .complete ? 0 : 1),
        ]
        guard case .realSeries(let length) = form else { return ONNXForm("DFT", attributes) }
        attributes["axis"] = nil
        return ONNXForm("DFT", attributes, trailing: [.int(length), .int(axis)], opset: 20)
    }
}

/// The terms of the sums of a transform.
private struct Terms {
    /// How many terms a sum has.
    let count: Int
    /// How many sums there are.
    let results: Int
    /// How far neighbours along the axis are apart, in the input and in the output.
    let (inputStep, outputStep): (Int, Int)
    /// The extents of the last axes.
    let (inputParts, outputParts): (Int, Int)
    private let outer: Int
    private let runs: Int
    private let roots: [(cosine: Double, sine: Double)]
    /// How often a term counts: twice where it stands for its conjugate, too.
    private let weights: [Double]

    init(_ transform: FourierTransform, input: Shape, output: Shape) {
        let (one, other) = (AxisBlocks(input, axis: transform.axis), AxisBlocks(output, axis: transform.axis))
        (count, results) = (one.length, other.length)
        (inputStep, outputStep) = (one.inner, other.inner)
        (inputParts, outputParts) = (input[input.rank - 1], output[output.rank - 1])
        outer = one.outer
        runs = one.inner / inputParts
        var period = one.length
        var weights = [Double](repeating: 1, count: one.length)
        if case .realSeries(let length) = transform.form {
            period = length
            for term in weights.indices where term > 0 && 2 * term != length { weights[term] = 2 }
        }
        if transform.isInverse { weights = weights.map { $0 / Double(period) } }
        self.weights = weights
        let sign: Double = transform.isInverse ? 1 : -1
        roots = (0..<period).map { power in
            let angle = 2 * Double.pi * Double(power) / Double(period)
            return (.cos(angle), sign * .sin(angle))
        }
    }

    /// Visits the positions of the first elements of each series and of its transform.
    func forEachLine(_ body: (_ input: Int, _ output: Int) -> Void) {
        for block in 0..<outer {
            for run in 0..<runs {
                body(
                    block * count * inputStep + run * inputParts,
                    block * results * outputStep + run * outputParts
                )
            }
        }
    }

    /// What a term is multiplied with in a sum.
    @inline(__always)
    func factor(_ term: Int, _ result: Int) -> (cosine: Double, sine: Double) {
        let root = roots[term * result % roots.count]
        return (weights[term] * root.cosine, weights[term] * root.sine)
    }
}
