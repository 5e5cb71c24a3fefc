import BulwarkTensors

/// What a support vector machine of `ai.onnx.ml` compares samples with.
struct SupportVectors {
    /// How a sample and a support vector are compared.
    enum Kernel: String {
        /// ⟨x, v⟩.
        case linear = "LINEAR"
        /// (γ ⟨x, v⟩ + c)^degree.
        case polynomial = "POLY"
        /// exp(−γ ‖x − v‖²).
        case radial = "RBF"
        /// tanh(γ ⟨x, v⟩ + c).
        case sigmoid = "SIGMOID"
    }

    /// The vectors, `[count, features]`.
    let vectors: Tensor
    private let kernel: Kernel
    private let (gamma, offset, degree): (Float, Float, Float)

    /// - Parameters:
    ///   - node: The machine.
    ///   - count: How many vectors it has.
    /// - Throws: `ONNXError` if its attributes do not fit together.
    init(_ node: ONNXNode, count: Int) throws(ONNXError) {
        let numbers = try node.finiteFloats("support_vectors") ?? []
        guard count > 0, !numbers.isEmpty, numbers.count.isMultiple(of: count) else {
            throw node.error("\(numbers.count) numbers are no \(count) support vectors")
        }
        vectors = Tensor(Shape(trusted: [count, numbers.count / count]), numbers)
        let name = try node.string("kernel_type") ?? Kernel.linear.rawValue
        guard let kernel = Kernel(rawValue: name) else {
            throw node.error("attribute kernel_type is '\(name)'")
        }
        self.kernel = kernel
        let parameters = try node.finiteFloats("kernel_params") ?? []
        guard parameters.count == 3 || kernel == .linear else {
            throw node.error("attribute kernel_params does not hold three numbers")
        }
        (gamma, offset, degree) =
            parameters.count == 3 ? (parameters[0], parameters[1], parameters[2]) : (1, 0, 1)
    }

    /// The comparison of every sample with every support vector, `[N, count]`.
    func kernel(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> ImportedValue {
        let sample = (try node.features(), name: "\(node.name).0")
        let vectors = (ImportedValue.constant(self.vectors), name: "\(node.name).support_vectors")
        func argument(_ value: ImportedValue) -> [(ImportedValue, name: String)] {
            [(value, name: "\(node.name).products")]
        }
        let products = node.step("products")
        switch kernel {
        case .linear:
            let product = Gemm(transposesRight: true)
            return try lowering.emit(product, products, arguments: [sample, vectors])
        case .radial:
            let distances = try lowering.emit(SquaredDistances(), products, arguments: [sample, vectors])
            let factor = (ImportedValue.constant(Tensor(scalar: -gamma)), name: "\(node.name).gamma")
            let scaled = try lowering.emit(
                Mul(),
                node.step("scaled"),
                arguments: argument(distances) + [factor]
            )
            return try lowering.emit(Exp(), node.step("kernel"), arguments: argument(scaled))
        case .polynomial, .sigmoid:
            let constant = (ImportedValue.constant(Tensor([1], [offset])), name: "\(node.name).offset")
            let affine = Gemm(alpha: gamma, transposesRight: true)
            let sums = try lowering.emit(affine, products, arguments: [sample, vectors, constant])
            if kernel == .sigmoid {
                return try lowering.emit(Tanh(), node.step("kernel"), arguments: argument(sums))
            }
            return try lowering.emit(Pow(exponent: degree), node.step("kernel"), arguments: argument(sums))
        }
    }
}

extension ONNXNode {
    /// The first input, which holds samples.
    func features() throws(ONNXError) -> ImportedValue { try input(0) }
}

/// `SVMRegressor` of `ai.onnx.ml`.
enum SVMRegressor {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard try node.int("one_class") ?? 0 == 0 else {
            throw node.error("detects outliers (attribute one_class), which is not supported")
        }
        guard try node.postTransform() == .none else { throw node.error("has a post_transform") }
        let coefficients = try node.finiteFloats("coefficients") ?? []
        let count = try node.int("n_supports") ?? 0
        guard let rho = try node.finiteFloats("rho"), rho.count == 1, !coefficients.isEmpty else {
            throw node.error("has no coefficients, or not one number rho")
        }
        var compared = try node.features()
        if count > 0 {
            guard coefficients.count == count else {
                throw node.error("has \(coefficients.count) coefficients for \(count) support vectors")
            }
            compared = try SupportVectors(node, count: count).kernel(node, into: &lowering)
        }
        let column = Tensor(Shape(trusted: [coefficients.count, 1]), coefficients)
        return [
            try lowering.emit(
                Gemm(),
                node,
                arguments: [
                    (compared, name: "\(node.name).0"),
                    (.constant(column), name: "\(node.name).coefficients"),
                    (.constant(Tensor([1], rho)), name: "\(node.name).rho"),
                ]
            )
        ]
    }
}
