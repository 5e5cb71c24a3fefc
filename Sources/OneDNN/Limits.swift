import BulwarkTensors
import COneDNN

/// Which sizes oneDNN is asked to handle.
///
/// It counts with 32 bits in places, and is used with ordinary shapes.
enum Limits {
    private static let maximumElements = Int(Int32.max) / MemoryLayout<Float>.stride
    private static let maximumStep: Int64 = 1 << 16

    /// Whether no tensor is empty or very large.
    static func allow(_ shapes: [Shape]) -> Bool { shapes.allSatisfy { 1...maximumElements ~= $0.count } }

    /// Whether every window touches the image and nothing is of an extraordinary size.
    static func allow(_ axis: onednn_axis) -> Bool {
        guard max(axis.kernel, axis.stride, axis.dilation) <= maximumStep else { return false }
        let span = (axis.kernel - 1) * axis.dilation + 1
        return axis.padding_before < span && axis.padding_after < span
    }
}
