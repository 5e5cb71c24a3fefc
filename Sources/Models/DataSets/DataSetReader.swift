import BulwarkTensors

/// Reads a data set from files, told apart by their content.
///
/// | content | inputs | labels |
/// |---|---|---|
/// | NPZ | array `x` | array `y`, or the file given |
/// | NPY, IDX | the array | the file given, or the one that `labelFiles(for:)` finds |
/// | CSV (by its name, `.csv`) | every column but one | that column |
///
/// Each may be gzipped. Pixels, that is unsigned 8-bit arrays `[N, H, W]` or `[N, C, H, W]`, are divided by
/// 255. All other numbers keep their value, rounded to 32-bit floats; unsigned bytes of another shape too.
/// `DataSet.notes` says what was done.
public enum DataSetReader {
    /// The data set at `path`.
    ///
    /// - Parameters:
    ///   - path: A file of samples, or of samples and labels.
    ///   - labels: A file with an NPY or IDX array of labels, `[N]` or `[N, 1]`, whole numbers from 0.
    ///   - labelColumn: Which column of a CSV file holds the labels; see
    ///     `CSVReader.read(_:labelColumn:limits:)`.
    ///   - limits: How much may be read.
    /// - Returns: All samples, at least one, with their labels.
    /// - Throws: `DataSetError` with the file, and the array, byte, line or sample in it.
    public static func read(
        _ path: String,
        labels: String? = nil,
        labelColumn: String? = nil,
        limits: ReadLimits = ReadLimits()
    ) throws(DataSetError) -> DataSet {
        let bytes = try FileBytes.contents(of: path, limits: limits)
        do throws(DataSetError) {
            switch try layout(of: path, beginningWith: bytes, labels: labels) {
            case .archive(let labels):
                return try archive(try NPZReader(bytes, limits: limits), labels: labels, limits: limits)
            case .array(let labels):
                return try dataSet(array(bytes, limits: limits), givenLabels(labels, limits: limits))
            case .table: return try CSVReader.read(bytes, labelColumn: labelColumn, limits: limits)
            }
        } catch {
            throw error.inFile(path)
        }
    }

    /// The files that `read(_:labels:labelColumn:limits:)` would read, of which only the beginning is looked at.
    ///
    /// - Parameters:
    ///   - path: A file of samples, or of samples and labels.
    ///   - labels: A file of labels that somebody named.
    ///   - limits: How much may be read.
    /// - Returns: The file itself and, if the labels are in a file of their own, that one.
    /// - Throws: `DataSetError` with the file.
    public static func files(
        of path: String,
        labels: String? = nil,
        limits: ReadLimits = ReadLimits()
    ) throws(DataSetError) -> [String] {
        do throws(DataSetError) {
            let bytes = try FileBytes.beginning(of: path, limits: limits)
            switch try layout(of: path, beginningWith: bytes, labels: labels) {
            case .archive(nil), .table: return [path]
            case .archive(let labels?), .array(let labels): return [path, labels]
            }
        } catch {
            throw error.inFile(path)
        }
    }

    /// What a file holds, and which file has the labels that are not in it.
    private enum Layout {
        /// Labels in a file come before those in the archive.
        case archive(labels: String?)
        case array(labels: String)
        case table
    }

    private static func layout(
        of path: String,
        beginningWith bytes: ByteView,
        labels: String?
    ) throws(DataSetError) -> Layout {
        if NPZReader.magics.contains(where: bytes.starts(with:)) { return .archive(labels: labels) }
        if isArray(bytes) {
            if let labels { return .array(labels: labels) }
            return .array(labels: try foundLabels(for: path))
        }
        guard withoutGzipSuffix(path).lowercased().hasSuffix(".csv") else {
            throw DataSetError(.unrecognizedFormat)
        }
        guard labels == nil else { throw DataSetError(.unexpectedLabels) }
        return .table
    }

