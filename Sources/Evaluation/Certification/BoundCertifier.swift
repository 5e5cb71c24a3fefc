import BulwarkAttacks
import BulwarkTensors

/// Certificates from bounds of the layers: interval bound propagation and CROWN.
///
/// The ball that is certified is the one in which the judge lets candidates lie, with its allowance for the
/// rounding of their floats, so no candidate that counts is outside of it.
struct BoundCertifier: SampleCertifier {
    let method: CertificateMethod
    let certifier: any RobustnessCertifier
    let operations: Double
    let threat: ThreatModel

    var norm: Norm { certifier.norm }
    var worksSideBySide: Bool { true }
    var settings: String {
        method == .ibp ? "intervals of every neuron" : "linear bounds of every neuron, backwards to the input"
    }

    func findings(on sample: CertifiableSample) -> CertificateFindings {
        let radius = threat.allowance(around: sample.elements)
        guard sample.findsRadius else {
            let isCertified = certifier.isCertified(sample.elements, label: sample.label, epsilon: radius)
            return CertificateFindings(
                prediction: sample.prediction,
                isCertified: isCertified,
                radius: isCertified ? radius : nil,
                remark: "the largest radius was not looked for"
            )
        }
        let found = certifier.search(
            sample.elements,
            label: sample.label,
            startingAt: radius,
            maximum: threat.largestRadius(sample.elements.count)
        )
        return CertificateFindings(
            prediction: sample.prediction,
            isCertified: found.isFirstProved,
            radius: found.radius
        )
    }
}
