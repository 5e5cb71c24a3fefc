import BulwarkDefenses
import BulwarkModels
import BulwarkTensors

/// What detectors fitted on clean reference samples would have seen of each attack.
///
/// Negatives are the assessed samples as they are; positives are all candidates of an attack, successful or
/// not: an operator sees the attempts as well.
package struct AnomalyStudy {
    /// One row for each detector, space and attack; empty without reference samples.
    package let results: [Assessment.AnomalyResult]
    /// Why detectors are missing, if some are.
    package let notes: [String]
    /// Why there is no study; nil if there is one.
    package private(set) var stop: RunStop?

    /// The most features a detector with a covariance matrix is fitted on: its cost grows with the cube.
    package static let maximumCovarianceFeatures = 1024
    /// The most points of a curve that are kept for drawing.
    private static let maximumCurvePoints = 100

    /// No study, because the run ended early.
    package init(leftOutBy stop: RunStop) {
        results = []
        notes = ["no detector was fitted, because the run ended early: \(stop)"]
        self.stop = stop
    }

    /// Looks at the activations of a model, too.
    ///
    /// - Throws: What the model throws; a detector that cannot be fitted is left out with a note.
    package init(
        _ model: some ActivationAccess,
        _ samples: AssessmentSamples,
        _ runs: [AttackRun],
        progress: (String, Int, Int) -> Void
    ) throws {
        try self.init(activations: { try model.activations(for: $0) }, samples, runs, progress: progress)
    }

    /// - Parameters:
    ///   - activations: The model's activations, if they are within reach.
    ///   - samples: What was assessed, and clean samples beside it.
    ///   - runs: The attacks.
    ///   - progress: Called with a step's name, how much of it is done, and of how much.
    /// - Throws: What the model throws; a detector that cannot be fitted is left out with a note.
    package init(
        activations: ((Tensor) throws -> Tensor?)?,
        _ samples: AssessmentSamples,
        _ runs: [AttackRun],
        progress: (String, Int, Int) -> Void
    ) throws {
        guard let reference = samples.reference, reference.rowCount > 0 else {
            results = []
            notes = ["no detector was fitted, because there are no clean samples beside the assessed ones"]
            return
        }
        var results: [Assessment.AnomalyResult] = []
        var notes: [String] = []
        for space in Space.allCases {
            guard let fitted = try space.features(of: reference, activations),
                let negatives = try space.features(of: samples.inputs, activations)
            else {
                notes.append(
                    activations == nil
                        ? "only the model's scores are within reach, so there are no \(space.rawValue) to look at"
                        : "the model has no layer before its last one, so there are no \(space.rawValue) to look at"
                )
                continue
            }
            let candidates = try runs.map { try space.features(of: $0.candidates, activations) }
            for (index, type) in Self.detectors.enumerated() {
                progress("detectors on \(space.rawValue)", index, Self.detectors.count)
                let detector: any AnomalyDetector
                do {
                    detector = try Self.fit(type, to: fitted)
                } catch {
                    notes.append("\(type.name) on \(space.rawValue) was not fitted: \(error)")
                    continue
                }
                let clean = detector.scores(for: negatives)
                for (run, features) in zip(runs, candidates) {
                    guard let features, features.rowCount > 0 else { continue }
                    let scores = detector.scores(for: features)
                    results.append(Self.result(type.name, space, run.name, clean, scores))
                }
            }
        }
        self.results = results
        self.notes = notes
    }

    /// Where a detector looks.
    private enum Space: String, CaseIterable {
        case inputs, activations

        func features(of inputs: Tensor, _ activations: ((Tensor) throws -> Tensor?)?) throws -> Tensor? {
            switch self {
            case .inputs: inputs.reshaped(to: [inputs.rowCount, inputs.rowSize])
            case .activations: try activations?(inputs)
            }
        }
    }

    private static let detectors: [any AnomalyDetector.Type] = [
        ZScoreDetector.self, RobustZScoreDetector.self, MahalanobisDetector.self,
    ]

    /// Why a detector was not even tried.
    private struct TooManyFeatures: Error, CustomStringConvertible {
        let count: Int
        var description: String {
            "\(count) features are more than the \(maximumCovarianceFeatures) it is fitted on"
        }
    }

    private static func fit(
        _ type: any AnomalyDetector.Type,
        to reference: Tensor
    ) throws -> any AnomalyDetector {
        if type is MahalanobisDetector.Type, reference.rowSize > maximumCovarianceFeatures {
            throw TooManyFeatures(count: reference.rowSize)
        }
        return try type.init(fittedTo: reference)
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
