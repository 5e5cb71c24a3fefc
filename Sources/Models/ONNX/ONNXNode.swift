import BulwarkTensors
import Foundation

/// A node of an ONNX graph as operators see it at import: typed attributes, and inputs resolved to what they
/// stand for.
struct ONNXNode {
    /// The node's name, or `#` and its position.
    private(set) var name: String
    /// The operator type, as in `Conv`.
    let type: String
    /// The version of the operator set the model was written for, in the operator's domain.
    let opset: Int
    /// What each input stands for; nil for one that is left out.
    let inputs: [ImportedValue?]
    /// The element type of each input; `float` for one that is left out.
    private let inputTypes: [ONNXElementType]
    /// The element type of each output, by the operator's signature.
    var outputTypes: [ONNXElementType] = []
    /// How many outputs the node declares.
    let outputCount: Int
    /// The outputs that something reads.
    private let readOutputs: Set<Int>
    /// The name of the first output.
    private(set) var outputName: String
    /// The attributes by name, as they stand in the file.
    let attributes: [String: Bulwark_Onnx_Attribute]
    private let subgraphs: [String: ONNXSourceGraph]

    init(
        name: String,
        type: String,
        opset: Int,
        inputs: [ImportedValue?],
        inputTypes: [ONNXElementType],
        outputCount: Int,
        readOutputs: Set<Int>,
        outputName: String,
        attributes: [String: Bulwark_Onnx_Attribute],
        subgraphs: [String: ONNXSourceGraph]
    ) {
        self.name = name
        self.type = type
        self.opset = opset
        self.inputs = inputs
        self.inputTypes = inputTypes
        self.outputCount = outputCount
        self.readOutputs = readOutputs
        self.outputName = outputName
        self.attributes = attributes
        self.subgraphs = subgraphs
    }

    /// This node under the name of a step on the way to its output, for lowerings that take several
    /// operators.
    func step(_ suffix: String) -> ONNXNode {
        var copy = self
        copy.name = "\(name)_\(suffix)"
        copy.outputName = "\(outputName)_\(suffix)"
        return copy
    }

    /// An error that names this node.
    func error(_ problem: String) -> ONNXError { .invalidNode(node: name, type: type, problem: problem) }

    // MARK: - Inputs and outputs

    /// Whether something reads output `index`.
    func reads(output index: Int) -> Bool { readOutputs.contains(index) }

    /// The element type of input `index`; `float` if it is left out.
    func inputType(_ index: Int) -> ONNXElementType { index < inputTypes.count ? inputTypes[index] : .float }

    /// The element type of the first output.
    var outputType: ONNXElementType { outputTypes.first ?? .float }

    /// What input `index` stands for, or nil if it is left out.
    func optionalInput(_ index: Int) -> ImportedValue? { index < inputs.count ? inputs[index] : nil }

    /// What input `index` stands for.
    func input(_ index: Int) throws(ONNXError) -> ImportedValue {
        guard let input = optionalInput(index) else { throw error("input \(index) is missing") }
        return input
    }

    /// Whether input `index` is computed when the model runs.
    func isComputed(_ index: Int) -> Bool {
        if case .value? = optionalInput(index) { true } else { false }
    }

    /// Input `index` as integers known at import, or nil if it is left out.
    func optionalIntegers(_ index: Int) throws(ONNXError) -> IntegerArray? {
        switch optionalInput(index) {
        case nil: return nil
        case .integers(let array): return array
        case .constant, .value: throw error("input \(index) has to be integers known before the model runs")
        }
    }

    /// Input `index` as integers that do not depend on the batch size, or nil if it is left out.
    func optionalFixedIntegers(_ index: Int) throws(ONNXError) -> [Int]? {
        guard let array = try optionalIntegers(index) else { return nil }
        guard let numbers = array.fixed else {
            throw error("input \(index) must not depend on the batch size")
        }
        return numbers
    }

    /// Input `index` as a single float known at import, or nil if it is left out.
    func optionalFloat(_ index: Int) throws(ONNXError) -> Float? {
        switch optionalInput(index) {
        case nil: return nil
        case .constant(let tensor) where tensor.count == 1: return tensor[0]
        case .integers(let array):
            if let numbers = array.fixed, numbers.count == 1 { return Float(numbers[0]) }
        default: break
        }
        throw error("input \(index) has to be one number known before the model runs")
    }

    /// Input `index` as a truth value known at import, or nil if it is left out.
    func optionalBoolean(_ index: Int) throws(ONNXError) -> Bool? {
        guard let numbers = try optionalFixedIntegers(index) else { return nil }
        guard numbers.count == 1 else { throw error("input \(index) has to be one truth value") }
        return numbers[0] != 0
    }
}

