import BulwarkTensors

/// A cache with new entries written in from a position that may differ from sample to sample (ONNX
/// `TensorScatter`, opset 24): keys and values of attention.
///
/// Inputs: the cache, the new entries, which agree with the cache but along the axis, and the positions
/// `[N]`.
public struct TensorScatter: ScatteringOperator {
    /// The axis of the cache along which entries follow one another; negative from the end.
    public let axis: Int
    /// Whether what does not fit before the end goes on at the beginning.
    public let isCircular: Bool

    /// A writing along an axis.
    public init(axis: Int = -2, isCircular: Bool = false) {
        self.axis = axis
        self.isCircular = isCircular
    }

    /// New entries replace the old ones.
    public var reduction: ScatterReduction { .none }

    var updatesInput: Int { 1 }

    /// The shape of the cache.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(3...3)
        let (cache, new) = (inputs[0], inputs[1])
        let axis = try Axes.resolve(axis, rank: cache.rank)
        guard axis > 0 else { throw .attribute(name: "axis", problem: "is the axis of the samples") }
        guard new.rank == cache.rank, inputs[2] == [cache[0]],
            (0..<cache.rank).allSatisfy({ $0 == axis || new[$0] == cache[$0] }),
            let count = new[axis].fixed, let room = cache[axis].fixed, count <= room
        else { throw .shapes("the new entries do not fit the cache", inputs) }
        return cache
    }

    func targets(data: Shape, indices: Tensor, updates: Shape) -> [Int] {
        let (old, new) = (AxisBlocks(data, axis: axis), AxisBlocks(updates, axis: axis))
        let starts = indices.elements
        // How many blocks before the axis belong to one sample.
        let perSample = starts.isEmpty ? 1 : old.outer / starts.count
        var targets: [Int] = []
        targets.reserveCapacity(updates.count)
        for block in 0..<new.outer {
            let start = CarriedIndex.resolve(starts[block / perSample], extent: Swift.max(old.length, 1))
            for entry in 0..<new.length {
                var coordinate = start < 0 ? CarriedIndex.outside : start + entry
                if coordinate >= old.length {
                    coordinate = isCircular ? coordinate - old.length : CarriedIndex.outside
                }
                let base = (block * old.length + coordinate) * old.inner
                for run in 0..<old.inner { targets.append(coordinate < 0 ? coordinate : base + run) }
            }
        }
        return targets
    }

    /// `TensorScatter` of opset 24.
    public var onnx: ONNXForm {
        ONNXForm(
            "TensorScatter",
            ["axis": .int(axis), "mode": .string(isCircular ? "circular" : "linear")],
            opset: 24,
            inputTypes: [2: .int64]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let mode = try node.string("mode") ?? "linear"
        guard mode == "linear" || mode == "circular" else {
            throw node.error("mode '\(mode.prefix(40))' is not supported")
        }
        let scatter = TensorScatter(axis: try node.int("axis") ?? -2, isCircular: mode == "circular")
        let (cache, new) = (try node.input(0), try node.input(1))
        var starts = node.optionalInput(2)
        if starts == nil {
            guard let samples = lowering.shape(of: cache).dimensions.first?.fixed else {
                throw node.error("leaves out the positions for a number of samples that is open")
            }
            starts = .constant(Tensor(Shape(trusted: [samples])))
        }
        guard let starts else { return [] }
        let result = try lowering.emit(
            scatter,
            node,
            arguments: [
                (cache, name: "\(node.name).0"), (new, name: "\(node.name).1"),
                (starts, name: "\(node.name).2"),
            ]
        )
        return [result]
    }
}
