import Foundation

/// Reads an IDX file, the format of MNIST and its relatives; a gzipped one too.
///
/// Two zero bytes, a type code, the number of axes, each extent as a big-endian 32-bit integer, the elements
/// row-major and big-endian. Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits",
/// file formats.
public enum IDXReader {
    /// The array in `data`, which has nothing before or behind it.
    ///
    /// - Throws: `DataSetError` with the byte where the fault is known to one.
    public static func read(
        _ data: Data,
        limits: ReadLimits = ReadLimits()
    ) throws(DataSetError) -> NumericArray {
        let bytes = ByteView(data)
        if FileBytes.isGzip(bytes) {
            return try read(ByteView(try Inflater.gunzip(bytes, limits: limits)), limits: limits)
        }
        return try read(bytes, limits: limits)
    }

    static func read(_ bytes: ByteView, limits: ReadLimits) throws(DataSetError) -> NumericArray {
        var cursor = ByteCursor(bytes)
        guard try cursor.bigEndian(UInt16.self) == 0 else {
            throw DataSetError(.malformed("an IDX file begins with two zero bytes"), at: .init(byteOffset: 0))
        }
        let code = try cursor.bigEndian(UInt8.self)
        guard let type = elementType(code) else {
            throw DataSetError(
                .unsupportedElementType("0x" + String(code, radix: 16, uppercase: true)),
                at: .init(byteOffset: 2)
            )
        }
        let rank = try cursor.bigEndian(UInt8.self)
        guard rank > 0 else {
            throw DataSetError(.malformed("an IDX array has at least one axis"), at: .init(byteOffset: 3))
        }
        var dimensions: [Int] = []
        for _ in 0..<rank { dimensions.append(Int(try cursor.bigEndian(UInt32.self))) }
        let shape = try NumericArray.shape(dimensions, of: type, limits: limits)
        let content = try cursor.take(shape.count * type.byteCount)
        guard cursor.remaining == 0 else {
            throw DataSetError(.trailingBytes(cursor.remaining), at: .init(byteOffset: cursor.offset))
        }
        return NumericArray(shape: shape, elementType: type, isBigEndian: true, bytes: content)
    }

    /// Whether the bytes begin like an IDX file.
    static func recognizes(_ bytes: ByteView) -> Bool {
        bytes.count >= 4 && bytes.starts(with: [0, 0]) && elementType(bytes[2]) != nil && bytes[3] > 0
    }

    private static func elementType(_ code: UInt8) -> ElementType? {
        switch code {
        case 0x08: .uint8
        case 0x09: .int8
        case 0x0B: .int16
        case 0x0C: .int32
        case 0x0D: .float32
        case 0x0E: .float64
        default: nil
        }
    }
}
