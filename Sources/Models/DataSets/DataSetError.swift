import BulwarkTensors

/// Why a file is not a data set, or why a data set does not fit a model, and where.
public struct DataSetError: Error, Equatable {
    /// What is wrong.
    public var fault: Fault
    /// Where it is wrong, as far as that is known.
    public var place: Place

    /// A fault at a place.
    public init(_ fault: Fault, at place: Place = Place()) {
        self.fault = fault
        self.place = place
    }

    /// Where in the data something is wrong; what does not apply is nil.
    public struct Place: Sendable, Equatable {
        /// The file.
        public var file: String?
        /// The array in an NPZ file.
        public var member: String?
        /// The position in the file or, if there is one, in the member; from 0.
        public var byteOffset: Int?
        /// The line of a text file on which the record begins, from 1.
        public var line: Int?
        /// The column of a table, from 1.
        public var column: Int?
        /// The column's name in the header.
        public var columnName: String?
        /// The sample, from 0.
        public var sample: Int?

        /// A place; leave out what does not apply.
        public init(
            file: String? = nil,
            member: String? = nil,
            byteOffset: Int? = nil,
            line: Int? = nil,
            column: Int? = nil,
            columnName: String? = nil,
            sample: Int? = nil
        ) {
            self.file = file
            self.member = member
            self.byteOffset = byteOffset
            self.line = line
            self.column = column
            self.columnName = columnName
            self.sample = sample
        }
    }

    /// Which limit of `ReadLimits` was exceeded.
    public enum Limit: String, Sendable {
        /// `maximumFileBytes`.
        case fileBytes = "bytes in a file"
        /// `maximumUncompressedBytes`.
        case uncompressedBytes = "bytes after decompression"
        /// `maximumCompressionRatio`.
        case compressionRatio = "times the compressed size"
        /// `maximumElements`.
        case elements = "elements in an array"
        /// `maximumHeaderBytes`.
        case headerBytes = "bytes in a header"
        /// `maximumRecordBytes`.
        case recordBytes = "bytes in a record"
        /// What a ZIP archive without Zip64 can hold; met by the writer only.
        case archiveBytes = "bytes in an archive"
    }

    /// What can be wrong.
    public enum Fault: Sendable, Equatable {
        /// There is no such file.
        case notFound
        /// The path names a folder, a device or the like.
        case notAFile
        /// The system refused to give the file's bytes, with its reason.
        case unreadable(String)
        /// Neither content nor name are of a known format.
        case unrecognizedFormat
        /// The data ask for more than a limit allows.
        case overLimit(Limit, found: Int, maximum: Int)
        /// The data end early: so many bytes are needed from here, so many are there.
        case truncated(needed: Int, found: Int)
        /// There are bytes behind the end of the data.
        case trailingBytes(Int)
        /// The structure breaks the format's rules.
        case malformed(String)
        /// Compressed data cannot be decompressed, or a checksum is wrong.
        case corrupt(String)
        /// The archive is encrypted.
        case encrypted
        /// The archive uses a compression other than none (0) and deflate (8).
        case unsupportedCompression(method: Int)
        /// Two members of the archive share bytes.
        case overlappingMembers
        /// The array holds pickled Python objects, which are never loaded.
        case pickledObjects
        /// The array's elements are records.
        case structuredElements
        /// The array's elements are big-endian, with the type as the header has it.
        case bigEndianElements(String)
        /// The array's elements have another type that is not read, as the header or the type code has it.
        case unsupportedElementType(String)
        /// Sizes are negative or cannot be counted.
        case invalidShape(ShapeError)
        /// The archive has no array of that name; it has these.
        case missingArray(String, found: [String])
        /// No labels were given, and none of these files exists.
        case missingLabels(tried: [String])
        /// A file of labels was given for data that bring their own.
        case unexpectedLabels
        /// There is no sample.
        case noSamples
        /// The table has fewer than two columns.
        case tooFewColumns
        /// The first line of the table is numbers, not names.
        case missingHeader
        /// The table has no column of that name or number.
        case missingColumn(String)
        /// Several columns of the table have that name.
        case ambiguousColumn(String)
        /// A record has another number of cells than the header.
        case raggedRow(found: Int, expected: Int)
        /// A cell is empty.
        case missingValue
        /// A cell is not a decimal number.
        case notANumber
        /// There are more or fewer labels than samples.
        case labelCount(found: Int, samples: Int)
        /// Labels are not a list of one number a sample.
        case labelShape(Shape)
        /// A label has a fraction, or is not a finite number.
        case fractionalLabel
        /// A label is below zero.
        case negativeLabel
        /// A label is not below the number of classes.
        case labelOutOfRange(Int, classCount: Int)
        /// Samples have another shape than the model takes.
        case inputShape(found: Shape, expected: Shape)
        /// The bounds are neither one interval nor one for each element of a sample.
        case boundsCount(found: Int, elements: Int)
        /// An input is NaN, infinite, or too large for a 32-bit float.
        case notFinite
        /// Inputs lie outside the bounds; the range that the whole data set spans.
        case outsideBounds(lowest: Float, highest: Float)
    }

    /// The same fault inside a file.
    func inFile(_ path: String) -> DataSetError {
        var copy = self
        copy.place.file = copy.place.file ?? path
        return copy
    }

    /// The same fault inside a member of an archive.
    func inMember(_ name: String) -> DataSetError {
        var copy = self
        copy.place.member = copy.place.member ?? name
        return copy
    }
}
