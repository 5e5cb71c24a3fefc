import BulwarkTensors

/// Categories as vectors with a single 1 (`OneHotEncoder` in `ai.onnx.ml`, for categories that are numbers).
public struct OneHotEncoder: Operator {
    /// The categories, in the order of the new last axis.
    public let categories: [Int]
    private let positions: [Int: Int]

    /// An encoder; a category that occurs twice counts where it stands first.
    public init(categories: [Int]) {
        self.categories = categories
        positions = Dictionary(
            zip(categories, categories.indices),
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// `.piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }
    /// `true`.
    public var givesIntegers: Bool { true }

    /// The input's shape with one more axis, as long as there are categories.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        return SymbolicShape(inputs[0].dimensions + [Dimension(constant: categories.count)])
    }

    /// 1 at the category that an element is without its fraction, else 0.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        return Tensor(shape) { target in
            for position in 0..<source.count {
                guard let whole = Int(exactly: source[position].rounded(.towardZero)),
                    let category = positions[whole]
                else { continue }
                target[position * categories.count + category] = 1
            }
        }
    }

    /// Zero.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Tensor(inputs[0].shape) : nil]
    }

    /// `OneHotEncoder`.
    public var onnx: ONNXForm {
        .classical("OneHotEncoder", ["cats_int64s": .ints(categories), "zeros": .int(1)])
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard try node.strings("cats_strings") ?? [] == [] else {
            throw node.error("its categories are strings, which are not supported")
        }
        guard let categories = try node.ints("cats_int64s"), !categories.isEmpty else {
            throw node.error("has no categories")
        }
        if try !node.flag("zeros", default: true) {
            lowering.note(
                "the runtime refuses samples whose category '\(node.name)' does not know; here they belong to none of its categories"
            )
        }
        return [try lowering.emit(OneHotEncoder(categories: categories), node, inputs: [0])]
    }
}
