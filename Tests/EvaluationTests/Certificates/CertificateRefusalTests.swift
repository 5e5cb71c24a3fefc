import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

/// What cannot be bounded is refused, by the name of the node.
struct CertificateRefusalTests {
    /// The node that was refused and its operator, or nil if nothing was.
    private func refusal(
        _ build: (inout LayerBuilder, ValueID) throws -> ValueID
    ) throws -> [String]? {
        var network = LayerBuilder()
        let input = try network.builder.input("image", [.batch, 4, 5, 6])
        let model = try network.finish(build(&network, input))
        do {
            _ = try CROWN(model, norm: .linf, bounds: Bounds(0, 1))
            return nil
        } catch CertificateError.unboundedNode(let name, let type, _) {
            return [name, type]
        }
    }

    @Test func aCurveIsRefused() throws {
        let found = try refusal { try $0.builder.apply(Sigmoid(), to: [$1], name: "squash") }
        #expect(found == ["squash", "Sigmoid"])
    }

    @Test func productsOfTwoValuesAreRefused() throws {
        let square = try refusal { try $0.builder.apply(Mul(), to: [$1, $1], name: "square") }
        #expect(square == ["square", "Mul"])
        let gram = try refusal {
            let rows = try $0.rows($1)
            let columns = try $0.apply(Transpose(permutation: [0, 2, 1]), rows)
            return try $0.builder.apply(MatMul(), to: [rows, columns], name: "gram")
        }
        #expect(gram == ["gram", "MatMul"])
    }

    @Test func aDivisorThatDependsOnTheInputIsRefused() throws {
        let found = try refusal {
            let one = try $0.parameter([1], from: 1)
            return try $0.builder.apply(Div(), to: [one, $1], name: "inverse")
        }
        #expect(found == ["inverse", "Div"])
    }

    @Test func aSummandThatDependsOnTheInputIsRefused() throws {
        let found = try refusal {
            let flat = try $0.apply(Flatten(), $1)
            let weights = try $0.parameter([120, 120])
            return try $0.builder.apply(Gemm(), to: [flat, weights, flat], name: "gemm")
        }
        #expect(found == ["gemm", "Gemm"])
    }

    @Test func sumsOverTheSamplesAreRefused() throws {
        var network = LayerBuilder()
        let input = try network.builder.input("x", [1, 4])
        let mean = try network.builder.apply(ReduceMean(axes: [0]), to: [input], name: "mean")
        let model = try network.finish(mean)
        #expect(
            throws: CertificateError.unboundedNode(
                name: "mean",
                type: "ReduceMean",
                problem: "it sums over the samples"
            )
        ) { try IntervalBoundPropagation(model, norm: .l2, bounds: Bounds(0, 1)) }
    }

    @Test(arguments: [Norm.l1, .l0])
    func otherNormsAreRefused(norm: Norm) throws {
        let model = try AffineCertificateTests.threeClasses()
        #expect(throws: CertificateError.unsupportedNorm(certificate: "crown", norm: norm)) {
            try CROWN(model, norm: norm, bounds: Bounds(0, 1))
        }
        #expect(throws: CertificateError.unsupportedNorm(certificate: "ibp", norm: norm)) {
            try IntervalBoundPropagation(model, norm: norm, bounds: Bounds(0, 1))
        }
    }

    /// The sum is 10³⁹ in real numbers, and nobody knows what in floats.
    @Test func whatOverflowsIsNotCertified() throws {
        let layer = ReluNetwork.Layer(weights: [[1e30, 1], [0, 0]], bias: [0, 0])
        let model = try ReluNetwork([layer]).classifier()
        for certifier in try AffineCertificateTests.certifiers(model, .linf, Bounds(0, 1e10)) {
            let isCertified = certifier.isCertified([1e9, 1], label: 0, epsilon: 1e8)
            #expect(!isCertified)
        }
    }
}
