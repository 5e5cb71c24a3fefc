import Foundation
import Fuzzing

/// Reads one input as an NPZ archive, then as an NPY array; libFuzzer, which has the program's `main`, calls this.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNPZ(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    DataSetFuzz.npz(data)
    DataSetFuzz.npy(data)
    return 0
}
