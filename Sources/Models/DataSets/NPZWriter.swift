import BulwarkTensors
import Foundation

/// Writes a NumPy archive (`.npz`) of stored arrays; the same arrays give the same bytes.
public struct NPZWriter {
    private var content = Data()
    private var directory = Data()
    private var memberCount: UInt16 = 0

    /// 1 January 1980, the first day a ZIP archive knows.
    private static let date: UInt16 = 1 << 5 | 1

    /// An archive without arrays.
    public init() {}

    /// Adds a tensor as an array of 32-bit floats.
    ///
    /// - Throws: `DataSetError` if the archive would exceed 4 GiB, where Zip64 would be needed.
    public mutating func add(_ tensor: Tensor, named name: String) throws(DataSetError) {
        var bytes = Self.header("<f4", tensor.shape)
        try requireRoom(for: tensor.count * 4, named: name)
        bytes.reserveCapacity(bytes.count + tensor.count * 4)
        for element in tensor.elements { bytes.append(littleEndian: element.bitPattern) }
        try add(bytes, named: name)
    }

    /// Adds a list of 64-bit integers.
    ///
    /// - Throws: `DataSetError` if the archive would exceed 4 GiB, where Zip64 would be needed.
    public mutating func add(_ integers: [Int], named name: String) throws(DataSetError) {
        var bytes = Self.header("<i8", Shape(trusted: [integers.count]))
        try requireRoom(for: integers.count * 8, named: name)
        for integer in integers { bytes.append(littleEndian: Int64(integer)) }
        try add(bytes, named: name)
    }

    /// The archive with everything added so far.
    public func archive() -> Data {
        var data = content + directory
        data.append(littleEndian: UInt32(0x0605_4B50))
        data.append(littleEndian: UInt32(0))
        data.append(littleEndian: memberCount)
        data.append(littleEndian: memberCount)
        data.append(littleEndian: UInt32(directory.count))
        data.append(littleEndian: UInt32(content.count))
        data.append(littleEndian: UInt16(0))
        return data
    }

    /// Throws if `bytes` more, with their headers, leave no room for 32-bit offsets or 16-bit counts.
    private func requireRoom(for bytes: Int, named name: String) throws(DataSetError) {
        let needed = content.count + directory.count + bytes + 4096 + 2 * name.utf8.count
        guard needed <= UInt32.max, memberCount < .max, name.utf8.count < 1 << 15 else {
            throw DataSetError(.overLimit(.archiveBytes, found: needed, maximum: Int(UInt32.max))).inMember(
                name
            )
        }
    }

    private mutating func add(_ bytes: Data, named name: String) throws(DataSetError) {
        let file = Data((name + ".npy").utf8)
        let offset = UInt32(content.count)
        var common = Data()
        common.append(littleEndian: UInt16(20))
        // The name is UTF-8.
        common.append(littleEndian: UInt16(0x0800))
        common.append(littleEndian: UInt16(0))
        common.append(littleEndian: UInt16(0))
        common.append(littleEndian: Self.date)
        common.append(littleEndian: Inflater.checksum(ByteView(bytes)))
        common.append(littleEndian: UInt32(bytes.count))
        common.append(littleEndian: UInt32(bytes.count))
        common.append(littleEndian: UInt16(file.count))
        common.append(littleEndian: UInt16(0))

        content.append(littleEndian: UInt32(0x0403_4B50))
        content.append(common)
        content.append(file)
        content.append(bytes)

        directory.append(littleEndian: UInt32(0x0201_4B50))
        directory.append(littleEndian: UInt16(20))
        directory.append(common)
        // No comment, first disk, no attributes.
        directory.append(Data(count: 10))
        directory.append(littleEndian: offset)
        directory.append(file)
        memberCount += 1
    }

    /// An NPY header of version 1.0, padded so that the elements begin at a multiple of 64 bytes.
    private static func header(_ type: String, _ shape: Shape) -> Data {
        let extents = shape.dimensions.map(String.init).joined(separator: ", ") + (shape.rank == 1 ? "," : "")
        var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
        let prefix = NPYReader.magic.count + 4
        text += String(repeating: " ", count: 63 - (prefix + text.utf8.count) % 64) + "\n"
        var data = Data(NPYReader.magic)
        data.append(contentsOf: [1, 0])
        data.append(littleEndian: UInt16(text.utf8.count))
        data.append(contentsOf: text.utf8)
        return data
    }
}

extension Data {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
