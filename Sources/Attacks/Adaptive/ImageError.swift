import BulwarkTensors

/// Why something that works on images cannot work on these samples.
public enum ImageError: Error, Equatable, CustomStringConvertible {
    /// The samples are not of the form `[channels, height, width]`.
    case notAnImage(name: String, shape: Shape)

    /// The fault in words.
    public var description: String {
        switch self {
        case .notAnImage(let name, let shape):
            "\(name) works on images [channels, height, width], and the samples have the shape \(shape)"
        }
    }
}
