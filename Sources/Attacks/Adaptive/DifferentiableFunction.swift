import BulwarkTensors

/// A function from samples to samples that can carry a gradient back.
///
/// Samples come row by row, as attacks have them, and keep their number of elements.
public protocol DifferentiableFunction: Sendable {
    /// The value at a point.
    func value(at point: [Float]) -> [Float]

    /// The vector–Jacobian product: the gradient with respect to the point.
    ///
    /// - Parameters:
    ///   - cotangent: The gradient with respect to the value.
    ///   - point: Where the function was evaluated.
    /// - Returns: As many elements as the point has.
    func pullback(of cotangent: [Float], at point: [Float]) -> [Float]
}

/// The function that changes nothing.
public struct IdentityFunction: DifferentiableFunction {
    /// The identity.
    public init() {}

    /// The point.
    public func value(at point: [Float]) -> [Float] { point }

    /// The cotangent.
    public func pullback(of cotangent: [Float], at point: [Float]) -> [Float] { cotangent }
}

/// A distribution of functions from samples to samples: what a defence, a camera or an adversary may do to
/// an input.
public protocol RandomTransformation: Sendable {
    /// One function of the distribution.
    ///
    /// - Parameters:
    ///   - shape: The shape of a sample.
    ///   - random: Where the choice comes from.
    /// - Returns: A function that always does the same.
    /// - Throws: `AttackError.needsImages` if the transformation is one of images and the sample is none.
    func draw(for shape: Shape, random: inout SeededRandom) throws -> any DifferentiableFunction
}

extension SeededRandom {
    /// A whole number of a range, each as likely as the others.
    mutating func wholeNumber(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next().multipliedFullWidth(by: UInt64(range.count)).high)
    }
}
