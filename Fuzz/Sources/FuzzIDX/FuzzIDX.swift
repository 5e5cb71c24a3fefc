import Foundation
import Fuzzing

/// Reads one input as an IDX array; libFuzzer, which has the program's `main`, calls this.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIDX(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    DataSetFuzz.idx(data)
    return 0
}
