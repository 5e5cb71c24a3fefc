import Foundation
import Fuzzing

/// Reads one input as a CSV table; libFuzzer, which has the program's `main`, calls this.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    DataSetFuzz.csv(data)
    return 0
}
