import Foundation

/// Reads a NumPy array file (`.npy`), format versions 1.0, 2.0 and 3.0.
///
/// Element types are those of `ElementType`, little-endian; C and Fortran order. Pickled objects, records,
/// big-endian and all other element types are refused. Source: NumPy Enhancement Proposal 1.
public enum NPYReader {
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The array in `data`, which has nothing before or behind it.
    ///
    /// - Throws: `DataSetError` with the byte where the fault is known to one.
    public static func read(
        _ data: Data,
        limits: ReadLimits = ReadLimits()
    ) throws(DataSetError) -> NumericArray {
        try read(ByteView(data), limits: limits)
    }

    static func read(_ bytes: ByteView, limits: ReadLimits) throws(DataSetError) -> NumericArray {
        var cursor = ByteCursor(bytes)
        guard try cursor.take(magic.count).starts(with: magic) else {
            throw DataSetError(.malformed("this is not an NPY array"), at: .init(byteOffset: 0))
        }
        let major = try cursor.littleEndian(UInt8.self)
        let minor = try cursor.littleEndian(UInt8.self)
        guard (1...3).contains(major), minor == 0 else {
            throw DataSetError(
                .malformed("NPY format version \(major).\(minor) is not supported (1.0 to 3.0 are)"),
                at: .init(byteOffset: magic.count)
            )
        }
        let length =
            major == 1 ? Int(try cursor.littleEndian(UInt16.self)) : Int(try cursor.littleEndian(UInt32.self))
        guard length <= limits.maximumHeaderBytes else {
            throw DataSetError(.overLimit(.headerBytes, found: length, maximum: limits.maximumHeaderBytes))
        }
        let start = cursor.offset
        let header: NPYHeader
        let text = try cursor.take(length)
        do throws(DataSetError) {
            header = try NPYHeader(text)
        } catch {
            var error = error
            error.place.byteOffset = start + (error.place.byteOffset ?? 0)
            throw error
        }
        let shape = try NumericArray.shape(header.dimensions, of: header.elementType, limits: limits)
        let content = try cursor.take(shape.count * header.elementType.byteCount)
        guard cursor.remaining == 0 else {
            throw DataSetError(.trailingBytes(cursor.remaining), at: .init(byteOffset: cursor.offset))
        }
        return NumericArray(
            shape: shape,
            elementType: header.elementType,
            isColumnMajor: header.isColumnMajor,
            bytes: content
        )
    }
}
