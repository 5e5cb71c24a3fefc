import BulwarkTensors

/// What a file says about an input of its graph.
struct ONNXInputDeclaration {
    let name: String
    /// What its elements are.
    let type: ONNXElementType
    private let extents: [Extent]
    private let options: ONNXImportOptions
    private let firstAxisGrows: Bool

    /// An extent as the file has it.
    private enum Extent {
        case fixed(Int)
        /// Left open, under a name.
        case open(String)
    }

    /// - Throws: `ONNXError` if it is no tensor of numbers, or a number of elements is below 0.
    init(
        _ input: Bulwark_Onnx_ValueInfo,
        _ options: ONNXImportOptions,
        firstAxisGrows: Bool
    ) throws(ONNXError) {
        name = input.name
        self.options = options
        self.firstAxisGrows = firstAxisGrows
        let declared = input.type.tensorType
        guard input.type.hasTensorType, let type = ONNXElementType(rawValue: declared.elemType) else {
            throw .unsupportedInterface("input '\(name)' is not a tensor of numbers or truth values")
        }
        self.type = type
        guard declared.hasShape else {
            throw .unsupportedInterface("input '\(name)' has no declared shape")
        }
        var extents: [Extent] = []
        for (axis, dimension) in declared.shape.dim.enumerated() {
            extents.append(try Self.extent(dimension, axis, of: input.name, options))
        }
        self.extents = extents
    }

    private static func extent(
        _ dimension: Bulwark_Onnx_Dimension,
        _ axis: Int,
        of input: String,
        _ options: ONNXImportOptions
    ) throws(ONNXError) -> Extent {
        // Some exporters write 0 for a number of samples that is open.
        let isOpenInSpirit = axis == 0 && dimension.dimValue <= 0 && options.firstAxis == .samples
        if dimension.hasDimValue, !isOpenInSpirit {
            let least = options.firstAxis == .samples ? 1 : 0
            guard let size = Int(exactly: dimension.dimValue), size >= least else {
                throw .unsupportedInterface(
                    "input '\(input)' has \(dimension.dimValue) as extent of axis \(axis)"
                )
            }
            return .fixed(size)
        }
        let name = dimension.name(ofAxis: axis, input: input)
        guard let size = options.dimensions[name] else { return .open(name) }
        guard size >= (options.firstAxis == .samples ? 1 : 0) else {
            throw .unsupportedInterface("dimension '\(name)' is fixed as \(size)")
        }
        return .fixed(size)
    }

    /// The shape of what a caller supplies when the model runs.
    ///
    /// - Throws: `ONNXError` if an axis other than the first is open.
    func symbolicShape() throws(ONNXError) -> SymbolicShape {
        var dimensions: [Dimension] = []
        var samples: String?
        for (axis, extent) in extents.enumerated() {
            switch extent {
            case .fixed(let size):
                dimensions.append(
                    axis == 0 && size == 1 && firstAxisGrows ? .batch : Dimension(constant: size)
                )
            case .open(let name):
                if axis == 0 { samples = name }
                guard name == samples else {
                    throw .unsupportedInterface(
                        "input '\(self.name)' leaves axis \(axis) open ('\(name)'); only the first axis, the "
                            + "number of samples, may be, unless a length is given for '\(name)'"
                    )
                }
                dimensions.append(.batch)
            }
        }
        return SymbolicShape(dimensions)
    }

    /// A constant that takes the input's place.
    ///
    /// - Throws: `ONNXError` if it has other extents or elements than the input is declared with.
    func value(for constant: ONNXConstant) throws(ONNXError) -> ImportedValue {
        let found = constant.shape.dimensions
        let fits = zip(extents, found).allSatisfy { extent, size in
            if case .fixed(let declared) = extent { declared == size } else { true }
        }
        guard found.count == extents.count, fits else {
            throw .unsupportedInterface("the constant for input '\(name)' has shape \(constant.shape)")
        }
        switch constant {
        case .floats(let tensor) where type.isFloat: return .constant(tensor)
        case .integers(let numbers, let shape):
            guard let range = type.range, numbers.allSatisfy(range.contains), numbers.count == shape.count,
                shape.fits(IntegerFolding.maximumElements)
            else { break }
            return .integers(
                IntegerArray(shape: shape, elements: numbers.map { Dimension(constant: $0) })
            )
        default: break
        }
        throw .unsupportedInterface("the constant for input '\(name)' does not hold what \(type) holds")
    }
}

extension Bulwark_Onnx_Dimension {
    /// The name under which callers may give a length for an open axis.
    func name(ofAxis axis: Int, input: String) -> String {
        dimParam.isEmpty ? "\(input):\(axis)" : dimParam
    }
}
