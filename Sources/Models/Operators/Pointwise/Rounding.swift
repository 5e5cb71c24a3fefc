/// The smallest whole number that is not below an element (ONNX `Ceil`).
public struct Ceil: PlainFunction {
    /// A ceiling.
    public init() {}

    /// `⌈x⌉`.
    public func apply(_ x: Float) -> Float { x.rounded(.up) }
    /// 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { 0 }
    /// It moves in steps.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// `Ceil`.
    public var onnx: ONNXForm { ONNXForm("Ceil") }
}

/// The largest whole number that is not above an element (ONNX `Floor`).
public struct Floor: PlainFunction {
    /// A floor.
    public init() {}

    /// `⌊x⌋`.
    public func apply(_ x: Float) -> Float { x.rounded(.down) }
    /// 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { 0 }
    /// It moves in steps.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// `Floor`.
    public var onnx: ONNXForm { ONNXForm("Floor") }
}

/// The nearest whole number, the even one in the middle between two (ONNX `Round`).
public struct Round: PlainFunction {
    /// A rounding.
    public init() {}

    /// The nearest whole number; halves go to the even neighbour.
    public func apply(_ x: Float) -> Float { x.rounded(.toNearestOrEven) }
    /// 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { 0 }
    /// It moves in steps.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// `Round`.
    public var onnx: ONNXForm { ONNXForm("Round") }
}
