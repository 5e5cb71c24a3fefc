import BulwarkModels
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Hostile bytes never crash a reader.
///
/// The functions of `DataSetFuzz` trap if a reader gives something impossible.
struct DataSetFuzzTests {
    private static let targets: [String: @Sendable (Data) -> Bool] = [
        "npz": { DataSetFuzz.npz($0) }, "npy": { DataSetFuzz.npy($0) }, "idx": { DataSetFuzz.idx($0) },
        "csv": { DataSetFuzz.csv($0) },
    ]

    @Test(arguments: targets.keys.sorted())
    func everyFlippedBitAndCutOfTheCorpusIsSurvived(name: String) throws {
        let target = try #require(Self.targets[name])
        var accepted = 0
        for entry in try DataSetVectors.corpus(name) {
            if target(entry.data) { accepted += 1 }
            for bit in 0..<entry.data.count * 8 { _ = target(entry.data.flipping(bit: bit)) }
            for count in 0..<entry.data.count { _ = target(entry.data.prefix(count)) }
            DataSetFuzz.all(entry.data)
        }
        #expect(accepted > 0, "the corpus has valid files to start from")
    }

    @Test(arguments: targets.keys.sorted())
    func randomMutationsAreSurvived(name: String) throws {
        let target = try #require(Self.targets[name])
        for (index, entry) in try DataSetVectors.corpus(name).enumerated() {
            var random = SeededRandom(seed: 20, stream: "mutations of \(name)", sample: index)
            for _ in 0..<2000 { _ = target(Self.mutated(entry.data, &random)) }
        }
    }

    /// Up to eight changes: a byte set to an extreme or random value, a stretch removed, doubled or moved.
    private static func mutated(_ data: Data, _ random: inout SeededRandom) -> Data {
        var bytes = [UInt8](data)
        for _ in 0...Int.random(in: 0..<8, using: &random) where bytes.count > 1 {
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(start + Int.random(in: 1...16, using: &random), bytes.count)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[start] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF].randomElement(using: &random) ?? 0
            case 1: bytes[start] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(start..<end)
            case 3: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 4: for position in start..<end { bytes[position] = 0xFF }
            default: bytes.append(contentsOf: bytes[start..<end])
            }
        }
        return Data(bytes)
    }
}
