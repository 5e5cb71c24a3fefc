import BulwarkAttacks
import BulwarkTensors

/// One method made ready for one model and one threat.
protocol SampleCertifier: Sendable {
    /// The method.
    var method: CertificateMethod { get }
    /// The norm of its radii.
    var norm: Norm { get }
    /// Its knobs in words.
    var settings: String { get }
    /// About how many multiplications one sample takes at one radius; 0 if that is not known.
    var operations: Double { get }
    /// Whether samples are to be worked on side by side; not where the model itself takes every thread.
    var worksSideBySide: Bool { get }
    /// Whether samples that the model gets wrong are looked at: another classifier may get them right.
    var looksAtErrors: Bool { get }

    /// What the method says of a sample.
    ///
    /// - Throws: What the model throws.
    func findings(on sample: CertifiableSample) throws -> CertificateFindings
}

extension SampleCertifier {
    var looksAtErrors: Bool { false }
}

/// A sample on its way to a certifier.
struct CertifiableSample {
    /// Its elements.
    let elements: [Float]
    /// The true label.
    let label: Int
    /// What the model says of it.
    let prediction: Int
    /// Its index in the data set.
    let index: Int
    /// Whether the largest radius is wanted, and not only whether the threat's is certified.
    let findsRadius: Bool
}

/// What a method found of one sample.
struct CertificateFindings: Sendable {
    /// What the certified classifier says of it; nil for an abstention.
    var prediction: Int?
    /// Whether nothing that the threat allows changes the true label.
    var isCertified = false
    /// A radius within which the label is certified.
    var radius: Double?
    /// How far an input with another label is that was found meanwhile.
    var counterexample: Double?
    /// A guess at the distance of the nearest input with another label.
    var estimate: Double?
    /// What else is to be known.
    var remark: String?
}

extension ThreatModel {
    /// The largest radius worth asking for: nothing in the box is farther from anything else in it.
    func largestRadius(_ featureCount: Int) -> Double {
        let extent = bounds.extent.isFinite ? Double(bounds.extent) : max(Double(epsilon), 1) * 1024
        let width = norm == .l2 ? extent * Double(max(featureCount, 1)).squareRoot() : extent
        return max(width, 2 * Double(epsilon))
    }

    /// The radius of a Euclidean ball around a sample that holds everything the threat allows.
    func euclideanReach(around sample: [Float]) -> Double {
        let allowance = allowance(around: sample)
        return switch norm {
        case .linf: allowance * Double(sample.count).squareRoot()
        case .l2, .l1: allowance
        case .l0: Double(bounds.extent) * allowance.squareRoot()
        }
    }
}
