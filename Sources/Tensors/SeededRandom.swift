import RealModule

/// A stream of random numbers that depends only on its key: seed, stream, sample and restart.
///
/// Two runs with the same key give the same numbers whatever the batch size, the thread count or the order of
/// samples. The words come from `Philox`, whose counter holds the position (first word), sample, stream and
/// restart.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private let key: SIMD2<UInt32>
    private var counter: SIMD4<UInt32>
    private var buffer = SIMD4<UInt32>()
    private var available = 0
    private var spareNormal: Float?

    /// A stream of its own for each combination of the arguments.
    ///
    /// - Parameters:
    ///   - seed: What the user chose with `--seed`.
    ///   - stream: Who draws: an attack, an initialiser, a shuffle. Hashed to 32 bits.
    ///   - sample: The index of the sample in its data set.
    ///   - restart: Which of several independent tries this is.
    public init(seed: UInt64, stream: String, sample: Int = 0, restart: Int = 0) {
        key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        counter = SIMD4(
            0,
            UInt32(truncatingIfNeeded: sample),
            Self.hash(stream),
            UInt32(truncatingIfNeeded: restart)
        )
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 { UInt64(nextWord()) << 32 | UInt64(nextWord()) }

    /// A number in [0, 1) on a grid of 2⁻²⁴.
    public mutating func uniform() -> Float { Float(nextWord() >> 8) * 0x1p-24 }

    /// A number between two bounds; `lower` itself can occur.
    public mutating func uniform(_ lower: Float, _ upper: Float) -> Float {
        lower + (upper - lower) * uniform()
    }

    /// A number from the standard normal distribution, by the Box–Muller transform.
    public mutating func normal() -> Float {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        // In (0, 1], so that the logarithm is finite.
        let radius = Double.sqrt(-2 * .log(Double(nextWord()) * 0x1p-32 + 0x1p-33))
        let angle = 2 * Double.pi * Double(nextWord()) * 0x1p-32
        spareNormal = Float(radius * .sin(angle))
        return Float(radius * .cos(angle))
    }

    /// The numbers 0..<count in random order (Fisher–Yates, written out so that no release of Swift changes
    /// it).
    public mutating func permutation(of count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            let chosen = Int(next().multipliedFullWidth(by: UInt64(last + 1)).high)
            order.swapAt(last, chosen)
        }
        return order
    }

    private mutating func nextWord() -> UInt32 {
        if available == 0 {
            buffer = Philox.block(counter: counter, key: key)
            precondition(counter.x < .max, "a stream holds 2³⁴ words")
            counter.x += 1
            available = 4
        }
        available -= 1
        return buffer[3 - available]
    }

    /// The 32-bit FNV-1a hash of a name: fixed for ever, unlike `Hashable`.
    private static func hash(_ name: String) -> UInt32 {
        name.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
