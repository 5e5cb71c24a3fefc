import BulwarkTensors
import Foundation
import SwiftProtobuf

/// A model read from ONNX: a graph, and what a reader of a report should know about how it was read.
public struct ONNXModel: Sendable {
    /// The model.
    public let graph: Graph
    /// What each output of the graph is called in the file.
    public let outputNames: [String]
    /// The file's version of the default operator set.
    public let opset: Int
    /// The program that wrote the file, as it says itself.
    public let producer: String
    /// Whether the graph computes any number of samples at once, or only as many as its input's first axis
    /// says.
    public let hasSymbolicBatch: Bool
    /// Remarks on how the model was read, as in "double weights are computed in float32".
    public let notes: [String]
    /// What the classes are called in the order of the scores, if the file says so.
    public let classNames: [String]?
    /// The file's outputs that the graph does not have.
    public let unusedOutputs: [String]
}

/// Reads ONNX models of operator sets 6 to 28.
///
/// Source: the ONNX IR specification. Nothing in a model is executed; every size is checked before memory is
/// taken.
public enum ONNXReader {
    /// The largest model file: 2 GiB, the limit of a protocol buffer message.
    ///
    /// Weights beyond it live in external files, which are mapped into memory and may be of any size.
    public static let maximumFileBytes = 1 << 31
    /// The operator set versions that are read.
    ///
    /// Operators refuse forms that only older versions had.
    public static let supportedOpsets = 6...28
    /// The versions of the operator set `ai.onnx.ml` that are read.
    public static let supportedClassicalOpsets = 1...5

    /// Reads a model from a file; external data is looked for in the file's folder and nowhere else.
    ///
    /// - Throws: `ONNXError`; `GraphError` if operators do not fit together; `CocoaError` if the file cannot
    ///   be read.
    public static func read(
        contentsOf url: URL,
        options: ONNXImportOptions = ONNXImportOptions()
    ) throws -> ONNXModel {
        let bytes = FileSize.bytes(of: url.path) ?? 0
        guard bytes <= maximumFileBytes else {
            throw ONNXError.fileTooLarge(bytes: bytes, limit: maximumFileBytes)
        }
        let data = try Data(contentsOf: url, options: .mappedIfSafe)
        return try read(data, folder: url.deletingLastPathComponent(), options: options)
    }

    /// Reads a model from bytes.
    ///
    /// - Parameters:
    ///   - data: The bytes of an ONNX file.
    ///   - folder: Where external data may be; nil to refuse it.
    ///   - options: What the file leaves open, and which outputs are wanted.
    /// - Returns: The model.
    /// - Throws: `ONNXError`, or `GraphError` if operators do not fit together.
    public static func read(
        _ data: Data,
        folder: URL? = nil,
        options: ONNXImportOptions = ONNXImportOptions()
    ) throws -> ONNXModel {
        guard data.count <= maximumFileBytes else {
            throw ONNXError.fileTooLarge(bytes: data.count, limit: maximumFileBytes)
        }
        guard !data.isEmpty else { throw ONNXError.malformed("the file is empty") }
        let model: Bulwark_Onnx_Model = try decode(data, as: .model)
        let opsets = try checkHeader(model)
        let functions = try ONNXFunction.all(in: model, opsets: opsets)
        let source = try ONNXSourceGraph(model.graph, opsets: opsets)
        try source.check(options)
        let producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }.joined(
            separator: " "
        )
        let selection = try source.selectOutputs(options.outputs)
        // The whole file has to make sense; what no used output depends on is checked and then left out.
        _ = try source.orderedNodes(for: source.graph.node.flatMap(\.output).filter { !$0.isEmpty })
        let nodes = try source.orderedNodes(for: selection.outputs)
        try source.checkSupported(nodes, functions)

        // A first axis of 1 is usually an example's, not a limit: try to let it grow, and keep it where that
        // fails.
        let mayGrow =
            options.firstAxis == .samples
            && source.hasSingleSampleInputs(except: Set(options.constants.keys))
        var failure: (any Error)?
        for grows in mayGrow ? [true, false] : [false] {
            var importer = ONNXImporter(
                source,
                functions: functions,
                folder: folder,
                options: options,
                firstAxisGrows: grows
            )
            do {
                let graph = try importer.graph(nodes, outputs: selection.outputs)
                let isSymbolic = graph.inputs.contains { graph[$0].shape.dimensions.first?.fixed == nil }
                if grows, !graph.outputs.allSatisfy({ graph[$0].shape.dimensions.first == .batch }) {
                    continue
                }
                return ONNXModel(
                    graph: graph,
                    outputNames: selection.names,
                    opset: opsets[""] ?? supportedOpsets.upperBound,
                    producer: producer,
                    hasSymbolicBatch: isSymbolic,
                    notes: selection.notes + importer.notes,
                    classNames: importer.classNames ?? selection.classNames,
                    unusedOutputs: source.graph.output.map(\.name).filter { !selection.names.contains($0) }
                )
            } catch {
                failure = error
            }
        }
        throw failure ?? ONNXError.missing("outputs")
    }

    /// Decodes the bytes of a message after a look at what they would unfold into.
    ///
    /// - Throws: `ONNXError.malformed`.
    static func decode<Message: SwiftProtobuf.Message>(
        _ data: Data,
        as kind: ONNXWireCheck.Message
    ) throws(ONNXError) -> Message {
        try ONNXWireCheck.check(data, as: kind)
        do {
            var options = BinaryDecodingOptions()
            options.messageDepthLimit = 16
            options.discardUnknownFields = true
            return try Message(serializedBytes: data, options: options)
        } catch {
            throw .malformed("its bytes do not decode as a protocol buffer message")
        }
    }

    /// The version of each operator set, or the newest of the default one if only others are named.
    private static func checkHeader(_ model: Bulwark_Onnx_Model) throws(ONNXError) -> [String: Int] {
        guard model.hasGraph, !model.graph.node.isEmpty || !model.graph.output.isEmpty else {
            throw .missing("graph")
        }
        let opsets = try opsets(model.opsetImport)
        if opsets[""] == nil {
            // A model of other domains' operators alone names only those; each of them is reported.
            let usesDefault = model.graph.node.contains { $0.domain.isEmpty || $0.domain == "ai.onnx" }
            guard !usesDefault, !model.opsetImport.isEmpty else {
                throw .missing("version of the default operator set")
            }
        }
        return opsets
    }

    /// The version of each operator set by domain; that of the default one is empty.
    ///
    /// - Throws: `ONNXError` if a set occurs in two versions, or in one that is not read.
    static func opsets(_ imports: [Bulwark_Onnx_OperatorSet]) throws(ONNXError) -> [String: Int] {
        var opsets: [String: Int] = [:]
        for entry in imports {
            let domain = entry.domain == "ai.onnx" ? "" : entry.domain
            let version = Int(clamping: entry.version)
            guard opsets[domain, default: version] == version else {
                throw .malformed("it names several versions of the operator set '\(entry.domain)'")
            }
            opsets[domain] = version
            guard supportedVersions(of: domain).contains(version) else {
                throw .unsupportedOpset(domain: entry.domain, version: version)
            }
        }
        return opsets
    }

    /// The versions of an operator set that are read; of those that nobody knows, all.
    static func supportedVersions(of domain: String) -> ClosedRange<Int> {
        switch domain {
        case "", "ai.onnx": supportedOpsets
        case "ai.onnx.ml": supportedClassicalOpsets
        default: Int.min...Int.max
        }
    }
}
