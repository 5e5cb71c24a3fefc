/// What is known of an ONNX operator before it is lowered: the attributes it may have, and what its outputs
/// hold.
struct OperatorSignature {
    /// The names of the attributes that any version of the operator has.
    let attributes: Set<Substring>
    /// For each output how its element type is found; the last one holds for those that follow, too.
    private let outputs: [[Rule]]

    /// A way to tell the element type of an output, which may have nothing to say.
    private enum Rule {
        /// The type of an input, if it is there.
        case input(Int)
        /// The type whose number or tensor an attribute holds, if it is there.
        case named(String)
        /// A type that an attribute's presence gives away.
        case present(String, ONNXElementType)
        case fixed(ONNXElementType)
    }

    /// The signatures by operator type, with its domain in front unless that is the default one.
    static let table: [Substring: OperatorSignature] = {
        var table: [Substring: OperatorSignature] = [:]
        var entry: Substring = ""
        for line in text.split(separator: "\n") + ["" as Substring] {
            if line.first == " " {
                entry += line
                continue
            }
            if let colon = entry.firstIndex(of: ":") {
                table[entry[..<colon]] = OperatorSignature(entry[entry.index(after: colon)...])
            }
            entry = line
        }
        return table
    }()

    /// A line of the table after the operator's name.
    private init(_ line: Substring) {
        let words = line.split(separator: " ")
        let end = words.firstIndex(of: "->") ?? words.endIndex
        attributes = Set(words[..<end])
        let rules = words.dropFirst(end + 1).map { word in word.split(separator: "|").map(Self.rule) }
        outputs = rules.isEmpty ? [[.input(0)]] : rules
    }

    private static func rule(_ word: Substring) -> Rule {
        if let input = Int(word) { return .input(input) }
        if word.first == "@" { return .named(String(word.dropFirst())) }
        if word.first == "?", let equals = word.firstIndex(of: "="),
            let type = ONNXElementType(name: word[word.index(after: equals)...])
        {
            return .present(String(word[..<equals].dropFirst()), type)
        }
        guard let type = ONNXElementType(name: word) else {
            preconditionFailure("every word of the table of signatures is understood")
        }
        return .fixed(type)
    }

    /// The element types of the outputs of a node.
    ///
    /// - Throws: `ONNXError` if an attribute names a type that is not read.
    static func outputTypes(of node: ONNXNode, _ qualifiedType: String) throws(ONNXError) -> [ONNXElementType]
    {
        let rules = table[qualifiedType[...]]?.outputs ?? [[.input(0)]]
        var types: [ONNXElementType] = []
        for output in 0..<node.outputCount {
            var found: ONNXElementType?
            for rule in rules[min(output, rules.count - 1)] where found == nil {
                found = try type(rule, node)
            }
            types.append(found ?? (node.inputs.isEmpty ? .float : node.inputType(0)))
        }
        return types
    }

    private static func type(_ rule: Rule, _ node: ONNXNode) throws(ONNXError) -> ONNXElementType? {
        switch rule {
        case .input(let index): node.optionalInput(index) == nil ? nil : node.inputType(index)
        case .named(let attribute): try node.elementType(attribute)
        case .present(let attribute, let type): node.has(attribute) ? type : nil
        case .fixed(let type): type
        }
    }
}
