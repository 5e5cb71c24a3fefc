import BulwarkTensors

/// What a name in an ONNX graph stands for while it is imported.
enum ImportedValue: Sendable {
    /// A float value that is computed when the model runs.
    case value(ValueID)
    /// A float tensor known at import.
    case constant(Tensor)
    /// Integers or booleans known at import, up to the batch size: shapes, axes, indices.
    case integers(IntegerArray)
}

/// A row-major array of integers, each a number or affine in the batch size.
///
/// Exporters compute with shapes inside the graph (`Shape`, `Gather`, `Concat`, `Reshape`); keeping the batch
/// as a symbol lets all of that disappear at import.
struct IntegerArray: Sendable, Equatable {
    /// The extents; empty for a scalar.
    let shape: Shape
    /// The elements in row-major order.
    let elements: [Dimension]

    init(shape: Shape, elements: [Dimension]) {
        precondition(shape.count == elements.count, "as many integers as the shape says")
        self.shape = shape
        self.elements = elements
    }

    /// A vector.
    init(_ elements: [Dimension]) { self.init(shape: Shape(trusted: [elements.count]), elements: elements) }

    /// The elements if none depends on the batch size.
    var fixed: [Int]? {
        let numbers = elements.compactMap(\.fixed)
        return numbers.count == elements.count ? numbers : nil
    }
}
