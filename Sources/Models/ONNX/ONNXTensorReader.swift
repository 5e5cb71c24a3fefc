import BulwarkTensors
import Foundation

/// Turns ONNX tensors, wherever their bytes are, into float tensors and integer arrays.
struct ONNXTensorReader {
    /// The most elements one tensor may have; that many have to be in the file, too.
    static let maximumElements = GraphBuilder.maximumParameterElements

    /// The folder that external data paths are relative to; nil for a model that did not come from a file.
    let folder: URL?
    /// External files, mapped once each.
    private var mapped: [String: Data] = [:]

    init(folder: URL?) { self.folder = folder }

    /// A tensor whose data is in the model itself, such as a node's attribute.
    static func importedValue(_ tensor: Bulwark_Onnx_Tensor, name: String) throws(ONNXError) -> ImportedValue
    {
        var reader = ONNXTensorReader(folder: nil)
        return try reader.importedValue(tensor, name: name)
    }

    /// The tensor as a constant: floats of any width become `Float`, integers and booleans an `IntegerArray`.
    ///
    /// - Throws: `ONNXError` if the data does not fit the declared shape, is NaN, becomes infinite as a
    ///   32-bit float or lies outside the folder.
    mutating func importedValue(
        _ tensor: Bulwark_Onnx_Tensor,
        name: String
    ) throws(ONNXError) -> ImportedValue {
        let shape = try shape(of: tensor, name: name)
        guard let type = ONNXElementType(rawValue: tensor.dataType) else {
            throw .invalidTensor(name: name, problem: "element type \(tensor.dataType) is not supported")
        }
        if type.isFloat {
            let floats = try floats(tensor, type, shape, name)
            // An infinity may mean something: a mask adds minus infinity.
            if let index = floats.elements.firstIndex(where: \.isNaN) {
                throw .nonFiniteWeight(name: name, index: index)
            }
            return .constant(floats)
        }
        let numbers = try integers(tensor, type, shape, name)
        if shape.count <= IntegerFolding.maximumElements {
            let elements = numbers.map { Dimension(constant: $0) }
            return .integers(IntegerArray(shape: shape, elements: elements))
        }
        // Too many to be a shape or a list of indices: quantised weights, which floats carry exactly.
        if let index = numbers.firstIndex(where: { !ExactIntegers.contains($0) }) {
            throw .invalidTensor(
                name: name,
                problem: "element \(index) of \(shape.count) integers is beyond \(ExactIntegers.largest)"
            )
        }
        return .constant(Tensor(shape, generating: { Float(numbers[$0]) }))
    }

    /// The elements of a tensor of a known type, whatever they are.
    ///
    /// - Throws: `ONNXError` if the data does not fit the declared shape or lies outside the folder.
    mutating func content(
        of tensor: Bulwark_Onnx_Tensor,
        _ type: ONNXElementType,
        name: String
    ) throws(ONNXError) -> ONNXConstant {
        let shape = try shape(of: tensor, name: name)
        return type.isFloat
            ? .floats(try floats(tensor, type, shape, name))
            : .integers(try integers(tensor, type, shape, name), shape: shape)
    }

    private func shape(of tensor: Bulwark_Onnx_Tensor, name: String) throws(ONNXError) -> Shape {
        let shape: Shape
        do {
            shape = try Shape(tensor.dims.map { Int($0) })
        } catch {
            throw .invalidTensor(name: name, problem: error.description)
        }
        guard shape.fits(Self.maximumElements) else {
            throw .invalidTensor(
                name: name,
                problem: "shape \(shape) has more than \(Self.maximumElements) elements, or too many axes"
            )
        }
        return shape
    }

