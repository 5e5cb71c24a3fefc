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
}

/// Reads ONNX models of operator sets 6 to 22.
///
/// Source: the ONNX IR specification. Nothing in a model is executed; every size is checked before memory is
/// taken.
public enum ONNXReader {
    /// The largest model file: 2 GiB, the limit of a protocol buffer message.
    ///
    /// Weights beyond it live in external files.
    public static let maximumFileBytes = 1 << 31
    /// The operator set versions that are read.
    ///
    /// Operators refuse forms that only older versions had.
    public static let supportedOpsets = 6...22

    /// Reads a model from a file; external data is looked for in the file's folder and nowhere else.
    ///
    /// - Throws: `ONNXError`; `GraphError` if operators do not fit together; `CocoaError` if the file cannot
    ///   be read.
    public static func read(contentsOf url: URL) throws -> ONNXModel {
        let bytes = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        guard bytes <= maximumFileBytes else {
            throw ONNXError.fileTooLarge(bytes: bytes, limit: maximumFileBytes)
        }
        let data = try Data(contentsOf: url, options: .mappedIfSafe)
        return try read(data, folder: url.deletingLastPathComponent())
    }

    /// Reads a model from bytes.
    ///
    /// - Parameters:
    ///   - data: The bytes of an ONNX file.
    ///   - folder: Where external data may be; nil to refuse it.
    /// - Returns: The model.
    /// - Throws: `ONNXError`, or `GraphError` if operators do not fit together.
    public static func read(_ data: Data, folder: URL? = nil) throws -> ONNXModel {
        guard data.count <= maximumFileBytes else {
            throw ONNXError.fileTooLarge(bytes: data.count, limit: maximumFileBytes)
        }
        guard !data.isEmpty else { throw ONNXError.malformed("the file is empty") }
        try ONNXWireCheck.check(data)
        let model = try decode(data)
        let opset = try checkHeader(model)
        let source = try ONNXSourceGraph(model.graph, opset: opset)
        let producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }.joined(
            separator: " "
        )
        let selection = try source.selectOutputs()
        // The whole file has to make sense; what no used output depends on is checked and then left out.
        _ = try source.orderedNodes(for: source.graph.node.flatMap(\.output).filter { !$0.isEmpty })
        let nodes = try source.orderedNodes(for: selection.outputs)
        try source.checkSupported(nodes)

        // A first axis of 1 is usually an example's, not a limit: try to let it grow, and keep it where that
        // fails.
        var failure: (any Error)?
        for grows in source.hasSingleSampleInput ? [true, false] : [false] {
            var importer = ONNXImporter(source, folder: folder, firstAxisGrows: grows)
            do {
                let graph = try importer.graph(nodes, outputs: selection.outputs)
                let isSymbolic = graph.inputs.contains { graph[$0].shape.dimensions.first?.fixed == nil }
                if grows, !graph.outputs.allSatisfy({ graph[$0].shape.dimensions.first == .batch }) {
                    continue
                }
                return ONNXModel(
                    graph: graph,
                    outputNames: selection.names,
                    opset: opset,
                    producer: producer,
                    hasSymbolicBatch: isSymbolic,
                    notes: selection.notes + importer.notes
                )
            } catch {
                failure = error
            }
        }
        throw failure ?? ONNXError.missing("outputs")
    }

    private static func decode(_ data: Data) throws(ONNXError) -> Bulwark_Onnx_Model {
        do {
            var options = BinaryDecodingOptions()
            options.messageDepthLimit = 16
            options.discardUnknownFields = true
            return try Bulwark_Onnx_Model(serializedBytes: data, options: options)
        } catch {
            throw .malformed("its bytes do not decode as a protocol buffer message")
        }
    }

    private static func checkHeader(_ model: Bulwark_Onnx_Model) throws(ONNXError) -> Int {
        guard model.hasGraph, !model.graph.node.isEmpty || !model.graph.output.isEmpty else {
            throw .missing("graph")
        }
        guard model.functions.isEmpty else {
            throw .unsupportedInterface("the model defines functions of its own, which are not supported")
        }
        guard model.graph.sparseInitializer.isEmpty else {
            throw .unsupportedInterface("the model has sparse initialisers, which are not supported")
        }
        let defaults = model.opsetImport.filter { $0.domain.isEmpty || $0.domain == "ai.onnx" }
        guard let opset = defaults.first else {
            // A model of other domains' operators alone names only those; each of them is reported.
            let usesDefault = model.graph.node.contains { $0.domain.isEmpty || $0.domain == "ai.onnx" }
            guard !usesDefault, !model.opsetImport.isEmpty else {
                throw .missing("version of the default operator set")
            }
            return supportedOpsets.upperBound
        }
        guard defaults.allSatisfy({ $0.version == opset.version }) else {
            throw .malformed("it names several versions of the default operator set")
        }
        guard let version = Int(exactly: opset.version), supportedOpsets.contains(version) else {
            throw .unsupportedOpset(domain: opset.domain, version: Int(opset.version))
        }
        return version
    }
}
