import Foundation
import Testing

/// `sign` and `verify` with certificates.
struct CertificateCommandTests {
    private let evidence: EvidenceBench

    init() throws {
        evidence = try EvidenceBench()
        let files = [
            "root.crt": TestCertificates.root, "issuer.crt": TestCertificates.issuer,
            "signer.crt": TestCertificates.signer, "expired.crt": TestCertificates.expired,
            "server.crt": TestCertificates.server, "signer.pem": TestCertificates.key,
        ]
        for (name, text) in files { try evidence.write(text, to: name) }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600],
            ofItemAtPath: evidence.path("signer.pem")
        )
        try evidence.write("weights", to: "model.onnx")
    }

    private func sign(
        _ certificate: String,
        chain: [String] = ["issuer.crt"],
        key: String = "signer.pem"
    ) throws -> Bulwark.Outcome {
        try Bulwark.run(
            [
                "sign", evidence.path("model.onnx"), "--private-key", evidence.path(key),
                "--signing-certificate", evidence.path(certificate),
            ] + chain.flatMap { ["--certificate-chain", evidence.path($0)] }
        )
    }

    private func verify(_ more: [String] = [], root: String = "root.crt") throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["verify", evidence.path("model.onnx"), "--certificate-chain", evidence.path(root)] + more
        )
    }

    @Test func theSignerIsNamedAndLeadsToTheRoot() throws {
        let signed = try sign("signer.crt")
        #expect(signed.status == 0, "\(signed.errors)")
        let verified = try verify()
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(verified.output.contains("signer:   CN=Test signer"), "\(verified.output)")
        #expect(try verify(["--json"]).output.contains("\"subject\" : \"CN=Test signer\""))
        #expect(try verify(["--at-signing-time"]).status == 0)
        #expect(try verify(root: "signer.crt").status == 77)
        #expect(try verify(["--public-key", evidence.publicKey(EvidenceBench.modelKey)]).status == 64)
        let key = try Bulwark.run([
            "verify", evidence.path("model.onnx"), "--public-key", evidence.publicKey(EvidenceBench.modelKey),
        ])
        #expect(key.status == 64 && key.errors.contains("certificate"), "\(key.errors)")
        try evidence.flip("model.onnx", at: 0)
        #expect(try verify().status == 77)
    }

    @Test func aCertificateThatStandsThereTwiceCountsOnce() throws {
        let signed = try sign("signer.crt", chain: ["issuer.crt", "issuer.crt", "signer.crt"])
        #expect(signed.status == 0, "\(signed.errors)")
        #expect(try verify().status == 0)
    }

    @Test func nothingIsSignedThatWouldFailForEveryone() throws {
        let expired = try sign("expired.crt")
        #expect(expired.status == 77 && expired.errors.contains("valid from"), "\(expired.errors)")
        let server = try sign("server.crt")
        #expect(
            server.status == 77 && server.errors.contains("not for digital signatures"),
            "\(server.errors)"
        )
        let issuer = try sign("issuer.crt", chain: [])
        #expect(issuer.status == 77, "\(issuer.errors)")
        let other = try sign("signer.crt", key: "model.pem")
        #expect(other.status == 77 && other.errors.contains("another key"), "\(other.errors)")
        let broken = try sign("model.onnx")
        #expect(broken.status == 65, "\(broken.errors)")
        // What cannot sign is refused before the files are read.
        try evidence.write("weights", to: "model.onnx")
        try FileManager.default.createDirectory(
            atPath: evidence.path("empty"),
            withIntermediateDirectories: true
        )
        let early = try Bulwark.run([
            "sign", evidence.path("empty"), "--private-key", evidence.key(EvidenceBench.logKey),
        ])
        #expect(early.status == 64 && early.errors.contains("ECDSA"), "\(early.errors)")
        #expect(!evidence.bench.exists("model.onnx.sig"))
    }
}
