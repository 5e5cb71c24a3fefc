import BulwarkTensors

/// Why no certificate can be given for a model or a norm.
public enum CertificateError: Error, Equatable, CustomStringConvertible {
    /// No sound bound is known for what a node computes, or for how it is used.
    case unboundedNode(name: String, type: String, problem: String)
    /// The certificate is not defined for distances in this norm.
    case unsupportedNorm(certificate: String, norm: Norm)
    /// The certificate cannot be had for this model or this threat.
    case notApplicable(certificate: String, reason: String)

    /// The fault in words.
    public var description: String {
        switch self {
        case .unboundedNode(let name, let type, let problem):
            "node '\(name)' (\(type)) cannot be bounded: \(problem)"
        case .unsupportedNorm(let certificate, let norm):
            "\(certificate) gives no certificate for distances in \(norm.rawValue)"
        case .notApplicable(let certificate, let reason):
            "\(certificate) does not apply: \(reason)"
        }
    }
}
