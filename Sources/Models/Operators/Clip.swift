import BulwarkTensors

/// Every element limited to an interval, either end of which may be open (ONNX `Clip`).
public struct Clip: PointwiseOperator {
    /// The smallest result, if there is one.
    public let lower: Float?
    /// The largest result, if there is one; it wins if it lies below `lower`.
    public let upper: Float?

    /// A limit to `lower...upper`.
    public init(lower: Float?, upper: Float?) {
        self.lower = lower
        self.upper = upper
    }

    /// `min(max(x, lower), upper)`; NaN stays NaN.
    public func apply(_ x: Float) -> Float {
        var y = x
        if let lower, y < lower { y = lower }
        if let upper, y > upper { y = upper }
        return y
    }
    /// 1 where the element stays as it is, the ends of the interval included, else 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { x == y ? 1 : 0 }

    /// `Clip` with its limits as constants.
    public var onnx: ONNXForm {
        ONNXForm(
            "Clip",
            trailing: [lower.map { .float($0) } ?? .absent, upper.map { .float($0) } ?? .absent]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        if let folded = try folded(node) { return [folded] }
        if (1...2).contains(where: { node.isComputed($0) }) {
            return [try lowerValues(node, into: &lowering)]
        }
        // Attributes before operator set 11, inputs since.
        let lower = try node.rawFloat("min") ?? node.optionalFloat(1)
        let upper = try node.rawFloat("max") ?? node.optionalFloat(2)
        guard lower?.isNaN != true, upper?.isNaN != true else { throw node.error("a limit is not a number") }
        return [try lowering.emit(Clip(lower: lower, upper: upper), node, inputs: [0])]
    }

    /// Limits that are computed when the model runs; one that is left out is an infinity.
    private static func lowerValues(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let limits = [-Float.infinity, .infinity].map { ImportedValue.constant(Tensor(scalar: $0)) }
        return try lowering.emit(
            ClipToValues(),
            node,
            arguments: [
                (try node.input(0), name: "\(node.name).0"),
                (node.optionalInput(1) ?? limits[0], name: "\(node.name).1"),
                (node.optionalInput(2) ?? limits[1], name: "\(node.name).2"),
            ]
        )
    }

    /// Integers that are known at import, however large they are, or nil if they are not.
    private static func folded(_ node: ONNXNode) throws -> ImportedValue? {
        guard case .integers(let array) = try node.input(0), let numbers = array.fixed else { return nil }
        let (lower, upper) = (try node.optionalFixedIntegers(1), try node.optionalFixedIntegers(2))
        guard lower?.count ?? 1 == 1, upper?.count ?? 1 == 1 else {
            throw node.error("its limits are one number each")
        }
        let limited = numbers.map { number in
            min(max(number, lower?[0] ?? number), upper?[0] ?? .max)
        }
        return .integers(
            IntegerArray(shape: array.shape, elements: limited.map { Dimension(constant: $0) })
        )
    }
}
