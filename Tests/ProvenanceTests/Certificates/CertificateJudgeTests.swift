import BulwarkProvenance
import Crypto
import Foundation
import TestSupport
import Testing
import X509

struct CertificateJudgeTests {
    private let maker = CertificateMaker()
    private static let now = "2026-06-01T00:00:00Z"

    /// What comes of a chain: the error, or nil for the leaf's key.
    private func judge(
        _ chain: [Data],
        roots: [Data]? = nil,
        at time: String? = Self.now
    ) async throws -> SignerCertificateError? {
        do {
            let judge = try RootedCertificateJudge(roots: roots ?? [maker.rootCertificate()])
            let moment = try time.map { CertificateTime.moment(try Support.time($0)) } ?? .signing
            let key = try await judge.signerKey(of: chain, at: moment)
            #expect(key.derRepresentation == maker.leaf.publicKey.derRepresentation)
            return nil
        } catch let error as SignerCertificateError {
            return error
        }
    }

    private func chain(_ change: (inout CertificateMaker.Content) throws -> Void) throws -> [Data] {
        [try maker.leafCertificate(change), try maker.middleCertificate()]
    }

    private func isWithoutPath(_ error: SignerCertificateError?) -> Bool {
        if case .noPath = error { true } else { false }
    }

    @Test func aPathLeadsFromTheSignerToARoot() async throws {
        let (leaf, middle) = try (maker.leafCertificate(), maker.middleCertificate())
        let root = try maker.rootCertificate()
        #expect(try await judge([leaf, middle]) == nil)
        #expect(try await judge([leaf, middle, root]) == nil)
        #expect(try await judge([leaf, root, middle]) == nil)
        #expect(try await judge([leaf, middle], roots: [middle, root]) == nil)
        #expect(try await judge([leaf], roots: [middle]) == nil)
        #expect(try await isWithoutPath(judge([leaf])))
    }

    @Test func anotherRootIsRefused() async throws {
        let chain = try [maker.leafCertificate(), maker.middleCertificate()]
        let other = try CertificateMaker().rootCertificate()
        #expect(try await isWithoutPath(judge(chain, roots: [other])))
        // What the signer sends along is no root.
        #expect(try await isWithoutPath(judge(chain + [maker.rootCertificate()], roots: [other])))
        #expect(try await judge(chain, roots: []) == .chainLength(0, maximum: 1_000))
    }

    @Test func theTimeOfThePathCounts() async throws {
        let chain = try chain { _ in }
        #expect(try await judge(chain, at: "2026-12-31T23:59:59Z") == nil)
        for time in ["2025-12-31T23:59:59Z", "2027-01-01T00:00:01Z", "2040-01-01T00:00:00Z"] {
            let error = try await judge(chain, at: time)
            guard case .outsideValidity = error else {
                Issue.record("\(time): \(String(describing: error))")
                continue
            }
        }
        #expect(try await judge(chain, at: nil) == nil)
        let late = try [
            maker.leafCertificate(), maker.middleCertificate { $0.until = "2026-02-01T00:00:00Z" },
        ]
        #expect(try await isWithoutPath(judge(late)))
        #expect(try await judge(late, at: nil) == nil)
        let early = try [
            maker.leafCertificate(), maker.middleCertificate { $0.from = "2026-05-01T00:00:00Z" },
        ]
        #expect(try await judge(early) == nil)
        #expect(try await isWithoutPath(judge(early, at: nil)))
    }

