import RealModule

/// The sine of an angle in radians (ONNX `Sin`).
public struct Sin: PlainFunction {
    /// A sine.
    public init() {}

    /// `sin(x)`.
    public func apply(_ x: Float) -> Float { .sin(x) }
    /// `cos(x)`.
    public func derivative(_ x: Float, _ y: Float) -> Float { .cos(x) }

    /// `Sin`.
    public var onnx: ONNXForm { ONNXForm("Sin") }
}

/// The cosine of an angle in radians (ONNX `Cos`).
public struct Cos: PlainFunction {
    /// A cosine.
    public init() {}

    /// `cos(x)`.
    public func apply(_ x: Float) -> Float { .cos(x) }
    /// `-sin(x)`.
    public func derivative(_ x: Float, _ y: Float) -> Float { -.sin(x) }

    /// `Cos`.
    public var onnx: ONNXForm { ONNXForm("Cos") }
}

/// The tangent of an angle in radians (ONNX `Tan`).
public struct Tan: PlainFunction {
    /// A tangent.
    public init() {}

    /// `tan(x)`.
    public func apply(_ x: Float) -> Float { .tan(x) }
    /// `1 + y²`.
    public func derivative(_ x: Float, _ y: Float) -> Float { 1 + y * y }

    /// `Tan`.
    public var onnx: ONNXForm { ONNXForm("Tan") }
}

/// The angle in -π/2…π/2 with a given sine (ONNX `Asin`).
public struct Asin: PlainFunction {
    /// An inverse sine.
    public init() {}

    /// The inverse sine of `x`; NaN outside -1…1.
    public func apply(_ x: Float) -> Float { .asin(x) }
    /// `1 / √(1 - x²)`, infinite at ±1.
    public func derivative(_ x: Float, _ y: Float) -> Float { 1 / ((1 - x) * (1 + x)).squareRoot() }

    /// `Asin`.
    public var onnx: ONNXForm { ONNXForm("Asin") }
}

/// The angle in 0…π with a given cosine (ONNX `Acos`).
public struct Acos: PlainFunction {
    /// An inverse cosine.
    public init() {}

    /// The inverse cosine of `x`; NaN outside -1…1.
    public func apply(_ x: Float) -> Float { .acos(x) }
    /// `-1 / √(1 - x²)`, infinite at ±1.
    public func derivative(_ x: Float, _ y: Float) -> Float { -1 / ((1 - x) * (1 + x)).squareRoot() }

    /// `Acos`.
    public var onnx: ONNXForm { ONNXForm("Acos") }
}

/// The angle in -π/2…π/2 with a given tangent (ONNX `Atan`).
public struct Atan: PlainFunction {
    /// An inverse tangent.
    public init() {}

    /// The inverse tangent of `x`.
    public func apply(_ x: Float) -> Float { .atan(x) }
    /// `1 / (1 + x²)`.
    public func derivative(_ x: Float, _ y: Float) -> Float { 1 / (1 + x * x) }

    /// `Atan`.
    public var onnx: ONNXForm { ONNXForm("Atan") }
}