// MARK: - Attributes

extension ONNXNode {
    /// The names of all attributes, sorted.
    var attributeNames: [String] { attributes.keys.sorted() }

    /// Whether the attribute is there.
    func has(_ attribute: String) -> Bool { attributes[attribute] != nil }

    /// An integer attribute, or nil if it is left out.
    func int(_ attribute: String) throws(ONNXError) -> Int? {
        guard let found = attributes[attribute] else { return nil }
        guard found.hasI, let value = Int(exactly: found.i) else {
            throw error("attribute \(attribute) is not an integer")
        }
        return value
    }

    /// An integer attribute that stands for a truth value, or what it means if it is left out.
    func flag(_ attribute: String, default value: Bool = false) throws(ONNXError) -> Bool {
        try int(attribute).map { $0 != 0 } ?? value
    }

    /// An attribute that is a list of integers, or nil if it is left out.
    func ints(_ attribute: String) throws(ONNXError) -> [Int]? {
        guard let found = attributes[attribute] else { return nil }
        guard found.floats.isEmpty, found.strings.isEmpty, !found.hasT else {
            throw error("attribute \(attribute) is not a list of integers")
        }
        return found.ints.map { Int($0) }
    }

    /// A float attribute, or nil if it is left out.
    func float(_ attribute: String) throws(ONNXError) -> Float? {
        guard let found = attributes[attribute] else { return nil }
        guard found.hasF, found.f.isFinite else {
            throw error("attribute \(attribute) is not a finite float")
        }
        return found.f
    }

    /// A float attribute, or nil if it is left out; NaN and infinities are floats, too.
    func rawFloat(_ attribute: String) throws(ONNXError) -> Float? {
        guard let found = attributes[attribute] else { return nil }
        guard found.hasF else { throw error("attribute \(attribute) is not a float") }
        return found.f
    }

    /// An attribute that is a list of floats, or nil if it is left out.
    func floats(_ attribute: String) -> [Float]? { attributes[attribute].map(\.floats) }

    /// A string attribute, or nil if it is left out.
    func string(_ attribute: String) throws(ONNXError) -> String? {
        guard let found = attributes[attribute] else { return nil }
        guard found.hasS, let text = String(data: found.s, encoding: .utf8) else {
            throw error("attribute \(attribute) is not a string")
        }
        return text
    }

    /// An attribute that is a list of strings, or nil if it is left out.
    func strings(_ attribute: String) throws(ONNXError) -> [String]? {
        guard let found = attributes[attribute] else { return nil }
        let texts = found.strings.compactMap { String(data: $0, encoding: .utf8) }
        guard found.ints.isEmpty, found.floats.isEmpty, !found.hasT, texts.count == found.strings.count else {
            throw error("attribute \(attribute) is not a list of strings")
        }
        return texts
    }

    /// A tensor attribute, or nil if it is left out.
    func tensor(_ attribute: String) throws(ONNXError) -> Bulwark_Onnx_Tensor? {
        guard let found = attributes[attribute] else { return nil }
        guard found.hasT else { throw error("attribute \(attribute) is not a tensor") }
        return found.t
    }

    /// A tensor attribute as a constant, or nil if it is left out.
    func constant(_ attribute: String) throws(ONNXError) -> ImportedValue? {
        guard let tensor = try tensor(attribute) else { return nil }
        return try ONNXTensorReader.importedValue(tensor, name: "\(name).\(attribute)")
    }

    /// A graph attribute, or nil if it is left out; `ONNXLowering.inline` lowers it.
    func subgraph(_ attribute: String) -> ONNXSourceGraph? { subgraphs[attribute] }

    /// The element type that an attribute names or whose elements it holds, or nil if there is none.
    ///
    /// - Throws: `ONNXError` if it is a type that is not read.
    func elementType(_ attribute: String) throws(ONNXError) -> ONNXElementType? {
        guard let found = attributes[attribute] else { return nil }
        // 0 stands for "not said".
        if !found.hasT, found.i == 0 { return nil }
        let number = found.hasT ? found.t.dataType : Int32(clamping: found.i)
        guard let type = ONNXElementType(rawValue: number) else {
            throw error("attribute \(attribute) names element type \(number), which is not supported")
        }
        return type
    }

    /// The axes of a node: an attribute before opset 13 (18 for some reductions), an input since.
    ///
    /// Nil if left out.
    func axes(input index: Int) throws(ONNXError) -> [Int]? {
        if let axes = try ints("axes") { return axes }
        return try optionalFixedIntegers(index)
    }
}