    private mutating func floats(
        _ tensor: Bulwark_Onnx_Tensor,
        _ type: ONNXElementType,
        _ shape: Shape,
        _ name: String
    ) throws(ONNXError) -> Tensor {
        if let bytes = try bytes(of: tensor, type, shape, name) {
            return bytes.withUnsafeBytes { raw in
                switch type {
                case .double:
                    Tensor(
                        shape,
                        generating: { Self.float(Double(bitPattern: raw.littleEndian(at: $0 * 8))) }
                    )
                case .float16:
                    Tensor(shape, generating: { HalfPrecision.float(raw.littleEndian(at: $0 * 2)) })
                case .bfloat16:
                    Tensor(
                        shape,
                        generating: {
                            Float(bitPattern: UInt32(raw.littleEndian(at: $0 * 2) as UInt16) << 16)
                        }
                    )
                default: Tensor(shape: shape, littleEndianBytes: raw)
                }
            }
        }
        if type == .float16 || type == .bfloat16 {
            guard tensor.int32Data.allSatisfy({ (0...0xFFFF).contains($0) }) else {
                throw .invalidTensor(name: name, problem: "an element of 16 bits is given by more")
            }
        }
        switch type {
        case .float where tensor.floatData.count == shape.count: return Tensor(shape, tensor.floatData)
        case .double where tensor.doubleData.count == shape.count:
            return Tensor(shape, tensor.doubleData.map(Self.float))
        case .float16 where tensor.int32Data.count == shape.count:
            return Tensor(shape, tensor.int32Data.map { HalfPrecision.float(UInt16(truncatingIfNeeded: $0)) })
        case .bfloat16 where tensor.int32Data.count == shape.count:
            return Tensor(
                shape,
                tensor.int32Data.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) }
            )
        default: throw countMismatch(tensor, shape, name)
        }
    }

    /// The nearest float; NaN for a finite number that no float comes near.
    private static func float(_ number: Double) -> Float {
        let float = Float(number)
        return float.isInfinite && number.isFinite ? .nan : float
    }

    private mutating func integers(
        _ tensor: Bulwark_Onnx_Tensor,
        _ type: ONNXElementType,
        _ shape: Shape,
        _ name: String
    ) throws(ONNXError) -> [Int] {
        if let bytes = try bytes(of: tensor, type, shape, name) {
            let numbers = bytes.withUnsafeBytes { raw in
                (0..<shape.count).map { index -> Int in
                    switch type {
                    case .int8: Int(Int8(bitPattern: raw[index]))
                    case .int16: Int(Int16(bitPattern: raw.littleEndian(at: index * 2)))
                    case .uint16: Int(raw.littleEndian(at: index * 2) as UInt16)
                    case .int32: Int(Int32(bitPattern: raw.littleEndian(at: index * 4)))
                    case .uint32: Int(raw.littleEndian(at: index * 4) as UInt32)
                    case .int64, .uint64: Int(Int64(bitPattern: raw.littleEndian(at: index * 8)))
                    case .bool: raw[index] == 0 ? 0 : 1
                    default: Int(raw[index])
                    }
                }
            }
            return try checked(numbers, type, name)
        }
        let numbers: [Int] =
            switch type {
            case .int64: tensor.int64Data.map { Int($0) }
            // What does not fit becomes negative, and is refused as such.
            case .uint32, .uint64: tensor.uint64Data.map { Int(truncatingIfNeeded: $0) }
            case .bool: tensor.int32Data.map { $0 == 0 ? 0 : 1 }
            default: tensor.int32Data.map { Int($0) }
            }
        guard numbers.count == shape.count else { throw countMismatch(tensor, shape, name) }
        return try checked(numbers, type, name)
    }

    private func checked(
        _ numbers: [Int],
        _ type: ONNXElementType,
        _ name: String
    ) throws(ONNXError) -> [Int] {
        if let range = type.range, let index = numbers.firstIndex(where: { !range.contains($0) }) {
            throw .invalidTensor(name: name, problem: "element \(index) is beyond what is read of \(type)")
        }
        return numbers
    }

    private func countMismatch(_ tensor: Bulwark_Onnx_Tensor, _ shape: Shape, _ name: String) -> ONNXError {
        let found =
            [
                tensor.floatData.count, tensor.doubleData.count, tensor.int32Data.count,
                tensor.int64Data.count,
                tensor.uint64Data.count,
            ].max() ?? 0
        return .invalidTensor(
            name: name,
            problem: "shape \(shape) has \(shape.count) elements, the data has \(found)"
        )
    }

    /// The raw bytes, inside the model or in an external file; nil if the elements are in a typed field.
    private mutating func bytes(
        of tensor: Bulwark_Onnx_Tensor,
        _ type: ONNXElementType,
        _ shape: Shape,
        _ name: String
    ) throws(ONNXError) -> Data? {
        let expected = shape.count * type.byteCount
        if ONNXExternalData.isMeant(by: tensor) { return try externalBytes(of: tensor, expected, name) }
        guard tensor.hasRawData else { return nil }
        if hasTypedData(tensor) {
            guard tensor.rawData.isEmpty else {
                throw .invalidTensor(
                    name: name,
                    problem: "its elements are given twice, as bytes and as numbers"
                )
            }
            return nil
        }
        guard tensor.rawData.count == expected else {
            throw .invalidTensor(
                name: name,
                problem: "shape \(shape) takes \(expected) bytes, the data has \(tensor.rawData.count)"
            )
        }
        return tensor.rawData
    }

    private func hasTypedData(_ tensor: Bulwark_Onnx_Tensor) -> Bool {
        !tensor.floatData.isEmpty || !tensor.int32Data.isEmpty || !tensor.int64Data.isEmpty
            || !tensor.doubleData.isEmpty || !tensor.uint64Data.isEmpty
    }

    private mutating func externalBytes(
        of tensor: Bulwark_Onnx_Tensor,
        _ expected: Int,
        _ name: String
    ) throws(ONNXError) -> Data {
        let place = try ONNXExternalData(of: tensor, name: name)
        let file = try externalFile(place.location, name)
        let offset = place.offset ?? 0
        let length = place.length ?? max(file.count - offset, 0)
        guard length == expected else {
            throw .externalData(
                tensor: name,
                problem: "its shape takes \(expected) bytes, \(length) are declared"
            )
        }
        guard offset <= file.count, length <= file.count - offset else {
            throw .externalData(
                tensor: name,
                problem:
                    "bytes \(offset) to \(offset) + \(length) are not in '\(place.location)', which has \(file.count)"
            )
        }
        let start = file.startIndex + offset
        return file[start..<start + length]
    }

    /// An external file, which must lie inside the model's folder after links are followed.
    private mutating func externalFile(_ location: String, _ name: String) throws(ONNXError) -> Data {
        if let known = mapped[location] { return known }
        guard let folder else {
            throw .externalData(tensor: name, problem: "the model has no folder to look in")
        }
        let root = folder.resolvingSymlinksInPath().standardizedFileURL.path
        let file = folder.appendingPathComponent(location).resolvingSymlinksInPath().standardizedFileURL
        guard !location.hasPrefix("/"), file.path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
            throw .externalData(tensor: name, problem: "'\(location)' lies outside the model's folder")
        }
        do {
            let data = try MappedFile.data(contentsOf: file)
            mapped[location] = data
            return data
        } catch {
            throw .externalData(tensor: name, problem: "'\(location)' cannot be read")
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func littleEndian<Number: FixedWidthInteger>(at offset: Int) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
