import BulwarkTensors
import Foundation

/// The answer to `POST /v2/models/NAME/infer`.
struct InferenceAnswer: Decodable {
    var modelName: String?
    var modelVersion: String?
    var identifier: String?
    var outputs: [OutputTensor]

    private enum CodingKeys: String, CodingKey {
        case modelName = "model_name"
        case modelVersion = "model_version"
        case identifier = "id"
        case outputs
    }

    /// One output by its name.
    ///
    /// - Throws: `RemoteAnswerError.duplicateOutput`, `.missingOutput`.
    func output(_ name: String, censor: Censor) throws(RemoteAnswerError) -> OutputTensor {
        var names: Set<String> = []
        for output in outputs where !names.insert(output.name).inserted {
            throw .duplicateOutput(censor.clean(output.name))
        }
        guard let output = outputs.first(where: { $0.name == name }) else {
            throw .missingOutput(censor.clean(name), found: outputs.map { censor.clean($0.name) })
        }
        return output
    }
}

/// One output of an answer.
struct OutputTensor: Decodable {
    /// The elements, row by row.
    enum Elements {
        case numbers([Double])
        case integers([Int])
        case texts([String])
    }

    var name: String
    var datatype: String
    var shape: [Int]
    var elements: Elements

    private enum Key: String, CodingKey {
        case name, datatype, shape, data
    }

    /// Reads the elements as what the datatype says, as a flat list or as lists of lists.
    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        name = try fields.decode(String.self, forKey: .name)
        datatype = try fields.decode(String.self, forKey: .datatype)
        shape = try fields.decode([Int].self, forKey: .shape)
        func flattened<Element: Decodable>(_ type: Element.Type) throws -> [Element] {
            // Lists of lists are read element by element, which is slower.
            if let flat = try? fields.decode([Element].self, forKey: .data) { return flat }
            return try fields.decode(Nested<Element>.self, forKey: .data).elements
        }
        switch Datatype(rawValue: datatype) {
        case .bytes: elements = .texts(try flattened(String.self))
        case .bool: elements = .integers(try flattened(Truth.self).map(\.value))
        case let type? where type.role == .label: elements = .integers(try flattened(Int.self))
        default:
            let plain = try? fields.decode([Double].self, forKey: .data)
            elements = .numbers(try plain ?? flattened(Number.self).map(\.value))
        }
    }

    /// The number of elements.
    var count: Int {
        switch elements {
        case .numbers(let values): values.count
        case .integers(let values): values.count
        case .texts(let values): values.count
        }
    }

    /// The same tensor as metadata would show it, with the first axis open.
    var metadata: TensorMetadata {
        TensorMetadata(name: name, datatype: datatype, shape: shape.isEmpty ? [] : [-1] + shape.dropFirst())
    }

    /// Checks that there is one row a sample.
    ///
    /// - Parameters:
    ///   - rows: The number of samples.
    ///   - width: The number of elements for each; any if nil.
    ///   - censor: Cleans the name.
    /// - Throws: `RemoteAnswerError.shape`, `.elementCount`.
    func check(rows: Int, width: Int?, censor: Censor) throws(RemoteAnswerError) {
        let name = censor.clean(name)
        let expected = "[\(rows), \(width.map(String.init) ?? "…")]"
        guard let count = (try? Shape(shape))?.count, shape.first == rows,
            width == nil || count == rows * (width ?? 0)
        else { throw .shape(tensor: name, expected: expected, found: shape) }
        guard count == self.count else {
            throw .elementCount(tensor: name, expected: count, found: self.count)
        }
    }
}

/// Lists within lists, as flat as can be.
private struct Nested<Element: Decodable>: Decodable {
    var elements: [Element] = []

    init(from decoder: any Decoder) throws {
        guard decoder.codingPath.count < 24 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "Lists are nested too deeply")
            )
        }
        if var list = try? decoder.unkeyedContainer() {
            while !list.isAtEnd { elements += try list.decode(Nested.self).elements }
        } else {
            elements = [try decoder.singleValueContainer().decode(Element.self)]
        }
    }
}

/// A number, or one of the words that stand for those that JSON does not have.
private struct Number: Decodable {
    var value: Double

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            value = try container.decode(Double.self)
        } catch {
            let words = ["nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"]
            guard let text = try? container.decode(String.self), words.contains(text.lowercased()) else {
                throw error
            }
            value = .nan
        }
    }
}

/// A truth value, or the number that some servers write for it.
private struct Truth: Decodable {
    var value: Int

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let truth = try? container.decode(Bool.self) {
            value = truth ? 1 : 0
        } else {
            value = try container.decode(Int.self)
        }
    }
}
