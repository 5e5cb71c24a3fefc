import BulwarkTensors

/// The product of all elements up to each one along an axis (ONNX `CumProd`, opset 26), taken in double
/// precision.
public struct CumProd: Operator {
    private let fold: CumulativeFold

    /// Products along an axis, which may leave out the element itself, or run from the last element.
    public init(
        axis: Int,
        isExclusive: Bool = false,
        isReversed: Bool = false
    ) {
        fold = CumulativeFold(axis: axis, isExclusive: isExclusive, isReversed: isReversed)
    }

    /// The axis; negative from the end.
    public var axis: Int { fold.axis }
    /// Whether each product leaves out the element itself.
    public var isExclusive: Bool { fold.isExclusive }
    /// Whether products run from the last element.
    public var isReversed: Bool { fold.isReversed }

    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try fold.outputShape(for: inputs)
    }

    /// The products.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        return Tensor(shape) { target in
            fold.forEachLine(shape) { line in
                var product = 1.0
                for position in line {
                    let next = product * Double(source[position])
                    target[position] = Float(fold.isExclusive ? product : next)
                    product = next
                }
            }
        }
    }

    /// For each element the product of all before it, times the sum of what it contributes to later results.
    ///
    /// With `r = g + x' · r'`, where `'` is the next element of the line, no product is ever divided by an
    /// element, so zeros do no harm.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (x, gradient) = (inputs[0].elements, cotangent.elements)
        let result = Tensor(output.shape) { target in
            var products: [Double] = []
            fold.forEachLine(output.shape) { line in
                products.removeAll(keepingCapacity: true)
                var product = 1.0
                for position in line {
                    products.append(product)
                    product *= Double(x[position])
                }
                // What a change of the running product after an element is worth to all later results.
                var worth = 0.0
                for (index, position) in line.enumerated().reversed() {
                    let own = Double(gradient[position])
                    let atElement = fold.isExclusive ? worth : own + worth
                    target[position] = Float(products[index] * atElement)
                    worth = Double(x[position]) * atElement + (fold.isExclusive ? own : 0)
                }
            }
        }
        return [result]
    }

    /// `CumProd` with its axis as a constant; it exists since operator set 26.
    public var onnx: ONNXForm { fold.onnx("CumProd", opset: 26) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let fold = try CumulativeFold.reading(node)
        let operation = CumProd(axis: fold.axis, isExclusive: fold.isExclusive, isReversed: fold.isReversed)
        return [try lowering.emit(operation, node, inputs: [0])]
    }
}
