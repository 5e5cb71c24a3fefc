import BulwarkTensors

/// How far results in 32-bit floats are from those in real numbers.
///
/// A bound on real numbers says nothing sure of the floats that a model really computes: Jia and Rinard,
/// "Exploiting verified neural networks via floating point numerical error" (SAS 2021). So a sum of n
/// products is taken to be off by n units of rounding of the sum of their magnitudes, which holds for every
/// order of the sum, with or without fused multiplication. The allowance is the same for coefficients of
/// bounds, which are sums of products in floats themselves. Numbers too small for a float (below 10⁻³⁸) are
/// not accounted for.
enum Rounding {
    /// What one rounding changes at most, relative to the result.
    static let unit = 0x1p-24

    /// What a number of roundings change together, relative to the sum of the magnitudes.
    ///
    /// Higham, "Accuracy and stability of numerical algorithms" (2002), lemma 3.1.
    static func relativeError(of operations: Int) -> Double {
        let sum = Double(operations) * unit
        return sum < 0.5 ? sum / (1 - sum) : .infinity
    }
}

/// What the rounding of a convolution by transformed tiles is relative to.
///
/// Backends compute convolutions of three by three by F(2×2, 3×3): Lavin and Gray, "Fast algorithms for
/// convolutional neural networks" (CVPR 2016), section 4.1. There an output is a sum of products of
/// transformed pixels of a tile of four by four and transformed weights. A transformed pixel is at most four
/// times the largest pixel; a pixel of the output takes three of the four rows and columns of transformed
/// weights, which together hold the rows of the kernel 2, 1 and 1 times or 1, 1 and 2 times.
struct TiledConvolution: Sendable {
    /// What the largest pixel of each channel of the input counts in each channel of the output.
    private let factors: [[Double]]
    private let inputsPerGroup: Int
    private let outputsPerGroup: Int
    private let inputPlane: Int

    /// How many roundings a pixel of the output goes through: four for a pixel's, six for a weight's
    /// transform and its product, six for the output's, and one for each channel that is summed.
    var roundings: Int { inputsPerGroup + 16 }

    /// - Parameters:
    ///   - weights: `[outputs, inputs / groups, 3, 3]`.
    ///   - groups: The number of groups of channels.
    ///   - inputPlane: The number of pixels of an image.
    init(weights: Tensor, groups: Int, inputPlane: Int) {
        let (outputs, inputs) = (weights.shape[0], weights.shape[1])
        let counts: [[Double]] = [[2, 1, 1], [1, 1, 2]]
        let elements = weights.elements
        factors = (0..<outputs).map { output in
            (0..<inputs).map { input in
                var largest = 0.0
                for rows in counts {
                    for columns in counts {
                        var sum = 0.0
                        for tap in 0..<9 {
                            let weight = elements[(output * inputs + input) * 9 + tap]
                            sum += rows[tap / 3] * columns[tap % 3] * Double(weight.magnitude)
                        }
                        largest = max(largest, 4 * sum)
                    }
                }
                return largest
            }
        }
        inputsPerGroup = inputs
        outputsPerGroup = max(outputs / groups, 1)
        self.inputPlane = inputPlane
    }

    /// For each channel of the output the sum of magnitudes that its rounding is relative to.
    func magnitudes(of input: [Double]) -> [Double] {
        let largest = stride(from: 0, to: input.count, by: inputPlane).map { start in
            input[start..<start + inputPlane].reduce(0, max)
        }
        return factors.indices.map { output in
            let first = output / outputsPerGroup * inputsPerGroup
            return factors[output].indices.reduce(0) { $0 + factors[output][$1] * largest[first + $1] }
        }
    }
}
