import BulwarkTensors
import Foundation

/// Lowers the nodes of an ONNX graph, in order, into a `Graph`.
struct ONNXImporter {
    private let source: ONNXSourceGraph
    private let options: ONNXImportOptions
    private var lowering: ONNXLowering

    /// - Parameters:
    ///   - source: The graph in the file.
    ///   - functions: The operators that the model defines itself.
    ///   - folder: Where external data may be.
    ///   - options: What the caller says about the model.
    ///   - firstAxisGrows: Whether a first axis declared as 1 stands for any number of samples.
    init(
        _ source: ONNXSourceGraph,
        functions: [String: ONNXFunction],
        folder: URL?,
        options: ONNXImportOptions,
        firstAxisGrows: Bool
    ) {
        self.source = source
        self.options = options
        lowering = ONNXLowering(
            source,
            functions: functions,
            folder: folder,
            firstAxisGrows: firstAxisGrows
        )
    }

    /// Remarks collected while lowering.
    var notes: [String] { lowering.notes }
    /// What the classes are called, if the model says so.
    var classNames: [String]? { lowering.classNames }

    /// The graph with these outputs.
    ///
    /// - Throws: `ONNXError`, or `GraphError` if operators do not fit together.
    mutating func graph(_ nodes: [Int], outputs: [String]) throws -> Graph {
        for input in source.inputs {
            let declaration = try ONNXInputDeclaration(
                input,
                options,
                firstAxisGrows: lowering.firstAxisGrows
            )
            switch options.constants[input.name] {
            case nil: try declare(declaration)
            case let constant?: try bind(constant, to: declaration)
            }
        }
        let results = try lowering.lower(nodes, outputs: outputs)
        let ids = try zip(outputs, results).map { name, result in
            try lowering.output(name, result.value, result.type)
        }
        return lowering.graph(outputs: ids)
    }

    private mutating func declare(_ input: ONNXInputDeclaration) throws {
        let shape = try input.symbolicShape()
        let value = try lowering.input(input.name, shape, type: input.type.elementType)
        lowering.define(input.name, as: ONNXKnownValue(value: value, type: input.type))
        if input.type.isFloat, input.type != .float {
            lowering.note("input '\(input.name)' is declared as \(input.type); float32 is used")
        }
    }

    private mutating func bind(_ constant: ONNXConstant, to input: ONNXInputDeclaration) throws(ONNXError) {
        let value = try input.value(for: constant)
        lowering.admit(value)
        lowering.define(input.name, as: ONNXKnownValue(value: value, type: input.type))
    }
}
