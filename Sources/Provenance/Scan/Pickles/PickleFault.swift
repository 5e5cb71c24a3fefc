/// Why a pickle cannot be followed further.
enum PickleFault: Error, Equatable {
    case ends
    case unknownInstruction(UInt8)
    case badArgument(String)
    case stackUnderflow
    case missingMark
    case missingMemo
    case wrongType(String)
    case badProtocol(Int)
    case limit(String)

    var text: String {
        switch self {
        case .ends: "it ends before its STOP instruction"
        case .unknownInstruction(let byte): "there is no instruction 0x" + String(byte, radix: 16)
        case .badArgument(let what): what
        case .stackUnderflow: "an instruction takes more from the stack than is on it"
        case .missingMark: "an instruction needs a mark that is not there"
        case .missingMemo: "a value is fetched that was never stored"
        case .wrongType(let what): what
        case .badProtocol(let version): "protocol \(version) does not exist"
        case .limit(let what): what
        }
    }
}
