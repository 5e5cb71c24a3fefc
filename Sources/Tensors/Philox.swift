/// The counter-based generator Philox4x32-10: a keyed bijection on 128-bit counters.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section
/// 3.3. The same counter and key give the same four words on every machine, in any order and on any thread.
public enum Philox {
    /// Four pseudo-random words for a 128-bit counter under a 64-bit key.
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        // Scalars, because vectors of four words are several times slower here.
        var (first, second, third, fourth) = (counter.x, counter.y, counter.z, counter.w)
        var (left, right) = (key.x, key.y)
        for _ in 0..<10 {
            let product = first.multipliedFullWidth(by: 0xD251_1F53)
            let other = third.multipliedFullWidth(by: 0xCD9E_8D57)
            (first, second, third, fourth) =
                (other.high ^ second ^ left, other.low, product.high ^ fourth ^ right, product.low)
            left &+= 0x9E37_79B9
            right &+= 0xBB67_AE85
        }
        return SIMD4(first, second, third, fourth)
    }
}
