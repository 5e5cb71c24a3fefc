import Foundation

/// Decides whether certificates lead from a signer to somebody who is trusted (RFC 5280, section 6).
public protocol CertificateJudge: Sendable {
    /// The key of the first certificate, if a path leads from it to a root.
    ///
    /// The judge refuses a first certificate that is for neither digital signatures (key usage) nor code
    /// (extended key usage), and any that is not valid at the time.
    ///
    /// - Parameters:
    ///   - chain: Certificates in DER: the signer's first, then those that lead on.
    ///   - time: When the path has to be valid.
    /// - Returns: The key that the first certificate is for.
    /// - Throws: `SignerCertificateError` if there is no such path.
    func signerKey(
        of chain: [Data],
        at time: CertificateTime
    ) async throws(SignerCertificateError) -> PublicKey
}

/// When certificates have to be valid.
public enum CertificateTime: Sendable, Hashable {
    /// At a moment: now, or that of a log entry.
    case moment(Timestamp)
    /// At the beginning of the signer's own validity. An expired certificate passes, as in other tools;
    /// nothing says that the signature was made before it expired.
    case signing
}
