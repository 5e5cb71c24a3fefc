import Foundation

/// An ONNX file of a network that tells the clusters of `Workbench.points` apart, with weights in a file beside it.
///
/// The scores are those of `Workbench.model`.
struct ExternalModel {
    /// The weights, `[2, 3]`.
    static let weights = Data(
        [10, 30, 20, 10, 12, 32].flatMap { (number: Float) in
            withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
        }
    )

    /// What the model says of the place of its weights, an entry each.
    let place: [(key: String, value: String)]

    init(_ location: String) { place = [("location", location)] }

    /// The file.
    var bytes: Data {
        let entries = place.reduce(Data()) { data, entry in
            data + Self.field(13, Self.field(1, entry.key) + Self.field(2, entry.value))
        }
        // Dimensions, type and name of a TensorProto; its field 14 says that the bytes are elsewhere.
        let weights = Data([8, 2, 8, 3, 16, 1]) + Self.field(8, "w") + entries + Data([14 << 3, 1])
        let floats = [-2.5, -13.05, -17.8].flatMap { (number: Float) in
            withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
        }
        let bias = Data([8, 3, 16, 1]) + Self.field(8, "b") + Self.field(9, Data(floats))
        let node = ["x", "w", "b"].reduce(Data()) { $0 + Self.field(1, $1) }
        let graph =
            Self.field(1, node + Self.field(2, "y") + Self.field(4, "Gemm")) + Self.field(2, "clusters")
            + Self.field(5, weights) + Self.field(5, bias)
            + Self.field(11, Self.port("x", columns: 2)) + Self.field(12, Self.port("y", columns: 3))
        return Data([8, 8]) + Self.field(7, graph) + Self.field(8, Data([16, 13]))
    }

    /// A tensor of floats with any number of rows.
    private static func port(_ name: String, columns: UInt8) -> Data {
        let shape = field(1, field(2, "n")) + field(1, Data([8, columns]))
        return field(1, name) + field(2, field(1, Data([8, 1]) + field(2, shape)))
    }

    private static func field(_ number: UInt8, _ text: String) -> Data { field(number, Data(text.utf8)) }

    private static func field(_ number: UInt8, _ content: Data) -> Data {
        var (length, bytes) = (content.count, [number << 3 | 2])
        while length > 127 {
            bytes.append(UInt8(length & 127 | 128))
            length >>= 7
        }
        return Data(bytes + [UInt8(length)]) + content
    }
}
