import BulwarkTensors

extension DataSetError: CustomStringConvertible {
    /// The place and the fault in words; cells, pixels and labels' text are not repeated.
    public var description: String {
        let place = place.description
        return place.isEmpty ? fault.description : "\(place): \(fault.description)"
    }
}

extension DataSetError.Place: CustomStringConvertible {
    /// The place in words, from the outside in.
    public var description: String {
        var parts: [String] = []
        if let file { parts.append(file) }
        if let member { parts.append("array '\(member.printable)'") }
        if let byteOffset { parts.append("byte \(byteOffset)") }
        if let line { parts.append("line \(line)") }
        if let column {
            parts.append("column \(column)" + (columnName.map { " ('\($0.printable)')" } ?? ""))
        }
        if let sample { parts.append("sample \(sample)") }
        return parts.joined(separator: ", ")
    }
}

extension DataSetError.Fault: CustomStringConvertible {
    /// The fault in words.
    public var description: String {
        switch self {
        case .notFound, .notAFile, .unreadable, .unrecognizedFormat, .overLimit, .missingLabels,
            .unexpectedLabels:
            fileDescription
        case .truncated, .trailingBytes, .malformed, .corrupt, .encrypted, .unsupportedCompression,
            .overlappingMembers, .pickledObjects, .structuredElements, .bigEndianElements,
            .unsupportedElementType, .invalidShape, .missingArray:
            formatDescription
        case .tooFewColumns, .missingHeader, .missingColumn, .ambiguousColumn, .raggedRow, .missingValue,
            .notANumber:
            tableDescription
        case .noSamples, .labelCount, .labelShape, .fractionalLabel, .negativeLabel, .labelOutOfRange,
            .inputShape,
            .boundsCount, .notFinite, .outsideBounds:
            contentDescription
        }
    }

    private var fileDescription: String {
        switch self {
        case .notFound: "there is no such file"
        case .notAFile: "this is not a regular file"
        case .unreadable(let reason): "the file cannot be read: \(reason)"
        case .unrecognizedFormat: "this is no data set: NPZ, NPY, IDX (each may be gzipped) and .csv are read"
        case .overLimit(let limit, let found, let maximum):
            "\(found) \(limit.rawValue) are more than the limit of \(maximum)"
        case .missingLabels(let tried):
            "no file of labels was given"
                + (tried.isEmpty ? "" : ", and none exists at \(tried.joined(separator: ", "))")
        default: "a file of labels was given for data that bring their own"
        }
    }

    private var formatDescription: String {
        switch self {
        case .truncated(let needed, let found):
            "the data end early: \(needed) bytes are needed, \(found) are there"
        case .trailingBytes(let count): "\(count) bytes follow the end of the data"
        case .malformed(let problem), .corrupt(let problem): problem
        case .encrypted: "the archive is encrypted"
        case .unsupportedCompression(let method):
            "compression method \(method) is not supported (0, stored, and 8, deflate, are)"
        case .overlappingMembers: "members of the archive overlap"
        case .pickledObjects: "the array holds Python objects; pickles are never loaded"
        case .structuredElements: "the elements are records; only plain numbers are read"
        case .bigEndianElements(let type):
            "elements of type '\(type.printable)' are big-endian; save them as little-endian"
        case .unsupportedElementType(let type): "elements of type '\(type.printable)' are not supported"
        case .invalidShape(let error): error.description
        case .missingArray(let name, let found):
            "there is no array '\(name.printable)'; the file holds "
                + (found.isEmpty
                    ? "no arrays" : found.prefix(20).map { "'\($0.printable)'" }.joined(separator: ", "))
        default: "the format is broken"
        }
    }

    private var tableDescription: String {
        switch self {
        case .tooFewColumns: "the table has one column; features and a label, separated by commas, are needed"
        case .missingHeader: "the first line has numbers where the columns' names should be"
        case .missingColumn(let name): "the table has no column '\(name.printable)'"
        case .ambiguousColumn(let name): "several columns are called '\(name.printable)'"
        case .raggedRow(let found, let expected): "the record has \(found) cells, the header \(expected)"
        case .missingValue: "the cell is empty"
        default: "the cell is not a decimal number"
        }
    }

    private var contentDescription: String {
        switch self {
        case .noSamples: "there are no samples"
        case .labelCount(let found, let samples): "there are \(found) labels for \(samples) samples"
        case .labelShape(let shape): "labels are one whole number a sample, not an array \(shape)"
        case .fractionalLabel: "the label is not a whole number"
        case .negativeLabel: "the label is below zero"
        case .labelOutOfRange(let label, let classCount):
            "label \(label) is outside of 0…\(classCount - 1), the model's \(classCount) classes"
        case .inputShape(let found, let expected):
            "samples have the shape \(found), the model takes \(expected)"
                + (found.isChannelsLast(of: expected) ? "; move the channels first" : "")
        case .boundsCount(let found, let elements):
            "there are \(found) bounds for \(elements) elements of a sample"
        case .notFinite: "the value is not a finite 32-bit number"
        case .outsideBounds(let lowest, let highest):
            "inputs lie outside of the bounds; they range from \(lowest) to \(highest)"
        default: "the data do not fit"
        }
    }
}

extension Shape {
    /// Whether this is `[H, W, C]` where `other` is `[C, H, W]`.
    fileprivate func isChannelsLast(of other: Shape) -> Bool {
        rank == 3 && self != other && [self[2], self[0], self[1]] == other.dimensions
    }
}

extension String {
    /// The text without control characters and cut to 80, fit for a terminal.
    fileprivate var printable: String {
        let shown = unicodeScalars.prefix(80).map { scalar -> String in
            let isControl = [.control, .format, .lineSeparator, .paragraphSeparator]
                .contains(scalar.properties.generalCategory)
            return isControl ? "\u{FFFD}" : String(scalar)
        }
        return shown.joined() + (unicodeScalars.count > 80 ? "…" : "")
    }
}
