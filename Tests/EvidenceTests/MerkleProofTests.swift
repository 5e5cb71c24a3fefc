import BulwarkEvidence
import Foundation
import Testing

struct MerkleProofTests {
    private let leaves = (0..<70).map { MerkleHash.leaf(Data("entry \($0)".utf8)) }

    @Test func anEmptyTreeHasTheHashOfNothing() {
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(MerkleLeaves([]).root.description == expected)
    }

    @Test func eachLeafOfEachTreeIsShownToBeInIt() throws {
        for size in 1...leaves.count {
            let tree = MerkleLeaves(Array(leaves[..<size]))
            for index in 0..<size {
                let proof = InclusionProof(index: UInt64(index), size: UInt64(size), from: tree)
                try proof.verify(leaf: leaves[index], size: UInt64(size), root: tree.root)
                #expect(throws: MerkleError.rootDiffers) {
                    try proof.verify(leaf: .empty, size: UInt64(size), root: tree.root)
                }
            }
        }
    }

    @Test func eachTreeIsShownToBeTheBeginningOfEachLarger() throws {
        for size in 1...leaves.count {
            let tree = MerkleLeaves(Array(leaves[..<size]))
            for older in 1...size {
                let proof = ConsistencyProof(from: UInt64(older), to: UInt64(size), from: tree)
                let root = MerkleLeaves(Array(leaves[..<older])).root
                try proof.verify(from: (UInt64(older), root), to: (UInt64(size), tree.root))
                #expect(throws: MerkleError.self) {
                    try proof.verify(from: (UInt64(older), .empty), to: (UInt64(size), tree.root))
                }
            }
        }
    }
}
