import BulwarkProvenance
import Foundation
import TestSupport
import Testing

struct ModelSigningTests {
    private let key = PrivateKey(.ecdsaP384)
    private let files = [
        "config.json": "{}", "tokenizer/vocab.txt": "a", "tokenizer.json": "b", ".hidden": "c", "empty": "",
        ".git/config": "not signed",
    ]

    private func sign(_ folder: String, with key: PrivateKey? = nil) throws {
        let path = try Support.path(ModelBundle.defaultName)
        let manifest = try ModelSigner().manifest(of: FileTree(folder), signaturePath: path)
        let bundle = try ModelSigner().sign(manifest, with: key ?? self.key)
        try bundle.json.write(to: URL(fileURLWithPath: folder + "/model.sig"))
    }

    private func verify(
        _ path: String,
        _ signature: String? = nil,
        key: PublicKey? = nil,
        ignoring: [String] = []
    ) throws -> ModelVerifier.Result {
        let verifier = ModelVerifier(ignoring: try ignoring.map { try Support.path($0) })
        let bundle = try ModelBundle(json: Support.read(signature ?? path + "/model.sig"))
        let manifest = try verifier.manifest(of: bundle, signedBy: key ?? self.key.publicKey)
        return try verifier.verify(
            FileTree(path),
            against: manifest,
            signaturePath: RelativePath(ModelBundle.defaultName)
        )
    }

    private func differences(_ folder: String) throws -> FileDifferences? {
        do {
            _ = try verify(folder)
            return nil
        } catch ModelSigningError.different(let differences) {
            return differences
        }
    }

    @Test func aSignedFolderIsVerified() throws {
        try Support.withFolder(files) { folder in
            try sign(folder)
            #expect(try verify(folder).fileCount == 5)
        }
    }

