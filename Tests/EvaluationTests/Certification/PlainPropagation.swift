import BulwarkModels
import BulwarkTensors

/// CROWN as the paper writes it: matrices in double precision, one function at a time, nothing skipped and
/// nothing added for rounding.
///
/// For affine layers with rectifiers between them. Layers are found by asking the model's parts for unit
/// vectors, so nothing is shared with what is tested but the choice of lines.
struct PlainPropagation {
    /// Rows of weights with what is added.
    struct Layer {
        var weights: [[Double]]
        var bias: [Double]
    }

    let layers: [Layer]

    /// A layer from what it gives for unit vectors.
    static func layer(_ size: Int, _ value: ([Float]) throws -> [Float]) rethrows -> Layer {
        let zero = try value([Float](repeating: 0, count: size))
        var weights = [[Double]](repeating: Array(repeating: 0, count: size), count: zero.count)
        for column in 0..<size {
            var unit = [Float](repeating: 0, count: size)
            unit[column] = 1
            for (row, number) in try value(unit).enumerated() {
                weights[row][column] = Double(number) - Double(zero[row])
            }
        }
        return Layer(weights: weights, bias: zero.map(Double.init))
    }

    /// What the score of a class is above the others' at least.
    func margins(lower: [Double], upper: [Double], label: Int) -> [Double] {
        var known: [(lower: [Double], upper: [Double])] = []
        for depth in layers.indices.dropLast() {
            let count = layers[depth].bias.count
            var ends = (lower: [Double](), upper: [Double]())
            for row in 0..<count {
                var unit = [Double](repeating: 0, count: count)
                unit[row] = 1
                let low = least(unit, depth, known, lower, upper)
                let high = least(unit.map { -$0 }, depth, known, lower, upper)
                // What intervals tell the sign of is exact already.
                let isOpen = low.near < 0 && high.near < 0
                ends.lower.append(isOpen ? max(low.near, low.far) : low.near)
                ends.upper.append(isOpen ? -max(high.near, high.far) : -high.near)
            }
            known.append(ends)
        }
        let classes = layers[layers.count - 1].bias.count
        return (0..<classes).map { other in
            guard other != label else { return .infinity }
            var difference = [Double](repeating: 0, count: classes)
            difference[label] = 1
            difference[other] = -1
            let ends = least(difference, layers.count - 1, known, lower, upper)
            return max(ends.near, ends.far)
        }
    }

    /// What intervals of the layer before, and what functions of the input say.
    private func least(
        _ coefficients: [Double],
        _ depth: Int,
        _ known: [(lower: [Double], upper: [Double])],
        _ lower: [Double],
        _ upper: [Double]
    ) -> (near: Double, far: Double) {
        var (row, sum) = through(layers[depth], coefficients)
        var near = -Double.infinity
        for index in (0..<depth).reversed() {
            let (low, high) = known[index]
            if index == depth - 1 {
                near = zip(row, zip(low, high)).reduce(sum) { total, term in
                    let (least, most) = (max(term.1.0, 0), max(term.1.1, 0))
                    return total + min(term.0 * least, term.0 * most)
                }
            }
            for neuron in row.indices {
                let (below, above) = Self.lines(low[neuron], high[neuron])
                let line = row[neuron] > 0 ? below : above
                sum += row[neuron] * line.offset
                row[neuron] *= line.slope
            }
            let (next, more) = through(layers[index], row)
            (row, sum) = (next, sum + more)
        }
        let far = zip(row, zip(lower, upper)).reduce(sum) { $0 + min($1.0 * $1.1.0, $1.0 * $1.1.1) }
        return (depth == 0 ? far : near, far)
    }

    private func through(_ layer: Layer, _ coefficients: [Double]) -> ([Double], Double) {
        var row = [Double](repeating: 0, count: layer.weights[0].count)
        for (coefficient, weights) in zip(coefficients, layer.weights) where coefficient != 0 {
            for column in row.indices { row[column] += coefficient * weights[column] }
        }
        return (row, zip(coefficients, layer.bias).reduce(0) { $0 + $1.0 * $1.1 })
    }

    private static func lines(
        _ lower: Double,
        _ upper: Double
    ) -> (below: (slope: Double, offset: Double), above: (slope: Double, offset: Double)) {
        if lower >= 0 { return ((1, 0), (1, 0)) }
        if upper <= 0 { return ((0, 0), (0, 0)) }
        let slope = upper / (upper - lower)
        return ((upper > -lower ? 1 : 0, 0), (slope, -slope * lower))
    }
}
