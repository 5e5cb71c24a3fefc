import BulwarkModels
import BulwarkTensors
import Foundation

/// Runs the tests that the ONNX project publishes for single operators: a model, inputs, expected outputs.
package struct NodeTestRunner: Sendable {
    /// What came of a test.
    package enum Outcome: Sendable {
        /// The right answer, with all inputs given when the model runs.
        case passed
        /// The right answer, with inputs known at import: integers and truth values, or all but the first.
        case passedWithKnownInputs
        /// A wrong answer.
        case failed(String)
        /// A typed error.
        case refused(String)
        /// A test of something that is not meant to be read.
        case outOfScope(String)
    }

    /// A test and what came of it.
    package struct Report: Sendable {
        /// The name of the test's folder.
        package let name: String
        /// The operator if it is alone, else `several`.
        package let subject: String
        /// What came of it.
        package let outcome: Outcome
    }

    /// The folder with a model and a data set.
    private let folder: URL
    private let outline: ONNXOutline
    private let inputs: [ONNXTensorFile]
    private let expected: [ONNXTensorFile]

    /// Runs the test of a folder.
    package static func run(_ folder: URL) -> Report {
        let name = folder.lastPathComponent
        do {
            let data = try Data(contentsOf: folder.appendingPathComponent("model.onnx"))
            let outline = try ONNXOutline(data)
            let subject = outline.operators.count == 1 ? outline.operators[0] : "several"
            let outcome =
                try scope(outline).map(Outcome.outOfScope)
                ?? NodeTestRunner(folder: folder, outline: outline).outcome()
            return Report(name: name, subject: subject, outcome: outcome)
        } catch {
            return Report(name: name, subject: "unreadable", outcome: .refused("\(error)"))
        }
    }

    /// Operators of what is not read: text, sequences, optional values, loops, images in files.
    private static let foreign: Set<String> = [
        "Loop", "Scan", "ImageDecoder", "RegexFullMatch", "SplitToSequence", "ConcatFromSequence",
    ]

    /// Why a model is out of scope, or nil.
    private static func scope(_ outline: ONNXOutline) -> String? {
        for port in outline.inputs + outline.outputs {
            guard let type = port.elementType, type != "bfloat16" else {
                return "'\(port.name)' is no tensor of float16, float, double, integers or truth values"
            }
        }
        let found = outline.allOperators.sorted().first { type in
            foreign.contains(type) || ["Sequence", "Optional", "String"].contains { type.hasPrefix($0) }
        }
        return found.map { "uses \($0)" }
    }

    private init(folder: URL, outline: ONNXOutline) throws {
        self.folder = folder
        self.outline = outline
        func tensors(_ kind: String) throws -> [ONNXTensorFile] {
            var found: [ONNXTensorFile] = []
            while true {
                let url = folder.appendingPathComponent("test_data_set_0/\(kind)_\(found.count).pb")
                guard FileManager.default.fileExists(atPath: url.path) else { return found }
                found.append(try ONNXTensorFile(Data(contentsOf: url)))
            }
        }
        inputs = try tensors("input")
        expected = try tensors("output")
    }

    /// The lengths of axes that the model leaves open, from the inputs of the test.
    private func dimensions() -> [String: Int] {
        var dimensions: [String: Int] = [:]
        for (input, tensor) in zip(outline.inputs, inputs) {
            for (axis, size) in tensor.content.shape.dimensions.enumerated() {
                guard let name = input.openAxes[axis] else { continue }
                dimensions[name] = size
            }
        }
        return dimensions
    }

    /// Tries to give all inputs when the model runs; where it is refused, those that say how it computes,
    /// such as shapes and scales, are given at import.
    private func outcome() -> Outcome {
        let pairs = zip(outline.inputs, inputs).enumerated().map { index, pair in
            (name: pair.0.name, tensor: pair.1.content, index: index)
        }
        let integers = pairs.filter { if case .integers = $0.tensor { true } else { false } }
        let later = pairs.filter { input in input.index > 0 || integers.contains { $0.index == input.index } }
        var options = ONNXImportOptions(outputs: .all, firstAxis: .asDeclared)
        options.dimensions = dimensions()
        var reason: (any Error)?
        for known in [[], integers, later] {
            options.constants = Dictionary(
                known.map { ($0.name, $0.tensor) },
                uniquingKeysWith: { first, _ in first }
            )
            do {
                if let difference = try answer(options) { return .failed(difference) }
                return known.isEmpty ? .passed : .passedWithKnownInputs
            } catch {
                reason = error
            }
        }
        return .refused(reason.map { "\($0)" } ?? "")
    }

    /// What is wrong with the answer, or nil.
    private func answer(_ options: ONNXImportOptions) throws -> String? {
        let model = try ONNXReader.read(
            contentsOf: folder.appendingPathComponent("model.onnx"),
            options: options
        )
        let given = zip(outline.inputs, inputs).filter { options.constants[$0.0.name] == nil }
        let executable = try ReferenceBackend().compile(model.graph, batchSize: 1, differentiating: [])
        let outputs = try executable.forward(given.map { $0.1.floats })
        guard outputs.count == expected.count else {
            return "\(outputs.count) outputs, \(expected.count) are expected"
        }
        for (index, (output, expected)) in zip(outputs, expected).enumerated() {
            if let difference = expected.difference(from: output) { return "output \(index): \(difference)" }
        }
        return nil
    }
}

extension ONNXTensorFile {
    /// The elements as floats, as a caller of a graph has them.
    fileprivate var floats: Tensor {
        switch content {
        case .floats(let tensor): tensor
        case .integers(let numbers, let shape): Tensor(shape, numbers.map { Float($0) })
        }
    }

    /// How a tensor differs from this one, or nil: integers not at all, floats by a thousandth.
    fileprivate func difference(from found: Tensor) -> String? {
        guard found.shape == content.shape else { return "shape \(found.shape), expected \(content.shape)" }
        switch content {
        case .integers(let numbers, _):
            guard let index = numbers.indices.first(where: { Double(found[$0]) != Double(numbers[$0]) })
            else { return nil }
            return "element \(index) is \(found[index]), expected \(numbers[index])"
        case .floats(let tensor):
            // What is expected was rounded itself: twice, at the size of its largest element.
            let rounding = 2 * (tensor.elements.lazy.filter(\.isFinite).map(abs).max() ?? 0).ulp
            let absolute: Float = elementType == "float16" ? 1e-3 : max(1e-7, rounding)
            let index = tensor.elements.indices.first { index in
                let (one, other) = (found[index], tensor[index])
                if one == other || (one.isNaN && other.isNaN) { return false }
                return !(abs(one - other) <= absolute + 1e-3 * abs(other))
            }
            return index.map { "element \($0) is \(found[$0]), expected \(tensor[$0])" }
        }
    }
}
