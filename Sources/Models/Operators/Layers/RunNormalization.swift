import BulwarkTensors

/// What layer and instance normalisation have in common: runs of neighbouring elements are brought to mean 0
/// and variance 1, then scaled and shifted.
struct RunNormalization {
    /// Which element of scale and bias belongs to an element of a run.
    enum Parameters {
        /// One for each position in a run.
        case ofPosition
        /// One for each run, over again after that many.
        case ofRun(count: Int)
    }

    /// The number of elements that are normalised together.
    let length: Int
    /// What is added to the variance before its root is taken.
    let epsilon: Float
    let parameters: Parameters

    private var parameterCount: Int {
        switch parameters {
        case .ofPosition: length
        case .ofRun(let count): count
        }
    }

    /// `(x - mean) / √(variance + epsilon) · scale + bias` for each run.
    func value(_ values: Tensor, scale: Tensor, bias: Tensor?) -> Tensor {
        let (x, scale, bias) = (values.elements, scale.elements, bias?.elements)
        return Tensor(values.shape) { target in
            forEachRun(values) { run, start in
                let (mean, inverse) = moments(x, start)
                switch parameters {
                case .ofPosition:
                    for offset in 0..<length {
                        let normalized = (x[start + offset] - mean) * inverse
                        target[start + offset] = normalized * scale[offset] + (bias?[offset] ?? 0)
                    }
                case .ofRun(let count):
                    let (factor, shift) = (inverse * scale[run % count], bias?[run % count] ?? 0)
                    for position in start..<start + length {
                        target[position] = (x[position] - mean) * factor + shift
                    }
                }
            }
        }
    }

    /// The gradients of values, scale and bias that are needed.
    ///
    /// With `n` the normalised values and `h = cotangent · scale`, that of the values is `(h - mean(h) - n ·
    /// mean(h · n)) / √(variance + epsilon)`.
    func vjp(_ cotangent: Tensor, _ values: Tensor, scale: Tensor, needed: [Bool]) -> [Tensor?] {
        let (x, factors, gradient) = (values.elements, scale.elements, cotangent.elements)
        var scaleSums = [Double](repeating: 0, count: parameterCount)
        var biasSums = scaleSums
        let needsParameters = needed.dropFirst().contains(true)
        var ofValues: Tensor? = needed[0] ? Tensor(values.shape) : nil
        forEachRun(values) { run, start in
            let (mean, inverse) = moments(x, start)
            if needsParameters {
                for offset in 0..<length {
                    let own = parameter(run, offset)
                    let step = Double(gradient[start + offset])
                    biasSums[own] += step
                    scaleSums[own] += step * Double((x[start + offset] - mean) * inverse)
                }
            }
            ofValues?.mutate { target in
                var (sum, product) = (0.0, 0.0)
                for offset in 0..<length {
                    let step = gradient[start + offset] * factors[parameter(run, offset)]
                    sum += Double(step)
                    product += Double(step) * Double((x[start + offset] - mean) * inverse)
                }
                let (level, slope) = (Float(sum / Double(length)), Float(product / Double(length)))
                for offset in 0..<length {
                    let step = gradient[start + offset] * factors[parameter(run, offset)]
                    let normalized = (x[start + offset] - mean) * inverse
                    target[start + offset] = inverse * (step - level - normalized * slope)
                }
            }
        }
        let sums = [scaleSums, biasSums]
        return [ofValues]
            + (1..<needed.count).map { input in
                needed[input] ? Tensor(scale.shape, generating: { Float(sums[input - 1][$0]) }) : nil
            }
    }

    @inline(__always)
    private func parameter(_ run: Int, _ offset: Int) -> Int {
        switch parameters {
        case .ofPosition: offset
        case .ofRun(let count): run % count
        }
    }

    private func forEachRun(_ values: Tensor, _ body: (_ run: Int, _ start: Int) -> Void) {
        guard length > 0 else { return }
        for run in 0..<values.count / length { body(run, run * length) }
    }

    /// The mean of a run, and one over the root of its variance and epsilon.
    private func moments(_ x: Elements, _ start: Int) -> (mean: Float, inverse: Float) {
        var sum = 0.0
        for position in start..<start + length { sum += Double(x[position]) }
        let mean = sum / Double(length)
        var squares = 0.0
        for position in start..<start + length {
            let distance = Double(x[position]) - mean
            squares += distance * distance
        }
        let inverse = 1 / (squares / Double(length) + Double(epsilon)).squareRoot()
        return (Float(mean), Float(inverse))
    }
}
