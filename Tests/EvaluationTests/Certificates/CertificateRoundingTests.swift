import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

/// Bounds hold for floats, in whatever order sums are taken.
struct CertificateRoundingTests {
    /// 10⁸ + 1 − 10⁸ is 1, and 0 in floats; either may come out.
    @Test func aSumThatCancelsMayBeEither() throws {
        let layer = ReluNetwork.Layer(weights: [[1, 1, 1], [0, 0, 0]], bias: [0, 0])
        let model = try ReluNetwork([layer]).classifier()
        let sample: [Float] = [1e8, 1, -1e8]
        #expect(try LayerCertificateTests.logits(model, [sample])[0] == 0)
        #expect(try LayerCertificateTests.logits(model, [[1e8, -1e8, 1]])[0] == 1)
        for certifier in try AffineCertificateTests.certifiers(model, .linf, Bounds(-1e9, 1e9)) {
            #expect(certifier.marginBounds(of: sample, label: 0, epsilon: 0)[1] <= 0)
            #expect(certifier.marginBounds(of: sample, label: 1, epsilon: 0)[0] <= -1)
        }
    }

    /// The same network with its neurons in another order computes other floats.
    @Test(arguments: 0..<4)
    func everyOrderOfSumsStaysInside(seed: Int) throws {
        let network = ReluNetwork(sizes: [20, 60, 60, 4], seed: UInt64(seed))
        let model = try network.classifier()
        var random = SeededRandom(seed: UInt64(seed), stream: "orders")
        let sample = (0..<20).map { _ in random.uniform() }
        let crown = try CROWN(model, norm: .linf, bounds: Bounds(0, 1))
        let bounds = crown.logitBounds(of: sample, epsilon: 0)
        let logits = try LayerCertificateTests.logits(model, [sample])
        var hasChanged = false
        for _ in 0..<10 {
            var shuffled = network
            for depth in 0..<2 {
                let order = random.permutation(of: 60)
                let layer = network.layers[depth]
                shuffled.layers[depth].weights = order.map { shuffled.layers[depth].weights[$0] }
                shuffled.layers[depth].bias = order.map { layer.bias[$0] }
                shuffled.layers[depth + 1].weights = network.layers[depth + 1].weights.map { row in
                    order.map { row[$0] }
                }
            }
            let others = try LayerCertificateTests.logits(shuffled.classifier(), [sample])
            hasChanged = hasChanged || others != logits
            for label in 0..<4 { #expect(bounds[label].contains(Double(others[label]))) }
        }
        #expect(hasChanged)
        #expect(bounds.allSatisfy { $0.upperBound - $0.lowerBound < 2e-3 })
    }

    /// The floats of random points of small balls are never below the bounds, though hardly above them.
    @Test(arguments: [Norm.linf, .l2])
    func boundsHoldForTheFloatsOfAModel(norm: Norm) throws {
        let network = ReluNetwork(sizes: [6, 30, 30, 3], seed: 9)
        let model = try network.classifier()
        let sample: [Float] = [0.1, 0.9, 0.5, 0.3, 0.7, 0.2]
        for epsilon in [0, 1e-7, 1e-5] {
            let sampler = RegionSampler(norm: norm, epsilon: epsilon, bounds: Bounds(0, 1))
            let logits = try LayerCertificateTests.logits(
                model,
                sampler.points(around: sample, count: 100, seed: 2)
            )
            for certifier in try AffineCertificateTests.certifiers(model, norm, Bounds(0, 1)) {
                for other in 1..<3 {
                    let bound = certifier.marginBounds(of: sample, label: 0, epsilon: epsilon)[other]
                    let least =
                        (0..<100).map { row in
                            Double(logits[row * 3]) - Double(logits[row * 3 + other])
                        }.min() ?? 0
                    #expect(bound <= least)
                    #expect(bound > least - 1e-3)
                }
            }
        }
    }

    /// Lavin and Gray's F(2×2, 3×3) takes differences of pixels that do not belong to an output's window, so
    /// a pixel far larger than those of the window shows in the output.
    @Test func convolutionsByTilesStayInside() throws {
        var network = LayerBuilder()
        let input = try network.builder.input("image", [.batch, 1, 4, 4])
        let weights: [Float] = [0.3, 0, 0, 0, 0, 0, 0, 0, 0]
        let conv = Conv(strides: [1, 1], dilations: [1, 1], padsBegin: [0, 0], padsEnd: [0, 0])
        let kernel = try network.builder.parameter("kernel", Tensor([1, 1, 3, 3], weights))
        let pixels = try network.apply(Flatten(), network.apply(conv, input, kernel))
        let model = try ClassifierGraph(network.builder.graph(outputs: [pixels]))
        var tile = [Float](repeating: 0.1, count: 16)
        tile[10] = 1e7
        let crown = try CROWN(model, norm: .linf, bounds: Bounds(0, 1e8))
        let bounds = crown.logitBounds(of: tile, epsilon: 0)
        let direct = try LayerCertificateTests.logits(model, [tile])
        let tiled = Self.tiles(tile, weights)
        #expect(abs(tiled[0] - direct[0]) > 0.01)
        for pixel in 0..<4 {
            #expect(bounds[pixel].contains(Double(direct[pixel])))
            #expect(bounds[pixel].contains(Double(tiled[pixel])))
        }
    }

    /// Two by two pixels of a convolution from a tile of four by four.
    private static func tiles(_ tile: [Float], _ kernel: [Float]) -> [Float] {
        func input(_ d: [Float]) -> [Float] { [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]] }
        func weight(_ g: [Float]) -> [Float] {
            [g[0], (g[0] + g[1] + g[2]) / 2, (g[0] - g[1] + g[2]) / 2, g[2]]
        }
        func output(_ m: [Float]) -> [Float] { [m[0] + m[1] + m[2], m[1] - m[2] - m[3]] }
        /// A transform of the rows, then of the columns.
        func both(_ matrix: [Float], _ size: Int, _ transform: ([Float]) -> [Float]) -> [Float] {
            let rows = (0..<size).map { transform(Array(matrix[$0 * size..<($0 + 1) * size])) }
            let columns = rows[0].indices.map { column in transform(rows.map { $0[column] }) }
            return columns[0].indices.flatMap { row in columns.map { $0[row] } }
        }
        let products = zip(both(tile, 4, input), both(kernel, 3, weight)).map { $0 * $1 }
        return both(products, 4, output)
    }
}
