import BulwarkTensors

/// A change of the element type (ONNX `Cast`), where it changes anything that a 32-bit float carries.
///
/// Floats of every width are computed as 32-bit floats; a cast to 16 bits rounds.
public struct Cast: PointwiseOperator {
    /// The type of the input's elements.
    public let source: ElementType
    /// The type that they become.
    public let target: ElementType

    /// A cast.
    public init(from source: ElementType = .float32, to target: ElementType) {
        self.source = source
        self.target = target
    }

    /// The number as the target type holds it.
    ///
    /// Floats lose their fraction, integers the bits that do not fit; anything but 0 is true. NaN for a
    /// float that no integer of the type stands for.
    public func apply(_ x: Float) -> Float {
        switch target {
        case .float32, .float64: return x
        case .float16: return HalfPrecision.rounding(x)
        case .bool: return x != 0 ? 1 : 0
        default: break
        }
        let whole = x.rounded(.towardZero)
        guard ExactIntegers.contains(whole) else { return .nan }
        let type = ONNXElementType(target)
        if source.isFloatingPoint { return type.range?.contains(Int(whole)) == true ? whole : .nan }
        return type.wrapping(Int(whole)).map { Float($0) } ?? .nan
    }

    /// 1 for floats, whose rounding is passed straight through, else 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { target.isFloatingPoint ? 1 : 0 }

    /// Straight through for floats, in steps for integers.
    public var sensitivity: Sensitivity { target.isFloatingPoint ? .straightThrough : .piecewiseConstant }

    /// Whether the target is a type of integers or truth values.
    public var givesIntegers: Bool { !target.isFloatingPoint }

    /// `Cast`.
    public var onnx: ONNXForm {
        ONNXForm(
            "Cast",
            ["to": .int(Int(ONNXElementType(target).rawValue))],
            inputTypes: source.isFloatingPoint ? [:] : [0: source],
            outputType: target
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let type = try node.elementType("to") else { throw node.error("attribute to is missing") }
        return [try lower(node, to: type, into: &lowering)]
    }

    /// `CastLike`: to the type of the second input.
    static func lowerLike(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        _ = try node.input(1)
        return [try lower(node, to: node.inputType(1), into: &lowering)]
    }

    private static func lower(
        _ node: ONNXNode,
        to type: ONNXElementType,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        if type.isFloat, type != .float { lowering.note("values of type \(type) are computed as float32") }
        let input = try node.input(0)
        let source = node.inputType(0)
        switch input {
        case .integers(let array):
            if !type.isFloat { return .integers(try array.cast(to: type, node)) }
            guard let numbers = array.fixed else {
                throw node.error("makes floats of numbers that depend on the batch size")
            }
            let floats = Tensor(array.shape, numbers.map { Float($0) })
            return .constant(type == .float16 ? floats.map(HalfPrecision.rounding) : floats)
        case .constant(let tensor) where !type.isFloat && tensor.count <= IntegerFolding.maximumElements:
            return .integers(try integers(tensor, type, source, node))
        case .constant, .value:
            if source.holds(atLeast: type) { return input }
            let cast = Cast(from: source.elementType, to: type == .float16 ? .float16 : type.elementType)
            return try lowering.emit(cast, node, inputs: [0])
        }
    }

    /// Floats that are known as the integers they become, however large these are.
    private static func integers(
        _ tensor: Tensor,
        _ type: ONNXElementType,
        _ source: ONNXElementType,
        _ node: ONNXNode
    ) throws(ONNXError) -> IntegerArray {
        var numbers: [Dimension] = []
        for element in tensor.elements {
            if type == .bool {
                numbers.append(element != 0 ? 1 : 0)
                continue
            }
            guard let integer = Int(exactly: element.rounded(.towardZero)),
                let number = source.isFloat ? integer : type.wrapping(integer),
                type.range?.contains(number) == true
            else { throw node.error("\(element) does not fit \(type)") }
            numbers.append(Dimension(constant: number))
        }
        return IntegerArray(shape: tensor.shape, elements: numbers)
    }
}

extension ONNXElementType {
    /// Whether every element of this type, as a float, is one of another type as it stands.
    fileprivate func holds(atLeast other: ONNXElementType) -> Bool {
        switch other {
        case .float, .double, .bfloat16: return true
        case .float16: return self == .float16
        default:
            guard let own = range, let range = other.range else { return false }
            return range.contains(own.lowerBound) && range.contains(own.upperBound)
        }
    }
}

extension IntegerArray {
    /// The integers as another type of integers holds them, or as truth values.
    fileprivate func cast(to type: ONNXElementType, _ node: ONNXNode) throws(ONNXError) -> IntegerArray {
        var numbers: [Dimension] = []
        for element in elements {
            guard let integer = element.fixed else {
                // Extents that depend on the batch fit every type exporters use for them.
                if type == .bool { throw node.error("makes a boolean of the batch size") }
                numbers.append(element)
                continue
            }
            guard let number = type.wrapping(integer) else {
                throw node.error("\(integer) does not fit \(type)")
            }
            numbers.append(Dimension(constant: number))
        }
        return IntegerArray(shape: shape, elements: numbers)
    }
}
