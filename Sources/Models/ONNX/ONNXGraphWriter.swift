import BulwarkTensors
import Foundation

/// The nodes, initialisers and declarations of one graph on their way into a file.
struct ONNXGraphWriter {
    private let graph: Graph
    private let opset: Int
    private var result = Bulwark_Onnx_Graph()
    private var names: Set<String>
    /// What each value is called as a float.
    private var floats: [ValueID: String] = [:]
    /// What values are called as integers or truth values, where the file has them as such.
    private var casts: [Typed: String] = [:]
    /// What the number of samples is called, once something needs it.
    private var sampleCount: String?

    private struct Typed: Hashable {
        let value: ValueID
        let type: ElementType
    }

    init(_ graph: Graph, opset: Int) {
        self.graph = graph
        self.opset = opset
        names = Set(graph.values.map(\.name))
    }

    /// The graph as it is written.
    mutating func written(name: String) -> Bulwark_Onnx_Graph {
        result.name = name
        for id in graph.inputs { declareInput(id) }
        for id in graph.parameters.keys.sorted(by: { $0.index < $1.index }) {
            guard let tensor = graph.parameters[id] else { continue }
            result.initializer.append(.floats(tensor, name: floatName(of: id)))
        }
        for node in graph.nodes { write(node) }
        for id in graph.outputs { declareOutput(id) }
        return result
    }

    private mutating func write(_ node: Graph.Node) {
        let form = node.operation.onnx.adapted(toOpset: opset)
        var written = Bulwark_Onnx_Node()
        written.opType = form.type
        written.domain = form.domain
        written.name = node.name
        written.input = node.inputs.enumerated().map { index, id in
            name(of: id, as: form.inputTypes[index] ?? .float32, at: "\(node.name)_\(index)")
        }
        for (position, constant) in form.inserted.sorted(by: { $0.key < $1.key }) {
            let name = write(constant, "\(node.name)_\(form.type.lowercased())_at_\(position)")
            written.input.insert(name, at: min(position, written.input.count))
        }
        for (position, constant) in form.trailing.enumerated() {
            written.input.append(write(constant, "\(node.name)_\(form.type.lowercased())_\(position)"))
        }
        while written.input.last?.isEmpty == true { written.input.removeLast() }
        written.attribute = form.attributes.sorted { $0.key < $1.key }.map { name, value in
            Bulwark_Onnx_Attribute(name, value)
        }
        let output = floatName(of: node.output)
        // Even outputs that nothing reads have names: not every one may be left out.
        let others = (0..<form.outputCount).map { $0 == form.output ? "" : unused("\(output)_\($0)") }
        let (before, after) = (others.prefix(form.output), others.dropFirst(form.output + 1))
        if form.outputType == .float32 {
            written.output = before + [output] + after
            result.node.append(written)
        } else {
            let raw = unused("\(output)_\(form.outputType.rawValue)")
            written.output = before + [raw] + after
            result.node.append(written)
            casts[Typed(value: node.output, type: form.outputType)] = raw
            cast(raw, to: .float32, output)
        }
    }

    /// The name of a constant, which becomes an initialiser; empty for an input that is left out.
    private mutating func write(_ constant: ONNXForm.Constant, _ name: String) -> String {
        switch constant {
        case .extents(let dimensions) where dimensions.contains(where: { $0.fixed == nil }):
            return write(dimensions, name)
        case .extent(let dimension) where dimension.fixed == nil:
            let scalar = unused("\(name)_scalar")
            let shape = write(.ints([]), "\(name)_shape")
            append("Reshape", [write([dimension], name), shape], scalar)
            return scalar
        default: break
        }
        guard var tensor = Bulwark_Onnx_Tensor(constant) else { return "" }
        tensor.name = unused(name)
        result.initializer.append(tensor)
        return tensor.name
    }

    /// The name of a vector that is computed from the number of samples when the model runs.
    private mutating func write(_ dimensions: [Dimension], _ name: String) -> String {
        let samples = samples(name)
        let multiples = write(.ints(dimensions.map(\.batchMultiple)), "\(name)_multiples")
        let constants = write(.ints(dimensions.map(\.constant)), "\(name)_constants")
        let (product, sum) = (unused("\(name)_product"), unused("\(name)_sum"))
        append("Mul", [samples, multiples], product)
        append("Add", [product, constants], sum)
        return sum
    }

    /// The name of the number of samples as a vector of one.
    private mutating func samples(_ name: String) -> String {
        if let sampleCount { return sampleCount }
        let places = graph.inputs.lazy.compactMap { [graph] id in
            graph[id].shape.dimensions.firstIndex(of: .batch).map { (id, $0) }
        }
        guard let (input, axis) = places.first else {
            preconditionFailure("an extent depends on the number of samples only if an input has them")
        }
        let (shape, found) = (unused("\(name)_shape"), unused("\(name)_samples"))
        append("Shape", [graph[input].name], shape)
        append("Gather", [shape, write(.ints([axis]), "\(name)_axis")], found)
        sampleCount = found
        return found
    }

    private mutating func append(_ type: String, _ inputs: [String], _ output: String) {
        result.node.append(
            .with {
                $0.opType = type
                $0.name = output
                $0.input = inputs
                $0.output = [output]
            }
        )
    }

    // MARK: - Names and types

    /// The name of a value as a float; its own unless the file has something else under that.
    private mutating func floatName(of id: ValueID) -> String {
        if let known = floats[id] { return known }
        let isBoundary = graph.inputs.contains(id) || graph.outputs.contains(id)
        let isOther = isBoundary && !graph[id].type.isFloatingPoint
        let name = isOther ? unused("\(graph[id].name)_float") : graph[id].name
        floats[id] = name
        return name
    }

