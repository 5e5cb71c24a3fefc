import Foundation

/// Attributes as the operators of `ai.onnx.ml` have them: long lists, some of them in doubles.
extension ONNXNode {
    /// An attribute that is a list of finite floats, or nil if it is left out.
    func finiteFloats(_ attribute: String) throws(ONNXError) -> [Float]? {
        guard let numbers = floats(attribute) else { return nil }
        guard numbers.allSatisfy(\.isFinite) else {
            throw error("attribute \(attribute) holds a number that is not finite")
        }
        return numbers
    }

    /// A float attribute that may be NaN, or nil if it is left out.
    func anyFloat(_ attribute: String) throws(ONNXError) -> Float? {
        guard let found = attributes[attribute] else { return nil }
        guard found.hasF else { throw error("attribute \(attribute) is not a float") }
        return found.f
    }

    /// Floats in a list, or floats or doubles in a tensor under the same name with `_as_tensor` behind it.
    ///
    /// They may be NaN or infinite. Nil if both are left out.
    func numbers(_ attribute: String) throws(ONNXError) -> [Double]? {
        let list = floats(attribute).flatMap { $0.isEmpty ? nil : $0 }
        guard let tensor = try numbers(tensor: "\(attribute)_as_tensor") else {
            return list?.map { Double($0) }
        }
        guard list == nil else { throw error("attribute \(attribute) is given twice") }
        return tensor
    }

    /// The floats or doubles of a tensor attribute, or nil if it is left out; they may be NaN or infinite.
    func numbers(tensor attribute: String) throws(ONNXError) -> [Double]? {
        guard let tensor = try tensor(attribute) else { return nil }
        let count = tensor.dims.reduce(1) { $0.multipliedReportingOverflow(by: Int($1)).partialValue }
        let numbers: [Double]? =
            switch ONNXElementType(rawValue: tensor.dataType) {
            case .float where tensor.hasRawData:
                tensor.rawData.littleEndian(UInt32.self)?.map { Double(Float(bitPattern: $0)) }
            case .double where tensor.hasRawData:
                tensor.rawData.littleEndian(UInt64.self)?.map { Double(bitPattern: $0) }
            case .float: tensor.floatData.map { Double($0) }
            case .double: tensor.doubleData
            default: nil
            }
        guard let numbers, numbers.count == count, tensor.dataLocation == 0 else {
            throw error("attribute \(attribute) is no list of floats or doubles")
        }
        return numbers
    }

    /// The names that the operators have for the last step of their scores.
    func postTransform() throws(ONNXError) -> PostTransform {
        let name = try string("post_transform") ?? PostTransform.none.rawValue
        guard let transform = PostTransform(rawValue: name) else {
            throw error("attribute post_transform is '\(name)'")
        }
        return transform
    }
}

extension Data {
    /// The bytes as numbers of one width, the lowest byte first; nil if some are left over.
    fileprivate func littleEndian<Number: FixedWidthInteger>(_: Number.Type) -> [Number]? {
        let width = MemoryLayout<Number>.size
        guard count.isMultiple(of: width) else { return nil }
        return withUnsafeBytes { bytes in
            (0..<count / width).map {
                Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * width, as: Number.self))
            }
        }
    }
}

extension ONNXForm {
    /// An operator of `ai.onnx.ml`, version 3.
    static func classical(
        _ type: String,
        _ attributes: [String: Attribute],
        output: Int = 0,
        outputType: ElementType = .float32
    ) -> ONNXForm {
        ONNXForm(
            type,
            attributes,
            domain: "ai.onnx.ml",
            opset: 3,
            output: output,
            outputType: outputType
        )
    }
}