    @Test func onlyThoseWhoMayIssueDo() async throws {
        let leaf = try maker.leafCertificate()
        let wrong: [(inout CertificateMaker.Content) throws -> Void] = [
            { $0.extensions = try CertificateMaker.signer() },
            { $0.extensions = Certificate.Extensions() },
            { $0.extensions = try CertificateMaker.authority(usage: KeyUsage(digitalSignature: true)) },
            {
                $0.extensions = Certificate.Extensions()
                $0.version = .v1
            },
            {
                $0.extensions = try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                    Certificate.Extension(oid: [1, 2, 3, 4], critical: true, value: [5, 0])
                }
            },
        ]
        for change in wrong {
            #expect(try await isWithoutPath(judge([leaf, maker.middleCertificate(change)])))
        }
        let silent = try maker.middleCertificate {
            $0.extensions = try CertificateMaker.authority(usage: nil)
        }
        #expect(try await judge([leaf, silent]) == nil)
    }

    @Test func theLengthOfAPathIsKept() async throws {
        let chain = try chain { _ in }
        for (length, isRight) in [(0, false), (1, true)] {
            let root = try maker.rootCertificate {
                $0.extensions = try CertificateMaker.authority(path: length)
            }
            #expect(try await (judge(chain, roots: [root]) == nil) == isRight)
        }
    }

    @Test func aSignersCertificateIsForSigning() async throws {
        let right = [
            try CertificateMaker.signer(nil, code: true), try CertificateMaker.signer(code: true),
            try CertificateMaker.signer(purposes: [.serverAuth, .any]),
        ]
        for extensions in right {
            #expect(try await judge(chain { $0.extensions = extensions }) == nil)
        }
        let wrong = [
            try CertificateMaker.signer(nil), try CertificateMaker.signer(KeyUsage(keyEncipherment: true)),
            Certificate.Extensions(), try CertificateMaker.authority(),
            // A key is for what both allow, and for nothing if one cannot be read.
            try CertificateMaker.signer(KeyUsage(keyEncipherment: true), code: true),
            try CertificateMaker.signer(purposes: [.serverAuth]),
            try CertificateMaker.broken(
                .X509ExtensionID.extendedKeyUsage,
                besides: CertificateMaker.signer()
            ),
            try CertificateMaker.broken(
                .X509ExtensionID.keyUsage,
                besides: CertificateMaker.signer(nil, code: true)
            ),
        ]
        for extensions in wrong {
            #expect(try await judge(chain { $0.extensions = extensions }) == .notForSigning)
        }
        let unknown = try chain {
            $0.extensions = try Certificate.Extensions {
                Critical(KeyUsage(digitalSignature: true))
                Certificate.Extension(oid: [1, 2, 3, 4], critical: true, value: [5, 0])
            }
        }
        #expect(try await isWithoutPath(judge(unknown)))
    }

    @Test func issuersForSomethingElseThanCodeAreRefused() async throws {
        let leaf = try maker.leafCertificate()
        func middle(_ purposes: [ExtendedKeyUsage.Usage], isCritical: Bool) throws -> Data {
            try maker.middleCertificate {
                $0.extensions = try CertificateMaker.authority(purposes: purposes, isCritical: isCritical)
            }
        }
        for isCritical in [false, true] {
            let server = try middle([.serverAuth, .clientAuth], isCritical: isCritical)
            #expect(try await isWithoutPath(judge([leaf, server])))
            #expect(try await judge([leaf, middle([.codeSigning], isCritical: isCritical)]) == nil)
            #expect(try await judge([leaf, middle([.any], isCritical: isCritical)]) == nil)
        }
        let broken = try maker.middleCertificate {
            $0.extensions = try CertificateMaker.broken(
                .X509ExtensionID.extendedKeyUsage,
                besides: CertificateMaker.authority()
            )
        }
        #expect(try await isWithoutPath(judge([leaf, broken])))
        // The root was chosen by whoever verifies.
        let root = try maker.rootCertificate {
            $0.extensions = try CertificateMaker.authority(purposes: [.serverAuth])
        }
        #expect(try await judge([leaf, maker.middleCertificate()], roots: [root]) == nil)
    }

    @Test func noSignatureIsMadeThatWouldBeRefusedByAll() throws {
        let (leaf, middle) = try (maker.leafCertificate(), maker.middleCertificate())
        let now = try Support.time(Self.now)
        let chain = try CertificateChain.toSign(with: [leaf, middle, leaf, middle], at: now)
        #expect(chain.certificates == [leaf, middle])
        #expect(chain.key.derRepresentation == maker.leaf.publicKey.derRepresentation)
        #expect(CertificateChain.subject(of: leaf) == "CN=leaf")
        #expect(CertificateChain.subject(of: Data([1])) == nil)
        #expect(throws: SignerCertificateError.self) {
            try CertificateChain.toSign(with: [leaf, middle], at: Support.time("2027-06-01T00:00:00Z"))
        }
        #expect(throws: SignerCertificateError.chainLength(17, maximum: 16)) {
            try CertificateChain.toSign(with: Array(repeating: leaf, count: 17), at: now)
        }
        let other = try maker.middleCertificate { $0.until = "2031-01-01T00:00:00Z" }
        #expect(throws: SignerCertificateError.self) {
            try CertificateChain.toSign(with: [leaf, middle, other], at: now)
        }
    }

    @Test func chainsOfOtherLengthsAndGarbageAreRefused() async throws {
        let (leaf, middle) = try (maker.leafCertificate(), maker.middleCertificate())
        #expect(try await judge([]) == .chainLength(0, maximum: 16))
        let hundred = [leaf] + Array(repeating: middle, count: 99)
        #expect(try await judge(hundred) == .chainLength(100, maximum: 16))
        #expect(try await judge([leaf, middle, middle, leaf]) == nil)
        let renewed = try maker.middleCertificate()
        #expect(renewed != middle)
        #expect(try await isWithoutPath(judge([leaf, middle, renewed])))
        for count in 0..<leaf.count where count % 7 == 0 {
            guard case .malformed = try await judge([leaf.prefix(count), middle]) else {
                Issue.record("\(count) bytes are read")
                continue
            }
        }
        for garbage in [Data(), Data(count: 100), Data(repeating: 0x30, count: 5_000), leaf + [0]] {
            guard case .malformed = try await judge([garbage, middle]) else {
                Issue.record("garbage is read")
                continue
            }
        }
        #expect(try await judge([Data(count: 65_537)]) == .malformed(problem: "it has 65537 bytes"))
        for place in leaf.indices {
            var changed = leaf
            changed[place] ^= 1
            #expect(try await judge([changed, middle]) != nil, "byte \(place)")
        }
    }

    @Test func manyIssuersOfOneNameAreNotTriedInEveryOrder() async throws {
        // Every one is signed by the same key, so every order of them would be a path.
        let many = try (0..<15).map { number in
            try maker.middleCertificate {
                $0.issuer = "middle"
                $0.until = "2030-01-\(number + 10)T00:00:00Z"
            }
        }
        #expect(try await isWithoutPath(judge([maker.leafCertificate()] + many)))
    }

    @Test func modelsAreSignedWithCertificates() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Support.write("weights", to: folder.path + "/model.onnx")
        let key = try PrivateKey(pem: maker.leaf.pemRepresentation) { nil }
        let chain = try [maker.leafCertificate(), maker.middleCertificate()]
        let manifest = try ModelSigner().manifest(of: FileTree(folder.path))
        let certified = try CertificateChain.signerKey(of: chain[0])
        let bundle = try ModelSigner().sign(
            manifest,
            with: key,
            certificates: chain,
            certificateKey: certified
        )
        let read = try ModelBundle(json: bundle.json)
        #expect(read.material == .certificates(chain))
        let judge = try RootedCertificateJudge(roots: [maker.rootCertificate()])
        let time = try CertificateTime.moment(Support.time(Self.now))
        let verified = try await ModelVerifier().manifest(of: read, judgedBy: judge, at: time)
        #expect(try ModelVerifier().verify(FileTree(folder.path), against: verified).fileCount == 1)
        #expect(throws: ModelSigningError.certificateOfOtherKey) {
            try ModelSigner().sign(
                manifest,
                with: PrivateKey(.ecdsaP256),
                certificates: chain,
                certificateKey: certified
            )
        }
        #expect(throws: SignerCertificateError.notForSigning) {
            try CertificateChain.signerKey(of: chain[1])
        }
    }

    @Test func certificatesAreReadFromPEM() throws {
        let (leaf, middle) = try (maker.leafCertificate(), maker.middleCertificate())
        func pem(_ bytes: Data, _ label: String = "CERTIFICATE") -> String {
            PEM(label: label, content: bytes).text
        }
        #expect(try CertificateChain.read(pem: "text\n" + pem(leaf) + pem(middle)) == [leaf, middle])
        for wrong in [
            "", pem(leaf, "PUBLIC KEY"), pem(Data([1, 2, 3])), pem(leaf) + "-----BEGIN CERTIFICATE-----\n",
        ] {
            #expect(throws: SignerCertificateError.self) { try CertificateChain.read(pem: wrong) }
        }
        #expect(throws: SignerCertificateError.self) {
            try CertificateChain.read(pem: String(repeating: pem(Data([0x30, 0])), count: 1_001))
        }
    }

    @Test(
        .enabled(if: SharedData.isPresent, "the shared data are not beside the repository"),
        arguments: ["v0.3.1", "v1.0.0", "v1.0.1", "v1.1.0"]
    )
    func modelsSignedElsewhereWithCertificatesAreVerified(_ version: String) async throws {
        let keys = Support.fixtures + "/keys/certificate/"
        let roots = try CertificateChain.read(pem: KeyFile.readPublic(keys + "ca-cert.pem"))
        let model = Support.fixtures + "/\(version)-certificate"
        let bundle = try ModelBundle(json: Support.read(model + "/model.sig"))
        let verifier = ModelVerifier(ignoring: [try Support.path("ignore-me")])
        // The root signs with RSA.
        let judge = try RootedCertificateJudge(roots: roots)
        let verified = try await verifier.manifest(of: bundle, judgedBy: judge, at: .signing)
        let result = try verifier.verify(
            FileTree(model),
            against: verified,
            signaturePath: Support.path(ModelBundle.defaultName)
        )
        #expect(result.fileCount == 2)
        let leaf = try CertificateChain.read(pem: KeyFile.readPublic(keys + "signing-key-cert.pem"))
        let other = try RootedCertificateJudge(roots: [maker.rootCertificate()])
        await #expect(throws: ModelSigningError.self) {
            try await verifier.manifest(of: bundle, judgedBy: other, at: .signing)
        }
        #expect(try CertificateChain.signerKey(of: leaf[0]) == verified.signers.first?.publicKey)
    }
}
