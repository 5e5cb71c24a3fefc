import BulwarkTensors
import Foundation

/// An array of numbers as a file holds it: its bytes, and how to read them.
public struct NumericArray: Sendable {
    /// The extents, outermost first.
    public let shape: Shape
    /// The type of the elements.
    public let elementType: ElementType
    let isBigEndian: Bool
    /// Whether the first axis varies fastest, as in Fortran.
    let isColumnMajor: Bool
    let bytes: ByteView

    /// The array that `bytes` hold from their beginning; traps unless there are enough of them.
    init(
        shape: Shape,
        elementType: ElementType,
        isBigEndian: Bool = false,
        isColumnMajor: Bool = false,
        bytes: ByteView
    ) {
        precondition(
            bytes.count == shape.count * elementType.byteCount,
            "as many bytes as the shape asks for"
        )
        self.shape = shape
        self.elementType = elementType
        self.isBigEndian = isBigEndian
        self.isColumnMajor = isColumnMajor
        self.bytes = bytes
    }

    /// A shape from a file, with an element count and a byte count that are within the limits.
    ///
    /// Extents of 0 count as 1 here, so that no product of some of them overflows either.
    static func shape(
        _ dimensions: [Int],
        of elementType: ElementType,
        limits: ReadLimits
    ) throws(DataSetError) -> Shape {
        let (shape, largest): (Shape, Int)
        do throws(ShapeError) {
            shape = try Shape(dimensions)
            largest = try Shape(dimensions.map { $0 == 0 ? 1 : $0 }).count
        } catch {
            throw DataSetError(.invalidShape(error))
        }
        let maximum = min(limits.maximumElements, Int.max / elementType.byteCount)
        guard largest <= maximum else {
            throw DataSetError(.overLimit(.elements, found: largest, maximum: maximum))
        }
        return shape
    }

    /// The elements as 32-bit floats in row-major order, rounded to nearest where they are not representable.
    public func tensor() -> Tensor {
        let stored =
            switch elementType {
            case .bool: tensor(UInt8.self) { $0 == 0 ? 0 : 1 }
            case .int8: tensor(Int8.self) { Float($0) }
            case .uint8: tensor(UInt8.self) { Float($0) }
            case .int16: tensor(Int16.self) { Float($0) }
            case .uint16: tensor(UInt16.self) { Float($0) }
            case .int32: tensor(Int32.self) { Float($0) }
            case .uint32: tensor(UInt32.self) { Float($0) }
            case .int64: tensor(Int64.self) { Float($0) }
            case .uint64: tensor(UInt64.self) { Float($0) }
            case .float16: tensor(UInt16.self) { Float(binary16: $0) }
            case .float32: tensor(UInt32.self) { Float(bitPattern: $0) }
            case .float64: tensor(UInt64.self) { Float(Double(bitPattern: $0)) }
            }
        return isColumnMajor && shape.rank > 1 ? rowMajor(stored) : stored
    }

    /// The elements as labels: whole numbers from 0, for an array `[N]` or `[N, 1]`.
    ///
    /// - Throws: `DataSetError` that names the first sample whose label is negative, has a fraction or is too
    ///   large.
    public func labels() throws(DataSetError) -> [Int] {
        guard shape.rank == 1 || shape.rank == 2 && shape[1] == 1 else {
            throw DataSetError(.labelShape(shape))
        }
        return switch elementType {
        case .bool: try labels(UInt8.self) { .whole($0 == 0 ? 0 : 1) }
        case .int8: try labels(Int8.self) { .init($0) }
        case .uint8: try labels(UInt8.self) { .init($0) }
        case .int16: try labels(Int16.self) { .init($0) }
        case .uint16: try labels(UInt16.self) { .init($0) }
        case .int32: try labels(Int32.self) { .init($0) }
        case .uint32: try labels(UInt32.self) { .init($0) }
        case .int64: try labels(Int64.self) { .init($0) }
        case .uint64: try labels(UInt64.self) { .init($0) }
        case .float16: try labels(UInt16.self) { .init(Double(Float(binary16: $0))) }
        case .float32: try labels(UInt32.self) { .init(Double(Float(bitPattern: $0))) }
        case .float64: try labels(UInt64.self) { .init(Double(bitPattern: $0)) }
        }
    }

    private func tensor<Word: FixedWidthInteger>(_ word: Word.Type, _ value: (Word) -> Float) -> Tensor {
        bytes.withWords(word, bigEndian: isBigEndian) { words in
            Tensor(shape, generating: { value(words[$0]) })
        }
    }

    private func labels<Word: FixedWidthInteger>(
        _ word: Word.Type,
        _ label: (Word) -> ParsedLabel
    ) throws(DataSetError) -> [Int] {
        let parsed = bytes.withWords(word, bigEndian: isBigEndian) { words in
            (0..<shape.count).map { label(words[$0]) }
        }
        var labels: [Int] = []
        labels.reserveCapacity(parsed.count)
        for (sample, label) in parsed.enumerated() {
            switch label {
            case .whole(let value): labels.append(value)
            case .wrong(let fault): throw DataSetError(fault, at: .init(sample: sample))
            }
        }
        return labels
    }

    /// The same elements with the last axis varying fastest, from a tensor that holds them as the file does.
    private func rowMajor(_ stored: Tensor) -> Tensor {
        var strides = [Int](repeating: 1, count: shape.rank)
        for axis in 1..<shape.rank { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        let source = stored.elements
        var result = Tensor(shape)
        result.mutate { target in
            var index = [Int](repeating: 0, count: shape.rank)
            var position = 0
            for element in target.indices {
                target[element] = source[position]
                var axis = shape.rank - 1
                while axis >= 0 {
                    index[axis] += 1
                    position += strides[axis]
                    if index[axis] < shape[axis] { break }
                    position -= index[axis] * strides[axis]
                    index[axis] = 0
                    axis -= 1
                }
            }
        }
        return result
    }
}

/// A number that is to be a label.
enum ParsedLabel {
    case whole(Int)
    case wrong(DataSetError.Fault)

    init(_ value: some BinaryInteger) {
        guard value >= 0 else {
            self = .wrong(.negativeLabel)
            return
        }
        self = Int(exactly: value).map(Self.whole) ?? .wrong(.fractionalLabel)
    }

    /// A float counts if it is whole; beyond 2⁵³ not every whole number is a float, so none is taken.
    init(_ value: Double) {
        guard value.isFinite, value == value.rounded(), value < 0x1p53 else {
            self = .wrong(.fractionalLabel)
            return
        }
        self = value < 0 ? .wrong(.negativeLabel) : .whole(Int(value))
    }
}
