/// Why certificates are not believed.
public enum SignerCertificateError: Error, Hashable, Sendable {
    /// There are none, or more than are looked at.
    case chainLength(Int, maximum: Int)
    /// A certificate is not read.
    case malformed(problem: String)
    /// No path leads to one of the roots.
    case noPath(reason: String)
    /// The signer's certificate is not valid at the time.
    case outsideValidity(from: Timestamp, until: Timestamp, at: Timestamp)
    /// The signer's certificate is not for signatures.
    case notForSigning
    /// The signer's key is of another kind.
    case key(KeyError)
}

extension SignerCertificateError: CustomStringConvertible {
    /// The error in words.
    public var description: String {
        switch self {
        case .chainLength(let count, let maximum):
            "there are \(count) certificates; 1 to \(maximum) are taken"
        case .malformed(let problem): "a certificate is broken: \(problem)"
        case .noPath(let reason): "no path leads from the signer's certificate to a root: \(reason.printable)"
        case .outsideValidity(let from, let until, let time):
            "the signer's certificate is valid from \(from) until \(until), not at \(time)"
        case .notForSigning: "the signer's certificate is not for digital signatures or code"
        case .key(let error): "the signer's certificate: \(error)"
        }
    }
}
