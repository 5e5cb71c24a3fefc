/// What a name stands for, with the element type that the file has for it.
struct ONNXKnownValue {
    let value: ImportedValue
    let type: ONNXElementType
}

/// A graph that is being lowered: the model's, a branch's or a function's.
struct ONNXFrame {
    /// How many functions, branches and bodies may be open inside one another.
    static let maximumDepth = 32
    /// The most nodes that functions and bodies may unfold into.
    static let maximumInlinedNodes = 1 << 18

    let body: ONNXSourceGraph
    /// What the names of nodes begin with.
    var prefix = ""
    /// Whether names of the graph around it mean nothing in it: in functions.
    var isClosed = false
    /// Whether it may be lowered many times, so that what it holds is paid for each time.
    var isRepeated = false
    /// In a function, the attributes of the call.
    var attributes: [String: Bulwark_Onnx_Attribute] = [:]
    /// In a function, the inputs that the call leaves out.
    var absent: Set<String> = []
    /// What names stand for.
    var known: [String: ONNXKnownValue] = [:]
    /// The names that something reads.
    var read: Set<String> = []
}