    @Test func everyFileThatDiffersIsNamed() throws {
        try Support.withFolder(files) { folder in
            try sign(folder)
            try Support.write("changed", to: folder + "/tokenizer/vocab.txt")
            try Support.write("", to: folder + "/config.json")
            try FileManager.default.removeItem(atPath: folder + "/empty")
            try Support.write("new", to: folder + "/tokenizer/new")
            try Support.write("of no interest", to: folder + "/.git/config")
            let differences = try #require(try differences(folder))
            #expect(
                try differences.changed == [Support.path("config.json"), Support.path("tokenizer/vocab.txt")]
            )
            #expect(try differences.missing == [Support.path("empty")])
            #expect(try differences.added == [Support.path("tokenizer/new")])
        }
    }

    @Test func filesThatChangePlacesAreFound() throws {
        try Support.withFolder(["a": "1", "b": "2"]) { folder in
            let before = try ModelSigner().manifest(of: FileTree(folder))
            try sign(folder)
            try Support.write("2", to: folder + "/a")
            try Support.write("1", to: folder + "/b")
            #expect(try differences(folder)?.changed.count == 2)
            // Other names of the same order leave the root digest as it was; the names are compared as well.
            try FileManager.default.moveItem(atPath: folder + "/b", toPath: folder + "/0")
            try FileManager.default.moveItem(atPath: folder + "/a", toPath: folder + "/1")
            #expect(try differences(folder)?.count == 4)
            try FileManager.default.removeItem(atPath: folder + "/model.sig")
            #expect(try before.rootDigest == ModelSigner().manifest(of: FileTree(folder)).rootDigest)
        }
    }

    @Test(arguments: [".gitignore", ".gitattributes", "model.sig"])
    func onlyTheFileItselfIsLeftOut(_ name: String) throws {
        try Support.withFolder(files) { folder in
            let signature = folder + ".sig"
            defer { try? FileManager.default.removeItem(atPath: signature) }
            let place = try Support.path(ModelBundle.defaultName)
            let manifest = try ModelSigner().manifest(of: FileTree(folder), signaturePath: place)
            try ModelSigner().sign(manifest, with: key).json.write(to: URL(fileURLWithPath: signature))
            func verify() throws {
                let bundle = try ModelBundle(json: Support.read(signature))
                let verified = try ModelVerifier().manifest(of: bundle, signedBy: key.publicKey)
                try ModelVerifier().verify(FileTree(folder), against: verified)
            }
            try Support.write("of no interest", to: folder + "/" + name)
            try verify()
            try FileManager.default.removeItem(atPath: folder + "/" + name)
            try FileManager.default.createDirectory(
                atPath: folder + "/" + name,
                withIntermediateDirectories: false
            )
            try Support.write("import os", to: folder + "/\(name)/code.py")
            let added = FileDifferences(
                changed: [],
                missing: [],
                added: [try Support.path("\(name)/code.py")]
            )
            #expect(throws: ModelSigningError.different(added)) { try verify() }
            // What a signer finds there is signed.
            let more = try ModelSigner().manifest(of: FileTree(folder))
            #expect(more.files.count == manifest.files.count + 1)
        }
    }

    @Test func whatCannotSignIsRefusedBeforeFilesAreRead() throws {
        let (p256, other) = (PrivateKey(.ecdsaP256).publicKey, PrivateKey(.ecdsaP256).publicKey)
        try ModelSigner.requireUsable(p256)
        try ModelSigner.requireUsable(p256, certificates: [Data()], certificateKey: p256)
        #expect(throws: ModelSigningError.unsupportedKey(.ed25519)) {
            try ModelSigner.requireUsable(PrivateKey(.ed25519).publicKey)
        }
        #expect(throws: ModelSigningError.certificateOfOtherKey) {
            try ModelSigner.requireUsable(p256, certificates: [Data()], certificateKey: other)
        }
        let many = Array(repeating: Data(), count: 17)
        #expect(throws: ModelSigningError.certificate(.chainLength(17, maximum: 16))) {
            try ModelSigner.requireUsable(p256, certificates: many, certificateKey: p256)
        }
    }

    @Test func linksAndEmptyFoldersAreRefused() throws {
        try Support.withFolder(files) { folder in
            try sign(folder)
            try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "empty")
            let link = try Support.path("link")
            #expect(throws: ModelSigningError.files(.symbolicLink(link))) {
                try verify(folder)
            }
        }
        try Support.withFolder([:]) { folder in
            #expect(throws: ModelSigningError.emptyModel) {
                try ModelSigner().manifest(of: FileTree(folder))
            }
        }
    }

    @Test func aSingleFileIsSignedWithoutItsName() throws {
        try Support.withFolder(["model.onnx": "x", "other.onnx": "y"]) { folder in
            let manifest = try ModelSigner().manifest(of: FileTree(folder + "/model.onnx"))
            try ModelSigner().sign(manifest, with: key).json.write(
                to: URL(fileURLWithPath: folder + "/s.sig")
            )
            #expect(try verify(folder + "/model.onnx", folder + "/s.sig").fileCount == 1)
            #expect(throws: ModelSigningError.self) { try verify(folder + "/other.onnx", folder + "/s.sig") }
            #expect(throws: ModelSigningError.otherShape(signedSingleFile: true)) {
                try verify(folder, folder + "/s.sig")
            }
        }
    }

    @Test func signersDoNotDecideWhatIsLeftOut() throws {
        try Support.withFolder(["a": "1", "code.py": "2"]) { folder in
            let left = try Support.path("code.py")
            let manifest = try ModelSigner(ignoring: [left]).manifest(
                of: FileTree(folder),
                signaturePath: Support.path("model.sig")
            )
            try ModelSigner().sign(manifest, with: key).json.write(
                to: URL(fileURLWithPath: folder + "/model.sig")
            )
            #expect(throws: ModelSigningError.ignoredPathsRefused([left])) { try verify(folder) }
            #expect(try verify(folder, ignoring: ["code.py"]).ignoredPaths == [left])
        }
    }

    @Test func whatWasSignedIsComparedEvenWhereThingsAreLeftOut() throws {
        try Support.withFolder(["sub/a": "1", "b": "2"]) { folder in
            try sign(folder)
            #expect(try verify(folder, ignoring: ["sub"]).fileCount == 2)
            try Support.write("more", to: folder + "/sub/new")
            #expect(try verify(folder, ignoring: ["sub"]).fileCount == 2)
            try Support.write("changed", to: folder + "/sub/a")
            #expect(throws: ModelSigningError.self) { try verify(folder, ignoring: ["sub"]) }
        }
    }

    @Test func otherKeysAreRefused() throws {
        try Support.withFolder(files) { folder in
            try sign(folder)
            #expect(throws: ModelSigningError.self) {
                try verify(folder, key: PrivateKey(.ecdsaP384).publicKey)
            }
            #expect(throws: ModelSigningError.unsupportedKey(.ed25519)) {
                try sign(folder, with: PrivateKey(.ed25519))
            }
        }
    }

    private static func fixtureKey() throws -> PublicKey {
        try PublicKey(pem: KeyFile.readPublic(Support.fixtures + "/keys/certificate/signing-key-pub.pem"))
    }

    @Test(.enabled(if: SharedData.isPresent, "the shared data are not beside the repository"))
    func modelsSignedElsewhereAreVerified() throws {
        let folder = Support.fixtures
        let key = try Self.fixtureKey()
        #expect(
            key.modelSigningHint == "e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e"
        )
        for version in ["v1.1.0", "v1.0.1"] {
            let model = folder + "/\(version)-elliptic-key"
            #expect(try verify(model, key: key, ignoring: ["ignore-me"]).fileCount == 2)
            #expect(throws: ModelSigningError.self) { try verify(model, key: key) }
        }
        let old = folder + "/v0.3.1-elliptic-key"
        #expect(try verify(old + "/signme-1", old + "/model.sig", key: key).fileCount == 1)
        #expect(
            throws: ModelSigningError.unexpectedMaterial(found: "certificate", expected: "key")
        ) { try verify(folder + "/v1.1.0-certificate", key: key) }
    }

    @Test(.enabled(if: SharedData.isPresent, "the shared data are not beside the repository"))
    func theSpecificationsVectorsAreJudgedAsTheySay() throws {
        let folder = Support.specification
        for name in ["key", "certificate", "sigstore"] {
            let bundle = try ModelBundle(json: Support.read(folder + "/valid/\(name).bundle.json"))
            #expect(bundle.envelope.payloadType == Statement.payloadType)
        }
        for name in ["empty", "missing-envelope", "missing-verification-material"] {
            #expect(throws: ModelSigningError.self) {
                try ModelBundle(json: Support.read(folder + "/invalid/\(name).bundle.json"))
            }
        }
        let key = try Self.fixtureKey()
        let wrong = folder + "/invalid-payload/wrong-predicate.bundle.json"
        #expect(throws: ModelSigningError.self) {
            try verify(Support.fixtures + "/v1.1.0-elliptic-key", wrong, key: key)
        }
    }

    @Test func aFlippedBitOfABundleIsFound() throws {
        try Support.withFolder(["a": "1"]) { folder in
            try sign(folder)
            let bundle = try Support.read(folder + "/model.sig")
            for place in bundle.indices {
                var changed = bundle
                changed[place] ^= 1 << UInt8(place % 7)
                try changed.write(to: URL(fileURLWithPath: folder + "/model.sig"))
                let isRefused = (try? verify(folder)) == nil
                // The hint at the key is the envelope's and not signed; nothing else may pass.
                #expect(isRefused || (try? ModelBundle(json: changed)) == (try? ModelBundle(json: bundle)))
            }
        }
    }

    @Test func namesThatLeadElsewhereAreRefused() throws {
        let digest = ContentDigest(of: Data("1".utf8)).hexadecimal
        let root = ContentDigest(of: try Support.bytes(digest)).hexadecimal
        let twice = ContentDigest(of: try Support.bytes(digest + digest)).hexadecimal
        func manifest(_ names: [String], _ root: String, method: String = "files") throws -> ModelManifest {
            let resources = names.map { #"{"name":"\#($0)","algorithm":"sha256","digest":"\#(digest)"}"# }
            return try ModelManifest(
                signedBytes: Data(
                    #"""
                    {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"m","digest":{"sha256":"\#(root)"}}],
                    "predicateType":"https://model_signing/signature/v1.0","predicate":{"serialization":
                    {"method":"\#(method)","hash_type":"sha256","allow_symlinks":false},"more":1,
                    "resources":[\#(resources.joined(separator: ","))]}}
                    """#.utf8
                )
            )
        }
        #expect(try manifest(["a"], root).files.count == 1)
        #expect(try manifest(["."], root).isSingleFile)
        #expect(throws: ModelSigningError.wrongRootDigest) { try manifest(["a"], digest) }
        #expect(throws: ModelSigningError.emptyModel) { try manifest([], root) }
        let name = try Support.path("a")
        #expect(throws: ModelSigningError.duplicateName(name)) {
            try manifest(["a", "a"], twice)
        }
        for name in ["../a", "/a", "", "a/../../b", ".."] {
            #expect(throws: ModelSigningError.unusableName(name)) { try manifest([name], root) }
        }
        #expect(throws: ModelSigningError.self) { try manifest(["a:0:1"], root, method: "shards") }
    }

    @Test func bothWaysOfReadingGiveOneDigest() throws {
        try Support.withFolder(["a": String(repeating: "x", count: 700_001), "b": ""]) { folder in
            let tree = try FileTree(folder)
            for name in ["a", "b"] {
                let digest = ContentDigest(of: try Support.read(folder + "/" + name))
                for reading in [FileReading.mapped, .buffered] {
                    #expect(try tree.digest(of: Support.path(name), reading: reading) == digest)
                }
            }
        }
    }
}
