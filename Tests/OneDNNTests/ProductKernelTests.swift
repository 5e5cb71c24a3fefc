import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import Testing

struct ProductKernelTests {
    static let factors: [([Int], [Int])] = [
        ([3, 5], [5, 4]), ([1, 1], [1, 1]), ([32, 784], [784, 256]), ([7, 3], [3, 1]), ([1, 9], [9, 6]),
        ([5], [5, 4]), ([3, 5], [5]), ([5], [5]),
        ([2, 3, 5], [5, 4]), ([2, 3, 5], [5]), ([2, 3, 5], [1, 5, 4]), ([2, 3, 5], [2, 5, 4]),
        ([2, 3, 4, 5], [2, 3, 5, 6]), ([2, 3, 4, 5], [3, 5, 6]), ([1, 4, 5], [3, 5, 6]),
        ([4, 5], [3, 5, 6]),
        ([5], [2, 5, 3]), ([2, 1, 4, 5], [1, 3, 5, 6]), ([3, 5], [1, 1, 5, 4]),
        ([0, 5], [5, 4]), ([3, 0], [0, 4]), ([3, 5], [5, 0]),
    ]

    @Test(arguments: factors)
    func matrixProductsAgreeWithTheReference(_ left: [Int], _ right: [Int]) throws {
        var random = SeededRandom(seed: 11, stream: "product")
        let inputs = [Tensor.random(Shape(trusted: left), &random), .random(Shape(trusted: right), &random)]
        for parameters in [[], [1], [0], [0, 1]] as [Set<Int>] {
            try NodeComparison.expectAgreement(MatMul(), inputs, parameters: parameters)
        }
    }

    @Test(arguments: [false, true], [false, true])
    func transposedProductsAgreeWithTheReference(_ left: Bool, _ right: Bool) throws {
        var random = SeededRandom(seed: 12, stream: "product")
        for (rows, inner, columns) in [(4, 5, 6), (1, 7, 3), (32, 20, 10), (3, 1, 2), (33, 65, 17)] {
            let inputs = [
                Tensor.random(left ? [inner, rows] : [rows, inner], &random),
                Tensor.random(right ? [columns, inner] : [inner, columns], &random),
                Tensor.random([columns], &random),
            ]
            for (alpha, beta) in [(1, 1), (0.5, 1), (1, -2), (2, 0)] as [(Float, Float)] {
                let gemm = Gemm(alpha: alpha, beta: beta, transposesLeft: left, transposesRight: right)
                try NodeComparison.expectAgreement(gemm, inputs, parameters: [1, 2])
                try NodeComparison.expectAgreement(gemm, inputs)
                try NodeComparison.expectAgreement(gemm, Array(inputs[..<2]), parameters: [1])
            }
        }
    }

    @Test(arguments: [[4, 6], [6], [1, 6], [4, 1], [1, 1], [1], []])
    func everyShapeOfSummandAgreesWithTheReference(_ shape: [Int]) throws {
        var random = SeededRandom(seed: 13, stream: "product")
        let factors = [Tensor.random([4, 5], &random), .random([5, 6], &random)]
        let summand = Tensor.random(Shape(trusted: shape), &random)
        try NodeComparison.expectAgreement(Gemm(), factors + [summand], parameters: [1, 2])
    }

    @Test(arguments: 0..<40)
    func agreesWithTheReferenceOnRandomSizes(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed), stream: "sizes")
        func extent() -> Int { Int.random(in: 1...80, using: &random) }
        let (rows, inner, columns) = (extent(), extent(), extent())
        let gemm = Gemm(transposesLeft: .random(using: &random), transposesRight: .random(using: &random))
        let inputs = [
            Tensor.random(gemm.transposesLeft ? [inner, rows] : [rows, inner], &random),
            Tensor.random(gemm.transposesRight ? [columns, inner] : [inner, columns], &random),
            Tensor.random([columns], &random),
        ]
        try NodeComparison.expectAgreement(gemm, inputs, parameters: [1, 2], "seed \(seed)")
    }

    @Test func ordinaryProductsAreFast() throws {
        #expect(try NodeComparison.isFast(MatMul(), [[3, 5], [5, 4]]))
        #expect(try NodeComparison.isFast(MatMul(), [[2, 3, 5], [5, 4]]))
        #expect(try NodeComparison.isFast(MatMul(), [[2, 3, 5], [2, 5, 4]]))
        let gemm = Gemm(transposesRight: true)
        #expect(try NodeComparison.isFast(gemm, [[3, 5], [4, 5], [4]], parameters: [1, 2]))
        #expect(try !NodeComparison.isFast(MatMul(), [[4, 5], [3, 5, 6]]))
        #expect(try !NodeComparison.isFast(Gemm(alpha: 2), [[3, 5], [5, 4]]))
    }
}