    /// The name of a value as elements of a type, which is cast if the file does not have it yet.
    private mutating func name(of id: ValueID, as type: ElementType, at place: String) -> String {
        if type == .float32 { return floatName(of: id) }
        let typed = Typed(value: id, type: type)
        if let known = casts[typed] { return known }
        let name = unused("\(place)_\(type.rawValue)")
        cast(floatName(of: id), to: type, name)
        casts[typed] = name
        return name
    }

    private mutating func cast(_ source: String, to type: ElementType, _ target: String) {
        result.node.append(
            .with {
                $0.opType = "Cast"
                $0.name = target
                $0.input = [source]
                $0.output = [target]
                $0.attribute = [.init("to", .int(Int(ONNXElementType(type).rawValue)))]
            }
        )
    }

    private mutating func unused(_ wanted: String) -> String {
        var name = wanted
        while !names.insert(name).inserted { name += "_" }
        return name
    }

    private mutating func declareInput(_ id: ValueID) {
        let value = graph[id]
        result.input.append(Bulwark_Onnx_ValueInfo(value))
        guard !value.type.isFloatingPoint else { return }
        casts[Typed(value: id, type: value.type)] = value.name
        cast(value.name, to: .float32, floatName(of: id))
    }

    private mutating func declareOutput(_ id: ValueID) {
        let value = graph[id]
        result.output.append(Bulwark_Onnx_ValueInfo(value))
        guard !value.type.isFloatingPoint, !graph.inputs.contains(id),
            !result.output.dropLast().contains(where: { $0.name == value.name })
        else { return }
        cast(floatName(of: id), to: value.type, value.name)
    }
}

extension ONNXForm {
    /// The types that take their axes as an input since operator set 18.
    private static let reductions: Set<String> = [
        "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin",
        "ReduceProd", "ReduceSumSquare",
    ]

    /// The same operator as a later operator set has it.
    fileprivate func adapted(toOpset opset: Int) -> ONNXForm {
        guard opset >= 18, domain.isEmpty, Self.reductions.contains(type),
            case .ints(let axes)? = attributes["axes"]
        else { return self }
        return ONNXForm(
            type,
            attributes.filter { $0.key != "axes" },
            trailing: [.ints(axes)],
            inserted: inserted,
            opset: 18,
            output: output,
            outputCount: outputCount,
            inputTypes: inputTypes,
            outputType: outputType
        )
    }
}

extension Bulwark_Onnx_ValueInfo {
    fileprivate init(_ value: Graph.Value) {
        self.init()
        name = value.name
        type.tensorType.elemType = ONNXElementType(value.type).rawValue
        type.tensorType.shape.dim = value.shape.dimensions.map { dimension in
            .with {
                if let size = dimension.fixed {
                    $0.dimValue = Int64(size)
                } else {
                    $0.dimParam = dimension.description
                }
            }
        }
    }
}

extension Bulwark_Onnx_Tensor {
    fileprivate static func floats(_ tensor: Tensor, name: String) -> Bulwark_Onnx_Tensor {
        .with {
            $0.name = name
            $0.dims = tensor.shape.dimensions.map { Int64($0) }
            $0.dataType = ONNXElementType.float.rawValue
            $0.rawData = tensor.littleEndianData
        }
    }

    /// Nil for an input that is left out.
    fileprivate init?(_ constant: ONNXForm.Constant) {
        switch constant {
        case .absent: return nil
        case .float(let value): self = .floats(Tensor(scalar: value), name: "")
        case .floats(let values): self = .floats(Tensor([values.count], values), name: "")
        case .extents(let dimensions): self = .integers(dimensions.map(\.constant), [dimensions.count])
        case .extent(let dimension): self = .integers([dimension.constant], [])
        case .int(let value): self = .integers([value], [])
        case .ints(let values): self = .integers(values, [values.count])
        case .intTensor(let values, let shape): self = .integers(values, shape)
        case .bool(let value):
            self.init()
            dataType = ONNXElementType.bool.rawValue
            int32Data = [value ? 1 : 0]
        }
    }

    private static func integers(_ values: [Int], _ shape: [Int]) -> Bulwark_Onnx_Tensor {
        .with {
            $0.dims = shape.map { Int64($0) }
            $0.dataType = ONNXElementType.int64.rawValue
            $0.int64Data = values.map { Int64($0) }
        }
    }
}

extension Bulwark_Onnx_Attribute {
    /// `AttributeProto.AttributeType`: FLOAT 1, INT 2, STRING 3, FLOATS 6, INTS 7, STRINGS 8.
    fileprivate init(_ name: String, _ value: ONNXForm.Attribute) {
        self.init()
        self.name = name
        switch value {
        case .float(let number):
            f = number
            type = 1
        case .int(let number):
            i = Int64(number)
            type = 2
        case .string(let text):
            s = Data(text.utf8)
            type = 3
        case .floats(let numbers):
            floats = numbers
            type = 6
        case .ints(let numbers):
            ints = numbers.map { Int64($0) }
            type = 7
        case .strings(let texts):
            strings = texts.map { Data($0.utf8) }
            type = 8
        }
    }
}

extension Tensor {
    /// The elements as little-endian bytes.
    fileprivate var littleEndianData: Data {
        var data = Data(capacity: count * MemoryLayout<Float>.stride)
        for element in elements {
            withUnsafeBytes(of: element.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }
}
