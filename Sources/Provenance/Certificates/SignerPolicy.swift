import SwiftASN1
import X509

/// What a path has to fulfil beyond RFC 5280 as the library checks it: a signer's certificate at its beginning,
/// only certificates that may issue others behind it, and none but the root that is for something else than
/// code.
struct SignerPolicy: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [.X509ExtensionID.extendedKeyUsage]

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult {
        for (place, certificate) in chain.enumerated() {
            guard let purpose = Purpose(certificate) else {
                return .failsToMeetPolicy(reason: "what a certificate is for cannot be read")
            }
            // The root was chosen by whoever verifies.
            let isRoot = place == chain.count - 1
            if !isRoot, certificate.signatureAlgorithm == .sha1WithRSAEncryption {
                return .failsToMeetPolicy(reason: "a certificate is signed with SHA-1")
            }
            guard isRoot || purpose.allowsCode else {
                return .failsToMeetPolicy(reason: "a certificate is for something else than code")
            }
            guard place > 0 else { continue }
            // Version 1 has no way to say who may issue.
            if certificate.version == .v1, !isRoot {
                return .failsToMeetPolicy(reason: "an issuer's certificate is of version 1")
            }
            guard purpose.usage?.keyCertSign ?? true else {
                return .failsToMeetPolicy(reason: "an issuer's certificate is not for signing certificates")
            }
        }
        return .meetsPolicy
    }

    /// Digital signatures by key usage, or code by extended key usage (OpenSSF Model Signing 1.0, section 8.2);
    /// and nothing else by either, since a key is for what both allow (RFC 5280, section 4.2.1.12).
    static func isForSigning(_ certificate: Certificate) -> Bool {
        guard let purpose = Purpose(certificate), purpose.usage != nil || purpose.extended != nil else {
            return false
        }
        return purpose.usage?.digitalSignature ?? true && purpose.allowsCode
    }

    /// What a certificate says that its key is for.
    private struct Purpose {
        /// Section 4.2.1.3; nil where it is not stated, which allows everything.
        let usage: KeyUsage?
        /// Section 4.2.1.12; nil where it is not stated, which allows everything.
        let extended: ExtendedKeyUsage?

        /// Nil if it is stated and cannot be read.
        init?(_ certificate: Certificate) {
            do {
                usage = try certificate.extensions.keyUsage
                extended = try certificate.extensions.extendedKeyUsage
            } catch {
                return nil
            }
        }

        /// Whether it lets the key sign code, which models count as.
        var allowsCode: Bool {
            guard let extended else { return true }
            return extended.contains(.codeSigning) || extended.contains(.any)
        }
    }
}
