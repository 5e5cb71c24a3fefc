import Foundation
import X509

/// A signer's certificate and those that lead on from it, as far as they can be judged without a root.
struct SignerChain {
    /// The certificates in DER, each once.
    let bytes: [Data]
    /// The signer's own.
    let leaf: Certificate
    /// The others.
    let others: [Certificate]
    /// The key that the signer's certificate is for.
    let key: PublicKey

    /// Reads certificates, the signer's first.
    ///
    /// - Throws: `SignerCertificateError` if no path could lead from them to any root.
    init(_ chain: [Data]) throws(SignerCertificateError) {
        let maximum = ModelBundle.maximumCertificates
        guard (1...maximum).contains(chain.count) else {
            throw .chainLength(chain.count, maximum: maximum)
        }
        var bytes: [Data] = []
        var certificates: [Certificate] = []
        for certificate in chain where !bytes.contains(certificate) {
            certificates.append(try CertificateChain.certificate(certificate))
            bytes.append(certificate)
        }
        self.bytes = bytes
        (leaf, others) = (certificates[0], Array(certificates.dropFirst()))
        // With one issuer for each name there is one path to try; many of one name would be tried in every
        // order.
        guard Set(others.map(\.subject)).count == others.count else {
            throw .noPath(reason: "two of the certificates have one subject")
        }
        guard SignerPolicy.isForSigning(leaf) else { throw .notForSigning }
        key = try CertificateChain.key(of: leaf)
    }

    /// Refuses a signer's certificate that is not valid, as it is the one that people renew.
    func requireValid(at moment: Timestamp) throws(SignerCertificateError) {
        let date = Date(timeIntervalSince1970: Double(moment.secondsSince1970))
        guard leaf.notValidBefore <= date, date <= leaf.notValidAfter else {
            throw .outsideValidity(
                from: Timestamp(leaf.notValidBefore),
                until: Timestamp(leaf.notValidAfter),
                at: moment
            )
        }
    }
}

extension Timestamp {
    /// A certificate's moment, which has whole seconds.
    fileprivate init(_ date: Date) { self.init(secondsSince1970: Int64(date.timeIntervalSince1970)) }
}
