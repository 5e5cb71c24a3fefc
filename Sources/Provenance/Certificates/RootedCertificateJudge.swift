import Foundation
@_spi(FixedExpiryValidationTime) import X509

/// Follows certificates to roots that were given (RFC 5280, section 6).
///
/// Nothing is asked over a network: whether a certificate was revoked is not looked at.
public struct RootedCertificateJudge: CertificateJudge {
    private let roots: CertificateStore

    /// A judge who believes these certificates, in DER.
    ///
    /// - Throws: `SignerCertificateError` if there are none, too many, or one is broken.
    public init(roots: [Data]) throws(SignerCertificateError) {
        guard (1...CertificateChain.maximumCount).contains(roots.count) else {
            throw .chainLength(roots.count, maximum: CertificateChain.maximumCount)
        }
        var certificates: [Certificate] = []
        for root in roots { certificates.append(try CertificateChain.certificate(root)) }
        self.roots = CertificateStore(certificates)
    }

    /// The key of the first certificate, if a path leads from it to a root.
    ///
    /// - Throws: `SignerCertificateError` if there is no such path.
    public func signerKey(
        of chain: [Data],
        at time: CertificateTime
    ) async throws(SignerCertificateError) -> PublicKey {
        let chain = try SignerChain(chain)
        let moment: Date
        switch time {
        case .signing: moment = chain.leaf.notValidBefore
        case .moment(let now):
            try chain.requireValid(at: now)
            moment = Date(timeIntervalSince1970: Double(now.secondsSince1970))
        }
        var verifier = Verifier(rootCertificates: roots) {
            RFC5280Policy(fixedExpiryValidationTime: moment)
            SignerPolicy()
        }
        switch await verifier.validate(leaf: chain.leaf, intermediates: CertificateStore(chain.others)) {
        case .validCertificate: return chain.key
        case .couldNotValidate(let failures):
            let reason = failures.first.map { "\($0.policyFailureReason)" }
            throw .noPath(reason: reason ?? Self.missingLink(chain.leaf))
        }
    }

    private static func missingLink(_ leaf: Certificate) -> String {
        let known = SignerPolicy().verifyingCriticalExtensions + RFC5280Policy().verifyingCriticalExtensions
        guard leaf.extensions.allSatisfy({ !$0.critical || known.contains($0.oid) }) else {
            return "the signer's certificate has a critical extension that is not known"
        }
        return "no issuer is among the certificates, or its signature is wrong"
    }
}
