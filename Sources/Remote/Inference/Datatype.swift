/// What the elements of a tensor are, by the protocol's names.
enum Datatype: String, Sendable {
    case bool = "BOOL"
    case unsigned8 = "UINT8"
    case unsigned16 = "UINT16"
    case unsigned32 = "UINT32"
    case unsigned64 = "UINT64"
    case signed8 = "INT8"
    case signed16 = "INT16"
    case signed32 = "INT32"
    case signed64 = "INT64"
    case float16 = "FP16"
    case brain16 = "BF16"
    case float32 = "FP32"
    case float64 = "FP64"
    case bytes = "BYTES"

    /// What a classifier may mean by elements of this kind.
    enum Role {
        case score
        case label
    }

    var role: Role {
        switch self {
        case .float16, .brain16, .float32, .float64: .score
        default: .label
        }
    }
}
