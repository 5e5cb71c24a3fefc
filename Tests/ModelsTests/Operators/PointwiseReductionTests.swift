import BulwarkModels
import BulwarkTensors
import Testing

/// Reductions, and what lies along one axis, where the general laws do not look: ties, zeros, infinities and
/// nothing at all.
struct PointwiseReductionTests {
    // MARK: Ties

    @Test func severalOperandsShareTheGradientOfTheirMaximum() throws {
        let inputs = [Tensor([2], [1, 2]), Tensor([2], [1, 3]), Tensor([1], [1])]
        let result = try run(Max(), inputs)
        #expect(result.output == Tensor([2], [1, 3]))
        #expect(
            result.gradients == [
                Tensor([2], [1.0 / 3, 0]), Tensor([2], [1.0 / 3, 1]), Tensor([1], [1.0 / 3]),
            ]
        )
    }

    @Test func elementsShareTheGradientOfTheirExtreme() throws {
        let input = Tensor([2, 3], [1, 3, 3, 2, 2, 2])
        let largest = try run(ReduceMax(axes: [1]), [input])
        #expect(largest.output == Tensor([2, 1], [3, 2]))
        #expect(largest.gradients[0] == Tensor([2, 3], [0, 0.5, 0.5, 1.0 / 3, 1.0 / 3, 1.0 / 3]))
        let smallest = try run(ReduceMin(axes: [1], keepsAxes: false), [input])
        #expect(smallest.output == Tensor([2], [1, 2]))
        #expect(smallest.gradients[0] == Tensor([2, 3], [1, 0, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3]))
    }

    @Test func amongEqualsTheFirstOrTheLastIsFound() throws {
        let input = Tensor([2, 3], [2, 2, 1, 3, 3, 3])
        #expect(try run(ArgMax(axis: 1), [input]).output == Tensor([2, 1], [0, 0]))
        #expect(try run(ArgMax(axis: 1, selectsLast: true), [input]).output == Tensor([2, 1], [1, 2]))
        #expect(try run(ArgMin(axis: -1, keepsAxis: false), [input]).output == Tensor([2], [2, 0]))
        #expect(try run(ArgMin(axis: 1, selectsLast: true), [input]).output == Tensor([2, 1], [2, 2]))
        #expect(try run(Hardmax(), [input]).output == Tensor([2, 3], [1, 0, 0, 1, 0, 0]))
    }

    @Test func amongEqualsTheFirstIsChosenFirstAndGetsTheGradient() throws {
        let input = Tensor([5], [1, 3, 3, 0, 3])
        let values = try run(TopK(count: 2), [input])
        #expect(values.output == Tensor([2], [3, 3]))
        #expect(values.gradients[0] == Tensor([5], [0, 1, 1, 0, 0]))
        #expect(try run(TopK(count: 4, output: .indices), [input]).output == Tensor([4], [1, 2, 4, 0]))
        let smallest = TopK(count: 3, choosesLargest: false, output: .indices)
        #expect(try run(smallest, [input]).output == Tensor([3], [3, 0, 1]))
    }

    // MARK: NaN

    @Test func whatIsNoNumberShowsInTheResult() throws {
        let input = Tensor([4], [1, .nan, 3, .nan])
        #expect(try run(ReduceMax(axes: [0]), [input]).output[0].isNaN)
        #expect(try run(ReduceMin(axes: [0]), [input]).output[0].isNaN)
        for operation in [Max(), Min()] as [any Operator] {
            #expect(
                try run(operation, [Tensor([2], [.nan, 1]), Tensor([2], [1, .nan])]).output.elements
                    .allSatisfy(\.isNaN)
            )
        }
        #expect(try run(ArgMax(axis: 0), [input]).output == Tensor([1], [1]))
        #expect(try run(ArgMin(axis: 0), [input]).output == Tensor([1], [1]))
        #expect(try run(TopK(count: 4, output: .indices), [input]).output == Tensor([4], [1, 3, 2, 0]))
        let smallest = TopK(count: 4, choosesLargest: false, output: .indices)
        #expect(try run(smallest, [input]).output == Tensor([4], [0, 2, 1, 3]))
    }

    // MARK: Zeros and infinities

    @Test func productsOfZerosHaveGradients() throws {
        let one = try run(ReduceProd(axes: [0]), [Tensor([3], [2, 0, 3])])
        #expect(one.gradients[0] == Tensor([3], [0, 6, 0]))
        let two = try run(ReduceProd(axes: [0]), [Tensor([3], [0, 5, 0])])
        #expect(two.gradients[0] == Tensor([3], [0, 0, 0]))
        // Numbers of PyTorch 2.
        let cumulative = try run(CumProd(axis: 0), [Tensor([4], [2, 0, 3, 0])])
        #expect(cumulative.output == Tensor([4], [2, 0, 0, 0]))
        #expect(cumulative.gradients[0] == Tensor([4], [1, 8, 0, 0]))
    }

    @Test func theNormOfZerosHasNoSlope() throws {
        let zeros = Tensor([2, 2])
        #expect(try run(ReduceL2(axes: [1]), [zeros]).gradients[0] == zeros)
        #expect(try run(ReduceL1(axes: [1]), [zeros]).gradients[0] == zeros)
        for norm in [LpNormalization.Norm.l1, .l2] {
            let result = try run(LpNormalization(norm: norm), [zeros])
            #expect(result.output == zeros)
            #expect(result.gradients[0] == zeros)
        }
    }

    @Test func normsOfEnormousElementsDoNotOverflow() throws {
        let result = try run(ReduceL2(axes: [0]), [Tensor([2], [3e30, 4e30])])
        #expect(abs(result.output[0] / 5e30 - 1) < 1e-6)
        #expect(abs(result.gradients[0][0] - 0.6) < 1e-6)
    }

    @Test func logarithmsOfSumsOfExponentialsDoNotOverflow() throws {
        let input = Tensor([4, 2], [1000, 1000, -1000, -1000, -.infinity, -.infinity, .infinity, 0])
        let result = try run(ReduceLogSumExp(axes: [1], keepsAxes: false), [input])
        let logarithm: Float = 0.693_147_2
        #expect(result.output == Tensor([4], [1000 + logarithm, -1000 + logarithm, -.infinity, .infinity]))
        let gradient = result.gradients[0]
        #expect(abs(gradient[0] - 0.5) < 1e-4 && abs(gradient[3] - 0.5) < 1e-4)
        #expect(gradient[4] == 0 && gradient[5] == 0)
    }

    @Test func equalElementsNormaliseToZero() throws {
        let result = try run(MeanVarianceNormalization(axes: [1]), [Tensor([1, 3], repeating: 2)])
        #expect(result.output == Tensor([1, 3]))
        #expect(result.gradients[0].isFinite)
    }

    @Test func aDeterminantOfZeroHasCofactors() throws {
        let matrix = Tensor([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])
        let result = try run(Det(), [matrix])
        #expect(abs(result.output[0]) < 1e-5)
        let cofactors: [Float] = [-3, 6, -3, 6, -12, 6, -3, 6, -3]
        for (found, expected) in zip(result.gradients[0].elements, cofactors) {
            #expect(abs(found - expected) < 1e-4)
        }
        let hollow = try run(Det(), [Tensor([3, 3], [0, 0, 0, 0, 2, 1, 0, 1, 3])])
        #expect(hollow.output == Tensor(scalar: 0))
        #expect(abs(hollow.gradients[0][0] - 5) < 1e-6)
        #expect(hollow.gradients[0].elements.dropFirst().allSatisfy { $0 == 0 })
        let flat = try run(Det(), [Tensor([3, 3], repeating: 1)])
        #expect(flat.gradients[0] == Tensor([3, 3]))
    }

    // MARK: Nothing

    @Test(
        arguments: [
            (ReduceMax(axes: [1]), -.infinity), (ReduceMin(axes: [1]), .infinity), (ReduceProd(axes: [1]), 1),
            (ReduceL1(axes: [1]), 0), (ReduceL2(axes: [1]), 0), (ReduceSumSquare(axes: [1]), 0),
            (ReduceLogSumExp(axes: [1]), -.infinity), (ReduceMax(axes: [1], ofTruthValues: true), 0),
            (ReduceMin(axes: [1], ofTruthValues: true), 1),
        ] as [(any Operator, Float)]
    )
    func noElementsHaveAResult(operation: any Operator, expected: Float) throws {
        let result = try run(operation, [Tensor([2, 0, 3])])
        #expect(result.output == Tensor([2, 1, 3], repeating: expected))
        #expect(result.gradients[0] == Tensor([2, 0, 3]))
    }

    @Test func noElementsAreChosen() throws {
        #expect(try run(TopK(count: 0), [Tensor([2, 3])]).output == Tensor([2, 0]))
        #expect(try run(CumSum(axis: 1), [Tensor([2, 0])]).output == Tensor([2, 0]))
        #expect(try run(Trilu(), [Tensor([2, 0, 3])]).output == Tensor([2, 0, 3]))
        #expect(try run(Det(), [Tensor([2, 0, 0])]).output == Tensor([2], [1, 1]))
    }

    // MARK: Triangles and running sums

    @Test(
        arguments: [
            (true, 0, [1, 2, 3, 0, 5, 6]), (true, 1, [0, 2, 3, 0, 0, 6]), (true, -1, [1, 2, 3, 4, 5, 6]),
            (true, .max, [0, 0, 0, 0, 0, 0]), (true, .min, [1, 2, 3, 4, 5, 6]),
            (false, 0, [1, 0, 0, 4, 5, 0]),
            (false, -1, [0, 0, 0, 4, 0, 0]), (false, .max, [1, 2, 3, 4, 5, 6]),
            (false, .min, [0, 0, 0, 0, 0, 0]),
        ] as [(Bool, Int, [Float])]
    )
    func trianglesBeginAtTheirDiagonal(keepsUpper: Bool, diagonal: Int, expected: [Float]) throws {
        let triangle = Trilu(keepsUpper: keepsUpper, diagonal: diagonal)
        #expect(try run(triangle, [Tensor([2, 3], [1, 2, 3, 4, 5, 6])]).output == Tensor([2, 3], expected))
    }

    @Test(
        arguments: [
            (false, false, [1, 3, 6], [1, 2, 6]), (true, false, [0, 1, 3], [1, 1, 2]),
            (false, true, [6, 5, 3], [6, 6, 3]), (true, true, [5, 3, 0], [6, 3, 1]),
        ] as [(Bool, Bool, [Float], [Float])]
    )
    func runningSumsAndProducts(isExclusive: Bool, isReversed: Bool, sums: [Float], products: [Float]) throws
    {
        let input = Tensor([3], [1, 2, 3])
        let sum = CumSum(axis: 0, isExclusive: isExclusive, isReversed: isReversed)
        let product = CumProd(axis: 0, isExclusive: isExclusive, isReversed: isReversed)
        #expect(try run(sum, [input]).output == Tensor([3], sums))
        #expect(try run(product, [input]).output == Tensor([3], products))
    }

    /// The output, and the gradients of its sum.
    private func run(
        _ operation: any Operator,
        _ inputs: [Tensor]
    ) throws -> (output: Tensor, gradients: [Tensor]) {
        let symbolic = try operation.outputShape(for: inputs.map { SymbolicShape($0.shape) })
        let shape = try symbolic.resolved(batchSize: 1)
        let output = operation.value(of: inputs, shape: shape)
        let gradients = operation.vjp(
            Tensor(shape, repeating: 1),
            inputs: inputs,
            output: output,
            needed: inputs.map { _ in true }
        )
        return (output, try gradients.map { try #require($0) })
    }
}
