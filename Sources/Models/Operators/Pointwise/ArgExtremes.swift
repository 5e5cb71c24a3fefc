import BulwarkTensors

/// The position of the largest element along one axis (ONNX `ArgMax`).
///
/// Among equals the first one counts, or the last one; NaN counts as larger than any number.
public struct ArgMax: ArgExtreme {
    /// The axis that is searched; negative from the end.
    public let axis: Int
    /// Whether it stays with extent 1.
    public let keepsAxis: Bool
    /// Whether the last one among equals counts instead of the first.
    public let selectsLast: Bool

    /// A search along an axis.
    public init(axis: Int, keepsAxis: Bool = true, selectsLast: Bool = false) {
        self.axis = axis
        self.keepsAxis = keepsAxis
        self.selectsLast = selectsLast
    }

    static var type: String { "ArgMax" }
    static var extreme: Extreme { .largest }
}

/// The position of the smallest element along one axis (ONNX `ArgMin`).
///
/// Among equals the first one counts, or the last one; NaN counts as smaller than any number.
public struct ArgMin: ArgExtreme {
    /// The axis that is searched; negative from the end.
    public let axis: Int
    /// Whether it stays with extent 1.
    public let keepsAxis: Bool
    /// Whether the last one among equals counts instead of the first.
    public let selectsLast: Bool

    /// A search along an axis.
    public init(axis: Int, keepsAxis: Bool = true, selectsLast: Bool = false) {
        self.axis = axis
        self.keepsAxis = keepsAxis
        self.selectsLast = selectsLast
    }

    static var type: String { "ArgMin" }
    static var extreme: Extreme { .smallest }
}

/// What the positions of the largest and the smallest element have in common.
protocol ArgExtreme: Operator {
    /// The ONNX operator type.
    static var type: String { get }
    /// Which end is looked for.
    static var extreme: Extreme { get }
    /// The axis that is searched; negative from the end.
    var axis: Int { get }
    /// Whether it stays with extent 1.
    var keepsAxis: Bool { get }
    /// Whether the last one among equals counts instead of the first.
    var selectsLast: Bool { get }

    init(axis: Int, keepsAxis: Bool, selectsLast: Bool)
}

extension ArgExtreme {
    /// The input's shape without the axis, or with extent 1 along it.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let resolved = try Axes.resolve(axis, rank: inputs[0].rank)
        var dimensions = inputs[0].dimensions
        guard dimensions[resolved] != 0 else { throw .shapes("axis \(axis) has no elements", inputs) }
        dimensions.replaceSubrange(resolved...resolved, with: keepsAxis ? [1] : [])
        return SymbolicShape(dimensions)
    }

    /// The position of the extreme of each line, from 0; NaN, which no executable lets pass, of no elements.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (extreme, source) = (Self.extreme, inputs[0].elements)
        let lines = AxisBlocks(inputs[0].shape, axis: axis)
        guard lines.length > 0 else { return Tensor(shape, repeating: .nan) }
        return Tensor(shape) { target in
            var line = 0
            lines.forEachLine { start in
                var (best, found) = (source[start], 0)
                for index in 1..<lines.length {
                    let element = source[start + index * lines.inner]
                    let isBetter =
                        selectsLast
                        ? !extreme.prefers(best, over: element) : extreme.prefers(element, over: best)
                    if isBetter { (best, found) = (element, index) }
                }
                target[line] = Float(found)
                line += 1
            }
        }
    }

    /// Zeros.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Tensor(inputs[0].shape) : nil]
    }

    /// It moves in steps.
    public var sensitivity: Sensitivity { .piecewiseConstant }
    /// Positions are integers.
    public var givesIntegers: Bool { true }

    /// The operator with all its attributes.
    public var onnx: ONNXForm {
        ONNXForm(
            Self.type,
            [
                "axis": .int(axis), "keepdims": .int(keepsAxis ? 1 : 0),
                "select_last_index": .int(selectsLast ? 1 : 0),
            ],
            outputType: .int64
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let search = Self(
            axis: try node.int("axis") ?? 0,
            keepsAxis: try node.flag("keepdims", default: true),
            selectsLast: try node.flag("select_last_index")
        )
        return [try lowering.emit(search, node, inputs: [0])]
    }
}