    private static func archive(
        _ archive: NPZReader,
        labels path: String?,
        limits: ReadLimits
    ) throws(DataSetError) -> DataSet {
        let inputs = try archive.array(named: "x")
        if let path { return try dataSet(inputs, try givenLabels(path, limits: limits)) }
        let labels = try archive.array(named: "y")
        do throws(DataSetError) {
            return try dataSet(inputs, try LabelArray(labels))
        } catch {
            throw error.place.sample == nil ? error : error.inMember("y")
        }
    }

    private static func dataSet(_ inputs: NumericArray, _ labels: LabelArray) throws(DataSetError) -> DataSet
    {
        guard inputs.shape.rank > 0, inputs.shape[0] > 0 else { throw DataSetError(.noSamples) }
        var tensor = inputs.tensor()
        var notes: [String] = []
        if inputs.elementType == .uint8 && (3...4).contains(inputs.shape.rank) {
            tensor.mutate { pixels in
                for position in pixels.indices { pixels[position] /= 255 }
            }
            notes.append("unsigned 8-bit pixels divided by 255")
        } else if !inputs.elementType.isFloatingPoint {
            notes.append("\(inputs.elementType) values taken as they are, not scaled")
        } else if inputs.elementType == .float64 {
            notes.append("float64 values rounded to 32 bits")
        }
        if inputs.shape.rank == 3 {
            notes.append("samples of shape \(inputs.shape.dropFirst) are one-channel images")
        }
        return try DataSet(inputs: tensor, labels: labels.values, notes: notes + labels.notes)
    }

    /// Whether bytes begin as one of the two array formats does.
    private static func isArray(_ bytes: ByteView) -> Bool {
        bytes.starts(with: NPYReader.magic) || IDXReader.recognizes(bytes)
    }

    /// The array in the bytes of one of the two array formats.
    private static func array(_ bytes: ByteView, limits: ReadLimits) throws(DataSetError) -> NumericArray {
        guard isArray(bytes) else { throw DataSetError(.unrecognizedFormat) }
        return IDXReader.recognizes(bytes)
            ? try IDXReader.read(bytes, limits: limits) : try NPYReader.read(bytes, limits: limits)
    }

    private static func givenLabels(_ path: String, limits: ReadLimits) throws(DataSetError) -> LabelArray {
        let bytes = try FileBytes.contents(of: path, limits: limits)
        do throws(DataSetError) {
            return try LabelArray(array(bytes, limits: limits))
        } catch {
            throw error.inFile(path)
        }
    }

    private static func foundLabels(for path: String) throws(DataSetError) -> String {
        let candidates = labelFiles(for: path)
        guard let found = candidates.first(where: FileBytes.exists) else {
            throw DataSetError(.missingLabels(tried: candidates))
        }
        return found
    }

    /// Where the labels of a file of samples are looked for, by the names that such pairs have.
    ///
    /// In the file's name, `images` becomes `labels` and `idx3` `idx1`, or a leading `x` or closing `_x`
    /// becomes `y`; with and without `.gz`. No names if none of that applies.
    public static func labelFiles(for path: String) -> [String] {
        let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let (folder, name) = (String(path[..<cut]), withoutGzipSuffix(String(path[cut...])))
        let replaced: String
        if name.contains("images") {
            replaced = name.replacing("images", with: "labels").replacing(/idx[234]/, with: "idx1")
        } else {
            replaced = name.replacing(/^x(?![a-z])/, with: "y").replacing(/^X(?![A-Za-z])/, with: "y")
                .replacing(/([_-])[xX](?=\.)/) { "\($0.output.1)y" }
        }
        guard replaced != name else { return [] }
        let plain = folder + replaced
        return path.hasSuffix(".gz") ? [plain + ".gz", plain] : [plain, plain + ".gz"]
    }

    private static func withoutGzipSuffix(_ name: String) -> String {
        name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    }
}

/// Labels as an array file has them.
private struct LabelArray {
    let values: [Int]
    let notes: [String]

    init(_ array: NumericArray) throws(DataSetError) {
        values = try array.labels()
        notes = array.elementType.isFloatingPoint ? ["labels stored as whole floating-point numbers"] : []
    }
}
