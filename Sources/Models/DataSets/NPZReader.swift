import BulwarkTensors
import Foundation

/// The arrays of a NumPy archive (`.npz`): a ZIP archive of NPY arrays, stored or deflated.
///
/// Opening one reads its directory and checks every size in it against the limits; an array is decompressed
/// when it is asked for. Encrypted archives, other compressions and overlapping members are refused.
public struct NPZReader: Sendable {
    private let archive: ZipArchive
    private let limits: ReadLimits

    static let magics: [[UInt8]] = [[0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6]]
    private static let suffix = ".npy"

    /// Opens the archive in `data`.
    ///
    /// - Throws: `DataSetError` with the member and the byte where they are known.
    public init(_ data: Data, limits: ReadLimits = ReadLimits()) throws(DataSetError) {
        try self.init(ByteView(data), limits: limits)
    }

    init(_ bytes: ByteView, limits: ReadLimits) throws(DataSetError) {
        archive = try ZipArchive(bytes, limits: limits)
        self.limits = limits
    }

    /// The names of the arrays, in the order of the archive.
    public var names: [String] {
        archive.members.map(\.name).filter { $0.hasSuffix(Self.suffix) }
            .map { String($0.dropLast(Self.suffix.count)) }
    }

    /// The array of that name.
    ///
    /// - Throws: `DataSetError` if there is none, or it is not one that `NPYReader` reads.
    public func array(named name: String) throws(DataSetError) -> NumericArray {
        guard let member = archive.members.first(where: { $0.name == name + Self.suffix }) else {
            throw DataSetError(.missingArray(name, found: names))
        }
        do throws(DataSetError) {
            return try NPYReader.read(try archive.contents(of: member), limits: limits)
        } catch {
            throw error.inMember(name)
        }
    }

    /// The array of that name as floats.
    ///
    /// - Throws: `DataSetError`, as `array(named:)`.
    public func tensor(named name: String) throws(DataSetError) -> Tensor { try array(named: name).tensor() }
}
