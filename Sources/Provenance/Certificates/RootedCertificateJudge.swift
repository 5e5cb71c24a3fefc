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
            throw .chainLength(roots.count)
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
        guard (1...ModelBundle.maximumCertificates).contains(chain.count) else {
            throw .chainLength(chain.count)
        }
        var certificates: [Certificate] = []
        for bytes in chain { certificates.append(try CertificateChain.certificate(bytes)) }
        let (leaf, others) = (certificates[0], Array(certificates.dropFirst()))
        // With one issuer for each name there is one path to try; many of one name would be tried in every order.
        guard Set(others.map(\.subject)).count == others.count else {
            throw .noPath(reason: "two of the certificates have one subject")
        }
        let moment = try Self.moment(time, leaf)
        guard SignerPolicy.isForSigning(leaf) else { throw .notForSigning }
        let key = try CertificateChain.key(of: leaf)
        var verifier = Verifier(rootCertificates: roots) {
            RFC5280Policy(fixedExpiryValidationTime: moment)
            SignerPolicy()
        }
        switch await verifier.validate(leaf: leaf, intermediates: CertificateStore(others)) {
        case .validCertificate: return key
        case .couldNotValidate(let failures):
            let reason = failures.first.map { "\($0.policyFailureReason)" }
            throw .noPath(reason: reason ?? Self.missingLink(leaf))
        }
    }

    private static func missingLink(_ leaf: Certificate) -> String {
        let known = SignerPolicy().verifyingCriticalExtensions + RFC5280Policy().verifyingCriticalExtensions
        guard leaf.extensions.allSatisfy({ !$0.critical || known.contains($0.oid) }) else {
            return "the signer's certificate has a critical extension that is not known"
        }
        return "no issuer is among the certificates, or its signature is wrong"
    }

    /// When the path has to be valid; that of the signer's own certificate is looked at first, as it is the one that
    /// people renew.
    private static func moment(
        _ time: CertificateTime,
        _ leaf: Certificate
    ) throws(SignerCertificateError) -> Date {
        switch time {
        case .signing: return leaf.notValidBefore
        case .moment(let moment):
            let date = Date(timeIntervalSince1970: Double(moment.secondsSince1970))
            guard leaf.notValidBefore <= date, date <= leaf.notValidAfter else {
                throw .outsideValidity(
                    from: Timestamp(leaf.notValidBefore),
                    until: Timestamp(leaf.notValidAfter),
                    at: moment
                )
            }
            return date
        }
    }
}

extension Timestamp {
    /// A certificate's moment, which has whole seconds.
    fileprivate init(_ date: Date) { self.init(secondsSince1970: Int64(date.timeIntervalSince1970)) }
}
