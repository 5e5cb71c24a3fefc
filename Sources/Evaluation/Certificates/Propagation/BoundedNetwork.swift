import BulwarkModels
import BulwarkTensors

/// A classifier's graph as the layers that bounds are propagated through, for one sample.
///
/// A value is a list of features. Value 0 is the input, and each layer gives the next; what only changes the
/// shape is no layer.
struct BoundedNetwork: Sendable {
    /// What a layer computes.
    enum Layer: Sendable {
        /// Weighted sums of features of one or more values.
        case affine(AffineMap)
        /// One function of every feature of a value.
        case piecewise(PiecewiseLinear, input: Int)
        /// The largest feature of each of several windows.
        case maximum(MaximumWindows, input: Int)
    }

    /// The layers, each after what it reads; layer `i` gives value `i + 1`.
    let layers: [Layer]
    /// The number of features of each value.
    let featureCounts: [Int]
    /// How many neighbouring features of each value belong to one channel.
    let planes: [Int]
    /// The value with the scores.
    let output: Int

    /// Whether a layer that is not affine reads a value.
    let isBent: [Bool]
    /// Whether a maximum reads a value, perhaps behind a function of each feature.
    let meetsMaximum: [Bool]
    /// Whether a value depends on the input through affine layers alone.
    let isAffine: [Bool]
    /// How many roundings of floats a value has behind it since the last layer that is not affine.
    let roundings: [Int]
    /// How many terms a coefficient of a feature of a value is summed from in a substitution.
    let substitutions: [Int]

    /// - Throws: `CertificateError.unboundedNode` if something in the graph cannot be bounded.
    init(_ graph: Graph) throws {
        var reading = try NetworkReading(graph)
        for node in graph.nodes { try reading.read(node) }
        layers = reading.layers
        featureCounts = reading.featureCounts
        planes = reading.planes
        output = try reading.value(of: graph.outputs[0])

        let count = featureCounts.count
        var isBent = [Bool](repeating: false, count: count)
        var meetsMaximum = isBent
        var isAffine = [Bool](repeating: true, count: count)
        var roundings = [Int](repeating: 0, count: count)
        var substitutions = roundings
        for (index, layer) in layers.enumerated() {
            switch layer {
            case .affine(let map):
                isAffine[index + 1] = map.parts.allSatisfy { isAffine[$0.input] }
                roundings[index + 1] = map.roundings + (map.parts.map { roundings[$0.input] }.max() ?? 0)
                for part in map.parts { substitutions[part.input] += part.rows.mostReaders }
            case .piecewise(_, let input):
                isAffine[index + 1] = false
                isBent[input] = true
                substitutions[input] += 1
            case .maximum(let windows, let input):
                isAffine[index + 1] = false
                isBent[input] = true
                substitutions[input] += windows.mostReaders
            }
        }
        for (index, layer) in layers.enumerated().reversed() {
            switch layer {
            case .affine: break
            case .piecewise(_, let input): if meetsMaximum[index + 1] { meetsMaximum[input] = true }
            case .maximum(_, let input): meetsMaximum[input] = true
            }
        }
        self.isBent = isBent
        self.meetsMaximum = meetsMaximum
        self.isAffine = isAffine
        self.roundings = roundings
        self.substitutions = substitutions
    }

    /// The features of a value in an order in which neighbours depend on nearly the same features before
    /// them: all channels of one place, then of the next.
    func neighbourly(_ features: some Sequence<Int>, of value: Int) -> [Int] {
        let plane = planes[value]
        return plane == 1 ? Array(features) : features.sorted { ($0 % plane, $0) < ($1 % plane, $1) }
    }
}
