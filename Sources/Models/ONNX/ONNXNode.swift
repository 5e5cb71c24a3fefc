import BulwarkTensors
import Foundation

/// A node of an ONNX graph as operators see it at import: typed attributes, and inputs resolved to what they
/// stand for.
struct ONNXNode {
    /// The node's name, or `#` and its position.
    let name: String
    /// The operator type, as in `Conv`.
    let type: String
    /// The version of the operator set the model was written for.
    let opset: Int
    /// What each input stands for; nil for one that is left out.
    let inputs: [ImportedValue?]
    /// How many outputs something may read.
    let outputCount: Int
    /// The name of the first output.
    let outputName: String
    private let attributes: [String: Bulwark_Onnx_Attribute]

    init(
        name: String,
        type: String,
        opset: Int,
        inputs: [ImportedValue?],
        outputCount: Int,
        outputName: String,
        attributes: [String: Bulwark_Onnx_Attribute]
    ) {
        self.name = name
        self.type = type
        self.opset = opset
        self.inputs = inputs
        self.outputCount = outputCount
        self.outputName = outputName
        self.attributes = attributes
    }

    /// This node under the name of a step on the way to its output, for lowerings that take several
    /// operators.
    func step(_ suffix: String) -> ONNXNode {
        ONNXNode(
            name: "\(name)_\(suffix)",
            type: type,
            opset: opset,
            inputs: inputs,
            outputCount: outputCount,
            outputName: "\(outputName)_\(suffix)",
            attributes: attributes
        )
    }

    /// An error that names this node.
    func error(_ problem: String) -> ONNXError { .invalidNode(node: name, type: type, problem: problem) }

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

    /// A tensor attribute, or nil if it is left out.
    func tensor(_ attribute: String) throws(ONNXError) -> Bulwark_Onnx_Tensor? {
        guard let found = attributes[attribute] else { return nil }
        guard found.hasT else { throw error("attribute \(attribute) is not a tensor") }
        return found.t
    }

    /// What input `index` stands for, or nil if it is left out.
    func optionalInput(_ index: Int) -> ImportedValue? { index < inputs.count ? inputs[index] : nil }

    /// What input `index` stands for.
    func input(_ index: Int) throws(ONNXError) -> ImportedValue {
        guard let input = optionalInput(index) else { throw error("input \(index) is missing") }
        return input
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

    /// The axes of a node: an attribute before opset 13 (18 for some reductions), an input since.
    ///
    /// Nil if left out.
    func axes(input index: Int) throws(ONNXError) -> [Int]? {
        if let axes = try ints("axes") { return axes }
        return try optionalFixedIntegers(index)
    }
}
