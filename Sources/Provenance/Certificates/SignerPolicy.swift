import SwiftASN1
import X509

/// What a path has to fulfil beyond RFC 5280 as the library checks it: a signer's certificate at its beginning, and
/// only certificates that may issue others behind it.
struct SignerPolicy: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [.X509ExtensionID.extendedKeyUsage]

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult {
        for (place, certificate) in chain.enumerated() {
            if place < chain.count - 1, certificate.signatureAlgorithm == .sha1WithRSAEncryption {
                return .failsToMeetPolicy(reason: "a certificate is signed with SHA-1")
            }
            guard place > 0 else { continue }
            // Version 1 has no way to say who may issue; the root was chosen by whoever verifies.
            if certificate.version == .v1, place < chain.count - 1 {
                return .failsToMeetPolicy(reason: "an issuer's certificate is of version 1")
            }
            guard Self.mayIssue(certificate) else {
                return .failsToMeetPolicy(reason: "an issuer's certificate is not for signing certificates")
            }
        }
        return .meetsPolicy
    }

    /// Section 4.2.1.3: where the key's usage is stated, it has to be this one.
    private static func mayIssue(_ certificate: Certificate) -> Bool {
        guard let usage = try? certificate.extensions.keyUsage else {
            return certificate.extensions[oid: .X509ExtensionID.keyUsage] == nil
        }
        return usage.keyCertSign
    }

    /// Digital signatures by key usage, or code by extended key usage (OpenSSF Model Signing 1.0, section 8.2).
    static func isForSigning(_ certificate: Certificate) -> Bool {
        if let usage = try? certificate.extensions.keyUsage, usage.digitalSignature { return true }
        return (try? certificate.extensions.extendedKeyUsage)?.contains(.codeSigning) ?? false
    }
}
