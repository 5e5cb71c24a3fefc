import BulwarkProvenance
import Foundation
import Testing

struct DataManifestTests {
    private let key = PrivateKey(.ed25519)

    private func description(_ name: String) -> DataDescription {
        DataDescription(
            name: name,
            source: "a sensor",
            collector: "Alice",
            licence: "CC0-1.0",
            collected: Timestamp(secondsSince1970: 1_700_000_000)
        )
    }

    private func signed(_ manifest: DataManifest) throws -> Verified<Claim<DatasetPredicate>> {
        let subject = Subject(name: manifest.name, sha256: try manifest.reference().sha256)
        let claim = try Claim(about: [subject], DatasetPredicate(manifest: manifest))
        return try Envelope(json: claim.signed(by: [key]).json).verified(
            as: Claim<DatasetPredicate>.self,
            by: key.publicKey
        )
    }

    @Test func everyFileThatDiffersIsNamed() throws {
        try Support.withFolder(["a": "1", "b/c": "2", "d": "3"]) { folder in
            let tree = try FileTree(folder)
            let manifest = try signed(DataManifest(description("data"), of: tree))
            #expect(try DataVerification(of: tree, against: manifest).isIntact)
            try Support.write("4", to: folder + "/a")
            try Support.write("5", to: folder + "/b/new")
            try FileManager.default.removeItem(atPath: folder + "/d")
            let found = try DataVerification(of: FileTree(folder), against: manifest)
            #expect(try found.differences.changed == [Support.path("a")])
            #expect(try found.differences.missing == [Support.path("d")])
            #expect(try found.differences.added == [Support.path("b/new")])
            #expect(try found.integrity[Support.path("a")] == .accident)
            #expect(try found.integrity[Support.path("b/c")] == .intact)
        }
    }

    /// CRC-32C is linear: any four bytes can be chosen so that the checksum is as it was.
    @Test func aChecksumThatWasMadeToFitGivesAnAttackAway() throws {
        try Support.withFolder(["a": "attack at dawn"]) { folder in
            let manifest = try DataManifest(description("data"), of: FileTree(folder))
            let file = try #require(manifest.files.first)
            var forged = Array("attack at dusk".utf8)
            func check(_ bytes: [UInt8]) -> UInt32 {
                var check = CRC32C()
                bytes.withUnsafeBytes { check.update($0) }
                return check.value
            }
            let target = check(Array("attack at dawn".utf8))
            // Solves for the four bytes over the field of two elements, one bit at a time.
            let zero = check(forged + [0, 0, 0, 0])
            var rows: [(change: UInt32, bits: UInt32)] = (0..<32).map { bit in
                var tail: [UInt8] = [0, 0, 0, 0]
                tail[bit / 8] = 1 << UInt8(bit % 8)
                return (check(forged + tail) ^ zero, 1 << UInt32(bit))
            }
            var (rest, solution) = (zero ^ target, UInt32(0))
            for bit in (0..<32).reversed() {
                let mask = UInt32(1) << UInt32(bit)
                guard let place = rows.firstIndex(where: { $0.change & mask != 0 }) else { continue }
                let row = rows.remove(at: place)
                rows = rows.map {
                    $0.change & mask == 0 ? $0 : ($0.change ^ row.change, $0.bits ^ row.bits)
                }
                if rest & mask != 0 {
                    rest ^= row.change
                    solution ^= row.bits
                }
            }
            forged += (0..<4).map { UInt8(truncatingIfNeeded: solution >> (8 * UInt32($0))) }
            #expect(check(forged) == target)
            try Data(forged).write(to: URL(fileURLWithPath: folder + "/a"))
            let found = try DataVerification(of: FileTree(folder), against: signed(manifest))
            #expect(found.integrity[file.path] == .attack)
            #expect(found.differences.changed == [file.path])
        }
    }

    @Test func theSignatureDecidesAndTheChecksumExplains() {
        let outcomes = [(true, true), (false, true), (false, false), (true, false)].map {
            Integrity(checksumAgrees: $0.0, signatureAgrees: $0.1)
        }
        #expect(outcomes == [.intact, .damagedChecksum, .accident, .attack])
        #expect(outcomes.map(\.isUsable) == [true, true, false, false])
    }

    @Test func dataAreFollowedBackToWhereTheyWereCollected() throws {
        try Support.withFolder(["raw/a": "1", "clean/a": "2", "final/a": "3"]) { folder in
            let raw = try DataManifest(description("raw"), of: FileTree(folder + "/raw"))
            func child(_ name: String, of parents: [DataManifest]) throws -> DataManifest {
                var child = description(name)
                child.parents = try parents.map { try $0.reference() }
                child.transformations = [.init(name: "select", parameters: ["rows": "all"], tool: nil)]
                return try DataManifest(child, of: FileTree(folder + "/" + name))
            }
            let clean = try child("clean", of: [raw])
            let final = try child("final", of: [raw, clean])
            let claims = try [final, raw, clean].map { try signed($0) }
            let lineage = try DataLineage(of: final.reference(), in: claims)
            #expect(lineage.manifests.map(\.name) == ["raw", "clean", "final"])
            let missing = try raw.reference()
            #expect(throws: DataLineage.Break.missing(missing)) {
                try DataLineage(of: final.reference(), in: [signed(final), signed(clean)])
            }
        }
    }

    @Test func manifestsThatCannotBeSoAreRefused() throws {
        try Support.withFolder(["a": "1"]) { folder in
            var orphan = description("data")
            orphan.transformations = [.init(name: "select", parameters: [:], tool: nil)]
            #expect(throws: ClaimError.self) { try DataManifest(orphan, of: FileTree(folder)) }
            let text = String(
                decoding: try DataManifest(description("d"), of: FileTree(folder)).json(),
                as: UTF8.self
            )
            for (part, other) in [("\"a\"", "\"../a\""), ("\"a\"", "\"/a\""), ("manifest/1", "manifest/2")] {
                let statement = """
                    {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"d","digest":
                    {"sha256":"\(ContentDigest(of: Data()))"}}],"predicateType":"\(ClaimType.dataset.rawValue)",
                    "predicate":{"manifest":\(text.replacing(part, with: other))}}
                    """
                #expect(throws: ClaimError.self) {
                    try Claim<DatasetPredicate>(signedBytes: Data(statement.utf8))
                }
            }
        }
        try Support.withFolder([:]) { folder in
            #expect(throws: ClaimError.self) { try DataManifest(description("d"), of: FileTree(folder)) }
        }
    }
}
