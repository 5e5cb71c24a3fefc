import BulwarkTensors

/// Rows divided by their length (`Normalizer` in `ai.onnx.ml`); a row of length 0 stays as it is.
public struct RowNormalizer: Operator {
    /// What the length of a row is.
    public enum Length: String, Sendable, CaseIterable {
        /// Its largest element; not the largest magnitude.
        case largest = "MAX"
        /// The sum of magnitudes.
        case l1 = "L1"
        /// The root of the sum of squares.
        case l2 = "L2"
    }

    /// What rows are divided by.
    public let length: Length

    /// A division by a length.
    public init(_ length: Length) { self.length = length }

    /// The shape of the one input, whose last axis is a row.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard 1...2 ~= inputs[0].rank else {
            throw .shapes("the input is neither a row nor a matrix", inputs)
        }
        return inputs[0]
    }

    /// Every element, divided by the length of its row.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        return Tensor(shape) { target in
            Self.forEachRow(shape) { row in
                let divisor = divisor(source, row)
                for position in row { target[position] = Float(Double(source[position]) / divisor) }
            }
        }
    }

    /// `(c − s · Σ c y) / length` for the cotangent c and the slope s of the length: 1 at the largest
    /// element, the sign for L1, y for L2; the cotangent where the length is 0.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (source, y, gradient) = (inputs[0].elements, output.elements, cotangent.elements)
        let result = Tensor(output.shape) { target in
            Self.forEachRow(output.shape) { row in
                let divisor = divisor(source, row)
                let isWhole = measure(source, row) == 0
                let largest = row.first { position in row.allSatisfy { source[$0] <= source[position] } }
                var sum = 0.0
                for position in row { sum += Double(gradient[position]) * Double(y[position]) }
                for position in row {
                    let slope: Double =
                        switch length {
                        case .largest: position == largest ? 1 : 0
                        case .l1: source[position] == 0 ? 0 : source[position] < 0 ? -1 : 1
                        case .l2: Double(y[position])
                        }
                    let own = Double(gradient[position])
                    target[position] = Float(isWhole ? own : (own - slope * sum) / divisor)
                }
            }
        }
        return [result]
    }

    private static func forEachRow(_ shape: Shape, _ body: (Range<Int>) -> Void) {
        let width = shape.dimensions.last ?? 0
        guard width > 0 else { return }
        for start in stride(from: 0, to: shape.count, by: width) { body(start..<start + width) }
    }

    /// The length of a row; what it is divided by is 1 if that is 0.
    private func divisor(_ source: Elements, _ row: Range<Int>) -> Double {
        let size = measure(source, row)
        return size == 0 ? 1 : size
    }

    private func measure(_ source: Elements, _ row: Range<Int>) -> Double {
        switch length {
        case .largest: Double(row.reduce(-Float.infinity) { max($0, source[$1]) })
        case .l1: row.reduce(0) { $0 + Double(abs(source[$1])) }
        case .l2: row.reduce(0) { $0 + Double(source[$1]) * Double(source[$1]) }.squareRoot()
        }
    }

    /// `Normalizer`.
    public var onnx: ONNXForm { .classical("Normalizer", ["norm": .string(length.rawValue)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let name = try node.string("norm") ?? Length.largest.rawValue
        guard let length = Length(rawValue: name) else { throw node.error("attribute norm is '\(name)'") }
        return [try lowering.emit(RowNormalizer(length), node, inputs: [0])]
    }
}
