import CLibFuzzer
import Foundation
import Fuzzing

/// Reads one input as an ONNX model; libFuzzer, which has the program's `main`, calls this.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzONNX(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    ONNXFuzz.model(data)
    return 0
}

/// Makes a new input of one: most often by changing the model in it, sometimes its bytes.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutateONNX(
    _ bytes: UnsafeMutablePointer<UInt8>,
    _ count: Int,
    _ maximum: Int,
    _ seed: CUnsignedInt
) -> Int {
    guard seed % 8 != 0 else { return LLVMFuzzerMutate(bytes, count, maximum) }
    var mutator = ModelMutator(seed: UInt64(seed), mutateBytes: mutateLeaf)
    let input = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    guard let result = mutator.mutated(input), result.count <= maximum else {
        return LLVMFuzzerMutate(bytes, count, maximum)
    }
    for (position, byte) in result.enumerated() { bytes[position] = byte }
    return result.count
}

/// Makes a new input of two: the first model with fields of the second.
@_cdecl("LLVMFuzzerCustomCrossOver")
public func crossONNX(
    _ first: UnsafePointer<UInt8>,
    _ firstCount: Int,
    _ second: UnsafePointer<UInt8>,
    _ secondCount: Int,
    _ target: UnsafeMutablePointer<UInt8>,
    _ maximum: Int,
    _ seed: CUnsignedInt
) -> Int {
    var mutator = ModelMutator(seed: UInt64(seed), mutateBytes: mutateLeaf)
    let inputs = [(first, firstCount), (second, secondCount)].map { start, count in
        [UInt8](UnsafeBufferPointer(start: start, count: count))
    }
    guard let result = mutator.mutated(inputs[0], with: inputs[1]), result.count <= maximum else { return 0 }
    for (position, byte) in result.enumerated() { target[position] = byte }
    return result.count
}

private func mutateLeaf(_ leaf: [UInt8]) -> [UInt8] {
    let room = leaf.count + 16
    return [UInt8](unsafeUninitializedCapacity: room) { buffer, size in
        guard let start = buffer.baseAddress else { return }
        for (position, byte) in leaf.enumerated() { start[position] = byte }
        size = LLVMFuzzerMutate(start, leaf.count, room)
    }
}
