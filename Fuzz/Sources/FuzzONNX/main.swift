import CLibFuzzer
import Foundation
import Fuzzing

// Reads every input as an ONNX model.
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    ONNXFuzz.model(data)
    return 0
}
exit(status)
