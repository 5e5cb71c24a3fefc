import Foundation
import Fuzzing

/// Reads one input as an ONNX model; libFuzzer, which has the program's `main`, calls this.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzONNX(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    ONNXFuzz.model(data)
    return 0
}
