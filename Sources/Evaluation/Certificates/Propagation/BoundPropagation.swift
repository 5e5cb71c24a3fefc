import BulwarkModels
import BulwarkTensors

/// Bounds of a classifier's scores by propagation through its layers.
struct BoundPropagation: Sendable {
    let norm: Norm
    private let network: BoundedNetwork
    private let bounds: Bounds
    private let substitutesAll: Bool

    /// - Parameters:
    ///   - model: The classifier.
    ///   - norm: Linf or L2.
    ///   - bounds: The values that inputs may have.
    ///   - name: The name of the method, for errors.
    ///   - substitutesAll: Whether bounds go back to the input, not only to the intervals in between.
    /// - Throws: `CertificateError`.
    init(
        _ model: ClassifierGraph,
        norm: Norm,
        bounds: Bounds,
        name: String,
        substitutesAll: Bool
    ) throws {
        guard norm == .linf || norm == .l2 else {
            throw CertificateError.unsupportedNorm(certificate: name, norm: norm)
        }
        self.norm = norm
        network = try BoundedNetwork(model.graph)
        self.bounds = bounds
        self.substitutesAll = substitutesAll
    }

    /// About how many multiplications the bounds of one sample take, if no neuron's sign is known.
    var operations: Double {
        network.intervalOperations + (substitutesAll ? network.substitutionOperations : 0)
    }

    /// What each difference of scores is not below.
    ///
    /// The difference is taken into the last layer, so that two scores that rise together do not count twice.
    func marginBounds(of sample: [Float], label: Int, epsilon: Double) -> [Double] {
        let classes = network.featureCounts[network.output]
        precondition((0..<classes).contains(label), "the label is a class")
        var state = propagate(sample, epsilon)
        var result = [Double](repeating: .infinity, count: classes)
        let others = (0..<classes).filter { $0 != label }
        for start in stride(from: 0, to: others.count, by: LinearFunctions.count) {
            let group = others[start..<min(start + LinearFunctions.count, others.count)]
            let ends = lowerEnds(&state) { functions in
                for (lane, other) in group.enumerated() {
                    functions.add(1, at: label, function: lane)
                    functions.add(-1, at: other, function: lane)
                }
            }
            for (lane, other) in group.enumerated() { result[other] = ends[lane] }
        }
        return result
    }

    /// What each score lies between.
    func logitBounds(of sample: [Float], epsilon: Double) -> [ClosedRange<Double>] {
        let classes = network.featureCounts[network.output]
        var state = propagate(sample, epsilon)
        return (0..<classes).map { label in
            let ends = lowerEnds(&state) { functions in
                functions.add(1, at: label, function: 0)
                functions.add(-1, at: label, function: 1)
            }
            return ends[0]...max(ends[0], -ends[1])
        }
    }

    private func propagate(_ sample: [Float], _ epsilon: Double) -> NetworkBounds {
        precondition(sample.count == network.featureCounts[0], "the sample has the elements of an input")
        let region = InputRegion(center: sample, norm: norm, epsilon: epsilon, bounds: bounds)
        return NetworkBounds(network, in: region, substitutesAll: substitutesAll)
    }

    /// Functions of the scores; by substitution up to the intervals, and up to the input as well if asked.
    private func lowerEnds(
        _ state: inout NetworkBounds,
        _ start: (inout LinearFunctions) -> Void
    ) -> SIMD16<Double> {
        let near = state.lowerEnds(at: network.output, stopsAtIntervals: true, start)
        guard substitutesAll else { return near }
        let far = state.lowerEnds(at: network.output, stopsAtIntervals: false, start)
        return near.replacing(with: far, where: far .> near)
    }
}
