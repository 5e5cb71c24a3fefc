import RealModule

/// The hyperbolic sine (ONNX `Sinh`).
public struct Sinh: PlainFunction {
    /// A hyperbolic sine.
    public init() {}

    /// `sinh(x)`.
    public func apply(_ x: Float) -> Float { .sinh(x) }
    /// `cosh(x)`.
    public func derivative(_ x: Float, _ y: Float) -> Float { .cosh(x) }

    /// `Sinh`.
    public var onnx: ONNXForm { ONNXForm("Sinh") }
}

/// The hyperbolic cosine (ONNX `Cosh`).
public struct Cosh: PlainFunction {
    /// A hyperbolic cosine.
    public init() {}

    /// `cosh(x)`.
    public func apply(_ x: Float) -> Float { .cosh(x) }
    /// `sinh(x)`.
    public func derivative(_ x: Float, _ y: Float) -> Float { .sinh(x) }

    /// `Cosh`.
    public var onnx: ONNXForm { ONNXForm("Cosh") }
}

/// The inverse of the hyperbolic sine (ONNX `Asinh`).
public struct Asinh: PlainFunction {
    /// An inverse hyperbolic sine.
    public init() {}

    /// The number whose hyperbolic sine is `x`.
    public func apply(_ x: Float) -> Float { .asinh(x) }
    /// `1 / √(1 + x²)`.
    public func derivative(_ x: Float, _ y: Float) -> Float { 1 / .hypot(1, x) }

    /// `Asinh`.
    public var onnx: ONNXForm { ONNXForm("Asinh") }
}

/// The inverse of the hyperbolic cosine (ONNX `Acosh`).
public struct Acosh: PlainFunction {
    /// An inverse hyperbolic cosine.
    public init() {}

    /// The number from 0 up whose hyperbolic cosine is `x`; NaN below 1.
    public func apply(_ x: Float) -> Float { .acosh(x) }
    /// `1 / √(x² - 1)`, infinite at 1; the roots are taken one by one so that no square overflows.
    public func derivative(_ x: Float, _ y: Float) -> Float {
        1 / ((x - 1).squareRoot() * (x + 1).squareRoot())
    }

    /// `Acosh`.
    public var onnx: ONNXForm { ONNXForm("Acosh") }
}

/// The inverse of the hyperbolic tangent (ONNX `Atanh`).
public struct Atanh: PlainFunction {
    /// An inverse hyperbolic tangent.
    public init() {}

    /// The number whose hyperbolic tangent is `x`; infinite at ±1, NaN beyond.
    public func apply(_ x: Float) -> Float { .atanh(x) }
    /// `1 / (1 - x²)`, infinite at ±1.
    public func derivative(_ x: Float, _ y: Float) -> Float { 1 / ((1 - x) * (1 + x)) }

    /// `Atanh`.
    public var onnx: ONNXForm { ONNXForm("Atanh") }
}
