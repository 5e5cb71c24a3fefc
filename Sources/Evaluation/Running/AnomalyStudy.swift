import BulwarkDefenses
import BulwarkModels
import BulwarkTensors

/// What detectors fitted on clean reference samples would have seen of each attack.
///
/// Negatives are the assessed samples as they are; positives are all candidates of an attack, successful or not: an
/// operator sees the attempts as well.
struct AnomalyStudy {
    /// One row for each detector, space and attack; empty without reference samples.
    let results: [Assessment.AnomalyResult]

    /// The most features a detector with a covariance matrix is fitted on: its cost grows with the cube.
    static let maximumCovarianceFeatures = 1024
    /// The most points of a curve that are kept for drawing.
    private static let maximumCurvePoints = 100

    /// - Throws: What the model throws; a detector that cannot be fitted is left out.
    init(
        _ model: some ActivationAccess,
        _ samples: AssessmentSamples,
        _ runs: [AttackRun],
        progress: (String, Int, Int) -> Void
    ) throws {
        guard let reference = samples.reference, reference.rowCount > 0 else {
            results = []
            return
        }
        var results: [Assessment.AnomalyResult] = []
        for space in Space.allCases {
            guard let fitted = try space.features(of: reference, model),
                let negatives = try space.features(of: samples.inputs, model)
            else { continue }
            let candidates = try runs.map { try space.features(of: $0.candidates, model) }
            for (index, detector) in Self.detectors(for: fitted).enumerated() {
                progress("fitting detectors on \(space.rawValue)", index, 3)
                let clean = detector.scores(for: negatives)
                for (run, features) in zip(runs, candidates) {
                    guard let features, features.rowCount > 0 else { continue }
                    let scores = detector.scores(for: features)
                    results.append(Self.result(detector.name, space, run.name, clean, scores))
                }
            }
        }
        self.results = results
    }

    /// Where a detector looks.
    private enum Space: String, CaseIterable {
        case inputs, activations

        func features(of inputs: Tensor, _ model: some ActivationAccess) throws -> Tensor? {
            switch self {
            case .inputs: inputs.reshaped(to: [inputs.rowCount, inputs.rowSize])
            case .activations: try model.activations(for: inputs)
            }
        }
    }

    private static func detectors(for reference: Tensor) -> [any AnomalyDetector] {
        var detectors: [any AnomalyDetector] = []
        if let detector = try? ZScoreDetector(fitting: reference) { detectors.append(detector) }
        if let detector = try? RobustZScoreDetector(fitting: reference) { detectors.append(detector) }
        if reference.rowSize <= maximumCovarianceFeatures,
            let detector = try? MahalanobisDetector(fitting: reference)
        {
            detectors.append(detector)
        }
        return detectors
    }

    private static func result(
        _ detector: String,
        _ space: Space,
        _ attack: String,
        _ negatives: [Double],
        _ positives: [Double]
    ) -> Assessment.AnomalyResult {
        let characteristic = ReceiverOperatingCharacteristic(negatives: negatives, positives: positives)
        let point = characteristic.operatingPoint(atFalsePositiveRate: 0.01)
        return Assessment.AnomalyResult(
            detector: detector,
            space: space.rawValue,
            attack: attack,
            auroc: characteristic.areaUnderCurve(),
            truePositiveRateAt1PercentFPR: point.truePositiveRate,
            note: point.undefined.map(\.description),
            curve: thinned(characteristic.points.map { [$0.falsePositiveRate, $0.truePositiveRate] })
        )
    }

    /// At most `maximumCurvePoints` of the points, the first and the last among them.
    private static func thinned(_ points: [[Double]]) -> [[Double]] {
        guard points.count > maximumCurvePoints else { return points }
        let last = points.count - 1
        return (0..<maximumCurvePoints).map { points[$0 * last / (maximumCurvePoints - 1)] }
    }
}
