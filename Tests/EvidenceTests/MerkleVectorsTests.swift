import BulwarkEvidence
import Foundation
import TestSupport
import Testing

/// All vectors of the transparency-dev Merkle library: proofs that hold, and each way in which one does not.
@Suite(.enabled(if: SharedData.isPresent, "the shared data are not beside the repository"))
struct MerkleVectorsTests {
    private struct Vector: Decodable {
        var leafIdx, treeSize, start, end, size, size1, size2: UInt64?
        var root, root1, root2, leafHash: String?
        var proof: [String]?
        var desc: String
        var wantErr: Bool
    }

    private struct NotAHash: Error {}

    @Test(arguments: ["inclusion", "subtreeinclusion", "consistency", "subtreeconsistency"])
    func vectorsHoldOrDoNot(kind: String) throws {
        let folder = SharedData.url("merkle/\(kind)")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where file.pathExtension == "json" {
            let vector = try JSONDecoder().decode(Vector.self, from: Data(contentsOf: file))
            var refusal: (any Error)?
            do { try verify(vector, kind) } catch { refusal = error }
            #expect((refusal != nil) == vector.wantErr, "\(file.path): \(vector.desc)")
            count += 1
        }
        #expect(count >= 98)
    }

    private func verify(_ vector: Vector, _ kind: String) throws {
        let hashes = try (vector.proof ?? []).map { try hash($0) }
        switch kind {
        case "inclusion":
            try InclusionProof(index: number(vector.leafIdx), hashes: hashes)
                .verify(leaf: hash(vector.leafHash), size: number(vector.treeSize), root: hash(vector.root))
        case "subtreeinclusion":
            let subtree = try MerkleSubtree(start: number(vector.start), end: number(vector.end))
            try InclusionProof(index: number(vector.leafIdx), hashes: hashes)
                .verify(leaf: hash(vector.leafHash), in: subtree, root: hash(vector.root))
        case "consistency":
            let older = try (number(vector.size1), hash(vector.root1))
            let newer = try (number(vector.size2), hash(vector.root2))
            try ConsistencyProof(hashes: hashes).verify(from: older, to: newer)
        default:
            let subtree = try MerkleSubtree(start: number(vector.start), end: number(vector.end))
            let tree = try (number(vector.size), hash(vector.root2))
            try ConsistencyProof(hashes: hashes).verify(subtree, root: hash(vector.root1), within: tree)
        }
    }

    private func number(_ value: UInt64?) throws -> UInt64 { try #require(value) }

    private func hash(_ text: String?) throws -> MerkleHash {
        guard let bytes = Data(base64Encoded: text ?? "") else { throw NotAHash() }
        // The vectors write "don't care 1" where any hash will do; here hashes have 32 bytes.
        let isPlaceholder = bytes.starts(with: Data("don't care".utf8))
        let padded = isPlaceholder ? bytes + Data(count: MerkleHash.byteCount - bytes.count) : bytes
        guard let hash = MerkleHash(padded) else { throw NotAHash() }
        return hash
    }
}
