import BulwarkTensors
import Testing

struct PhiloxTests {
    /// The known answers of Philox4x32-10 in `kat_vectors`, published with Random123 by its authors.
    static let knownAnswers: [(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, block: SIMD4<UInt32>)] = [
        (
            SIMD4(repeating: 0), SIMD2(repeating: 0),
            SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
        ),
        (
            SIMD4(repeating: .max), SIMD2(repeating: .max),
            SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
        ),
        (
            SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), SIMD2(0xA409_3822, 0x299F_31D0),
            SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
        ),
    ]

    @Test(arguments: 0..<3) func givesTheKnownAnswers(index: Int) {
        let (counter, key, block) = Self.knownAnswers[index]
        #expect(Philox.block(counter: counter, key: key) == block)
    }
}

struct SeededRandomTests {
    @Test func theSameKeyGivesTheSameNumbers() {
        var first = SeededRandom(seed: 7, stream: "pgd", sample: 3, restart: 1)
        var second = SeededRandom(seed: 7, stream: "pgd", sample: 3, restart: 1)
        #expect((0..<100).allSatisfy { _ in first.next() == second.next() })
    }

    @Test func everyPartOfTheKeyMatters() {
        let streams = [
            SeededRandom(seed: 7, stream: "pgd", sample: 3, restart: 1),
            SeededRandom(seed: 8, stream: "pgd", sample: 3, restart: 1),
            SeededRandom(seed: 7 << 32, stream: "pgd", sample: 3, restart: 1),
            SeededRandom(seed: 7, stream: "noise", sample: 3, restart: 1),
            SeededRandom(seed: 7, stream: "pgd", sample: 4, restart: 1),
            SeededRandom(seed: 7, stream: "pgd", sample: 3, restart: 2),
        ]
        let firsts = streams.map { stream -> UInt64 in
            var stream = stream
            return stream.next()
        }
        #expect(Set(firsts).count == streams.count)
    }

    @Test func uniformNumbersFillTheUnitInterval() {
        var random = SeededRandom(seed: 1, stream: "test")
        let numbers = (0..<10_000).map { _ in random.uniform() }
        #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
        let mean = numbers.reduce(0) { $0 + Double($1) } / 10_000
        // Five standard errors of the mean, 1 / sqrt(12 · 10,000).
        #expect(abs(mean - 0.5) < 5 / (12.0 * 10_000).squareRoot())
    }

    @Test func normalNumbersHaveMeanZeroAndVarianceOne() {
        var random = SeededRandom(seed: 2, stream: "test")
        let numbers = (0..<20_000).map { _ in Double(random.normal()) }
        let mean = numbers.reduce(0, +) / 20_000
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / 20_000
        #expect(abs(mean) < 5 / 20_000.0.squareRoot())
        #expect(abs(variance - 1) < 5 * (2 / 20_000.0).squareRoot())
    }

    @Test(arguments: [0, 1, 2, 17, 1000]) func aPermutationHoldsEveryNumberOnce(count: Int) {
        var random = SeededRandom(seed: 3, stream: "test")
        let order = random.permutation(of: count)
        #expect(order.sorted() == Array(0..<count))
        if count == 1000 { #expect(order != Array(0..<count)) }
    }
}
