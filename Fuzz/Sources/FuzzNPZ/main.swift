import CLibFuzzer
import Foundation
import Fuzzing

// Reads every input as an NPZ archive, and as an NPY array.
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    DataSetFuzz.npz(data)
    DataSetFuzz.npy(data)
    return 0
}
exit(status)
