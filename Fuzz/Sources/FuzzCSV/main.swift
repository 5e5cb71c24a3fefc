import CLibFuzzer
import Foundation
import Fuzzing

// Reads every input as an CSV table.
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    DataSetFuzz.csv(data)
    return 0
}
exit(status)
