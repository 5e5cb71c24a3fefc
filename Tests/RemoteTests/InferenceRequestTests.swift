import BulwarkRemote
import BulwarkTensors
import Foundation
import Testing

struct InferenceRequestTests {
    @Test func numbersReadBackExactlyWhoeverReadsThem() throws {
        var random = SeededRandom(seed: 1, stream: "bits")
        let drawn = (0..<20_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
        let special: [Float] = [
            0, -0.0, 1, 0.1, -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
            16_777_216, 1e10,
        ]
        for value in drawn.filter(\.isFinite) + special {
            let text = InferenceRequest.number(value, isDouble: false)
            // One reader makes a float of it, the other a double first.
            #expect(Float(text)?.bitPattern == value.bitPattern)
            #expect(try Float(#require(Double(text))).bitPattern == value.bitPattern)
            let double = InferenceRequest.number(value, isDouble: true)
            #expect(Double(double)?.bitPattern == Double(value).bitPattern)
        }
    }

    /// The shortest form of this float lies so close to the middle between two that a double is the middle.
    @Test func aFloatThatIsRoundedTwiceIsWrittenInFull() throws {
        let value = Float(bitPattern: 0x15AE_43FD)
        #expect(try Float(#require(Double(value.description))) != value)
        let text = InferenceRequest.number(value, isDouble: false)
        #expect(try Float(#require(Double(text))) == value)
    }

    @Test func numbersAreJSON() throws {
        for value in [1e-7, 3e38, -0.0, 1, 123.456] as [Float] {
            let text = "[\(InferenceRequest.number(value, isDouble: false))]"
            let read = try JSONDecoder().decode([Float].self, from: Data(text.utf8))
            #expect(read == [value])
        }
    }
}
