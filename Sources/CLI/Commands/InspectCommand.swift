import ArgumentParser
import BulwarkModels
import BulwarkTensors
import Foundation

/// `bulwark inspect`: what is in a model file, and whether it can be assessed.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show a model's inputs, outputs, operators and parameters, and whether it can be assessed."
    )

    @Argument(help: "An ONNX file.")
    var model: String

    @OptionGroup var common: CommonOptions

    func run() throws {
        let file = try reading(model) { try ONNXReader.read(contentsOf: URL(fileURLWithPath: model)) }
        let summary = ModelSummary(file, path: model, sha256: try FileDigest.sha256(ofFile: model))
        if common.json {
            try StandardOutput.write(json: summary)
        } else {
            try StandardOutput.write(summary.text)
        }
    }
}

/// What `inspect` prints.
struct ModelSummary: Codable {
    struct Value: Codable {
        var name: String
        var shape: String
    }

    struct Node: Codable {
        var name: String
        var operation: String
        var output: String
        var shape: String
    }

    var path: String
    var sha256: String
    var producer: String
    var opset: Int
    var inputs: [Value]
    var outputs: [Value]
    var parameterCount: Int
    var operators: [String: Int]
    var nodes: [Node]
    var notes: [String]
    /// What the classifier's output is, if the model is one.
    var outputForm: String?
    var classCount: Int?
    /// What the file calls the classes, in the order of the scores.
    var classNames: [String]?
    /// Whether the model gives gradients, if it is a classifier.
    var givesGradients: Bool?
    /// Why the model is no classifier that can be assessed, if it is none.
    var notAssessable: String?

    init(_ model: ONNXModel, path: String, sha256: String) {
        let graph = model.graph
        self.path = path
        self.sha256 = sha256
        producer = model.producer
        opset = model.opset
        inputs = graph.inputs.map { Value(name: graph[$0].name, shape: graph[$0].shape.description) }
        outputs = zip(model.outputNames, graph.outputs).map {
            Value(name: $0, shape: graph[$1].shape.description)
        }
        parameterCount = graph.parameterCount
        operators = Dictionary(graph.nodes.map { ($0.operation.name, 1) }, uniquingKeysWith: +)
        nodes = graph.nodes.map {
            Node(
                name: $0.name,
                operation: $0.operation.name,
                output: graph[$0.output].name,
                shape: graph[$0.output].shape.description
            )
        }
        notes = model.notes
        do {
            let classifier = try ClassifierGraph(graph)
            outputForm = classifier.form.rawValue
            classCount = classifier.classCount
            if model.classNames?.count == classifier.classCount { classNames = model.classNames }
            notes += classifier.notes
            let access = ClassifierAccess(
                classifier,
                backend: ReferenceBackend(),
                execution: Execution(threads: 1)
            )
            givesGradients = access.hasGradients
            if case .scores(let scores) = access {
                notes.append(
                    "no gradients, because \(scores.obstacle): it can be assessed as a black box only"
                )
            }
        } catch {
            notAssessable = "\(error)"
        }
    }

    var text: String {
        var lines = [path, "  sha256      \(sha256)"]
        lines.append("  written by  \(producer.isEmpty ? "unknown" : producer), operator set \(opset)")
        for input in inputs { lines.append("  input       \(input.name) \(input.shape)") }
        for output in outputs { lines.append("  output      \(output.name) \(output.shape)") }
        lines.append(
            "  parameters  \(parameterCount.formatted(.number.locale(Locale(identifier: "en_US_POSIX"))))"
        )
        let counts = operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        lines.append("  operators   " + counts.map { "\($0.key) ×\($0.value)" }.joined(separator: ", "))
        if let outputForm, let classCount {
            lines.append("  classifier  \(classCount) classes; the output is \(outputForm)")
            if let classNames, classNames != (0..<classCount).map({ "\($0)" }) {
                let shown = classNames.prefix(10).joined(separator: ", ")
                lines.append("  classes     \(shown)\(classNames.count > 10 ? ", …" : "")")
            }
        }
        if let notAssessable { lines.append("  cannot be assessed: \(notAssessable)") }
        for note in notes { lines.append("  note        \(note)") }
        lines.append("")
        let width = nodes.map(\.operation.count).max() ?? 0
        for (position, node) in nodes.enumerated() {
            let number = String(position + 1)
            let padding = String(repeating: " ", count: max(4 - number.count, 0))
            let operation = node.operation.padding(toLength: width + 2, withPad: " ", startingAt: 0)
            lines.append("\(padding)\(number)  \(operation)\(node.shape)  \(node.name)")
        }
        return lines.joined(separator: "\n")
    }
}
