import BulwarkModels
import Foundation

/// Runs the readers of data files on bytes of any kind: they may refuse them, and nothing else may happen.
package enum DataSetFuzz {
    /// Limits that keep one run small, whatever the bytes ask for.
    package static var limits: ReadLimits {
        var limits = ReadLimits()
        limits.maximumUncompressedBytes = 1 << 20
        limits.maximumElements = 1 << 18
        limits.ratioExemptBytes = 1 << 16
        limits.maximumRecordBytes = 1 << 16
        return limits
    }

    /// Opens the bytes as an NPZ archive and reads every array; returns whether all of it was accepted.
    @discardableResult
    package static func npz(_ bytes: Data) -> Bool {
        accepts { () throws(DataSetError) in
            let archive = try NPZReader(bytes, limits: limits)
            for name in archive.names { try use(try archive.array(named: name)) }
        }
    }

    /// Reads the bytes as an NPY array; returns whether it was accepted.
    @discardableResult
    package static func npy(_ bytes: Data) -> Bool {
        accepts { () throws(DataSetError) in try use(try NPYReader.read(bytes, limits: limits)) }
    }

    /// Reads the bytes as an IDX array, gzipped or not; returns whether it was accepted.
    @discardableResult
    package static func idx(_ bytes: Data) -> Bool {
        accepts { () throws(DataSetError) in try use(try IDXReader.read(bytes, limits: limits)) }
    }

    /// Reads the bytes as a CSV table; returns whether it was accepted.
    @discardableResult
    package static func csv(_ bytes: Data) -> Bool {
        accepts { () throws(DataSetError) in
            let table = try CSVReader.read(bytes, limits: limits)
            precondition(table.inputs.rowCount == table.sampleCount, "a label for each sample")
            precondition(table.inputs.elements.allSatisfy(\.isFinite), "tables hold finite numbers only")
        }
    }

    /// Runs every reader on the bytes.
    package static func all(_ bytes: Data) {
        npz(bytes)
        npy(bytes)
        idx(bytes)
        csv(bytes)
    }

    private static func use(_ array: NumericArray) throws(DataSetError) {
        precondition(array.tensor().count == array.shape.count, "as many elements as the shape says")
        do throws(DataSetError) {
            let labels = try array.labels()
            precondition(labels.allSatisfy { $0 >= 0 }, "labels are not negative")
        } catch {
            // Most arrays are no labels.
        }
    }

    private static func accepts(_ body: () throws(DataSetError) -> Void) -> Bool {
        do throws(DataSetError) {
            try body()
            return true
        } catch {
            precondition(!error.description.isEmpty, "every error has words")
            return false
        }
    }
}
