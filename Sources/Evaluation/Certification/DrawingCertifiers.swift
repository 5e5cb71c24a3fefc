import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Certificates of the smoothed classifier, a Euclidean radius each.
///
/// A threat in another norm is certified where the Euclidean ball that holds all it allows is.
struct SmoothingCertifier: SampleCertifier {
    let smoothing: RandomizedSmoothing
    let threat: ThreatModel
    let model: any LabelAccess
    let seed: UInt64

    var method: CertificateMethod { .smoothing }
    var norm: Norm { .l2 }
    var operations: Double { 0 }
    var worksSideBySide: Bool { false }
    var looksAtErrors: Bool { true }
    var settings: String {
        "noise of deviation \(smoothing.noiseDeviation), \(smoothing.estimationDraws) draws; each certificate "
            + "is wrong with a probability of at most \(smoothing.errorProbability)"
    }

    func findings(on sample: CertifiableSample) throws -> CertificateFindings {
        let found = try smoothing.certificate(
            of: sample.elements,
            index: sample.index,
            by: model,
            seed: seed
        )
        guard let label = found.label else { return CertificateFindings(remark: "abstained") }
        let isRight = label == sample.label
        return CertificateFindings(
            prediction: label,
            isCertified: isRight && found.radius > threat.euclideanReach(around: sample.elements),
            radius: isRight ? found.radius : nil,
            remark: isRight ? nil : "misclassified"
        )
    }
}

/// CLEVER's estimates, which certify nothing.
struct CleverEstimator: SampleCertifier {
    let clever: CLEVER
    let model: any GradientAccess
    let seed: UInt64

    var method: CertificateMethod { .clever }
    var norm: Norm { clever.norm }
    var operations: Double { 0 }
    var worksSideBySide: Bool { false }
    var settings: String {
        "\(clever.batchCount) batches of \(clever.batchSize) points in a ball of radius \(clever.radius)"
    }

    func findings(on sample: CertifiableSample) throws -> CertificateFindings {
        let score = try clever.score(
            of: sample.elements,
            index: sample.index,
            label: sample.label,
            by: model,
            seed: seed
        )
        return CertificateFindings(
            prediction: sample.prediction,
            estimate: score.distance,
            remark: score.distance >= Double(clever.radius) ? "the estimate ends at the ball's radius" : nil
        )
    }
}
