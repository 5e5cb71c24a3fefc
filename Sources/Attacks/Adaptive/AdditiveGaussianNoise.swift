import BulwarkTensors

/// Adds a number from a normal distribution to each element.
///
/// What randomised smoothing and many randomised defences do to an input.
public struct AdditiveGaussianNoise: RandomTransformation {
    /// The standard deviation in input units.
    public let standardDeviation: Float

    /// Noise of a standard deviation in input units.
    public init(standardDeviation: Float) {
        precondition(standardDeviation >= 0 && standardDeviation.isFinite, "a deviation is a finite length")
        self.standardDeviation = standardDeviation
    }

    /// The addition of one draw of the noise.
    public func draw(for shape: Shape, random: inout SeededRandom) -> any DifferentiableFunction {
        Addition(offset: [Float].normal(shape.count, &random).times(standardDeviation))
    }

    private struct Addition: DifferentiableFunction {
        let offset: [Float]

        func value(at point: [Float]) -> [Float] { point.plus(offset) }
        func pullback(of cotangent: [Float], at point: [Float]) -> [Float] { cotangent }
    }
}
