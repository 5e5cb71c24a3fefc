import Crypto
import Foundation

/// Scrypt: makes a key of a passphrase so that guessing costs memory as well as time (RFC 7914).
package struct Scrypt: Sendable, Hashable {
    /// N, how often memory is filled and read; a power of two.
    package let cost: Int
    /// r, the size of a block in units of 128 bytes.
    package let blockSize: Int
    /// p, how often all of it is done.
    package let parallelization: Int

    /// The most memory that is taken, in bytes.
    package static let maximumMemory = 256 << 20

    /// What keys are encrypted with: 128 MiB.
    package static let standard = Scrypt(unchecked: 1 << 17, 8, 1)

    private init(unchecked cost: Int, _ blockSize: Int, _ parallelization: Int) {
        self.cost = cost
        self.blockSize = blockSize
        self.parallelization = parallelization
    }

    /// Parameters from a file.
    ///
    /// - Throws: `KeyError` if the standard does not allow them or they would take too much memory or time.
    package init(cost: Int, blockSize: Int, parallelization: Int) throws(KeyError) {
        guard cost > 1, cost & (cost - 1) == 0, blockSize > 0, parallelization > 0,
            blockSize > 1 || cost < 1 << 16
        else {
            throw .malformed(problem: "the parameters of scrypt are not allowed")
        }
        guard cost <= 1 << 24, blockSize <= 64, 128 * cost * blockSize <= Self.maximumMemory else {
            throw .excessiveCost(problem: "scrypt would take more than \(Self.maximumMemory >> 20) MiB")
        }
        guard parallelization <= 16 else {
            throw .excessiveCost(problem: "scrypt would run more than 16 times")
        }
        self.init(unchecked: cost, blockSize, parallelization)
    }

    /// The key of a passphrase (RFC 7914, section 6).
    package func deriveKey(from passphrase: Data, salt: Data, byteCount: Int) -> Data {
        let password = SymmetricKey(data: passphrase)
        let blockBytes = 128 * blockSize
        var blocks = Self.pbkdf2(password, salt: salt, byteCount: blockBytes * parallelization)
        for start in stride(from: 0, to: blocks.count, by: blockBytes) {
            let range = start..<start + blockBytes
            blocks.replaceSubrange(range, with: mixed(blocks[range]))
        }
        return Self.pbkdf2(password, salt: blocks, byteCount: byteCount)
    }

    /// PBKDF2 over HMAC-SHA-256 with one round (RFC 8018, section 5.2).
    private static func pbkdf2(_ password: SymmetricKey, salt: Data, byteCount: Int) -> Data {
        var result = Data()
        var counter: UInt32 = 1
        while result.count < byteCount {
            let number = withUnsafeBytes(of: counter.bigEndian) { Data($0) }
            result += Data(HMAC<SHA256>.authenticationCode(for: salt + number, using: password))
            counter += 1
        }
        return result.prefix(byteCount)
    }

    /// Fills memory with versions of a block and reads them in an order that depends on them (scryptROMix,
    /// section 5).
    private func mixed(_ block: Data) -> Data {
        let lanes = 2 * blockSize
        let words = [UInt8](block)
        var state = (0..<lanes).map { lane in
            var value = SIMD16<UInt32>()
            for word in 0..<16 {
                let start = 64 * lane + 4 * word
                value[word] = words[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
            }
            return value
        }
        var scratch = state
        var memory: [SIMD16<UInt32>] = []
        memory.reserveCapacity(cost * lanes)
        for _ in 0..<cost {
            memory += state
            Self.mixBlock(&state, &scratch)
        }
        for _ in 0..<cost {
            let start = Int(state[lanes - 1][0]) & (cost - 1)
            for lane in 0..<lanes { state[lane] ^= memory[start * lanes + lane] }
            Self.mixBlock(&state, &scratch)
        }
        var result = Data(capacity: block.count)
        for value in state {
            for word in 0..<16 {
                for shift in [UInt32(0), 8, 16, 24] {
                    result.append(UInt8(truncatingIfNeeded: value[word] >> shift))
                }
            }
        }
        return result
    }

    /// Mixes one block (scryptBlockMix, section 4).
    private static func mixBlock(_ state: inout [SIMD16<UInt32>], _ scratch: inout [SIMD16<UInt32>]) {
        let count = state.count
        var value = state[count - 1]
        for lane in 0..<count {
            value = Salsa20.core(value ^ state[lane])
            scratch[lane / 2 + (lane & 1) * (count / 2)] = value
        }
        swap(&state, &scratch)
    }
}
