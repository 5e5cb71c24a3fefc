import BulwarkModels
import BulwarkTensors

/// A network of dense layers with rectifiers between them.
struct ReluNetwork {
    /// A matrix, one row an output, and what is added.
    struct Layer {
        var weights: [[Float]]
        var bias: [Float]
    }

    var layers: [Layer]

    init(_ layers: [Layer]) { self.layers = layers }

    /// Normal weights with a variance of 2 over the number of inputs; the first size is that of the input.
    init(sizes: [Int], seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: "relu-network")
        layers = zip(sizes, sizes.dropFirst()).map { inputs, outputs in
            let scale = (2 / Float(inputs)).squareRoot()
            return Layer(
                weights: (0..<outputs).map { _ in (0..<inputs).map { _ in scale * random.normal() } },
                bias: (0..<outputs).map { _ in 0.2 * random.normal() }
            )
        }
    }

    /// The network as a classifier's graph.
    func classifier() throws -> ClassifierGraph {
        var builder = GraphBuilder()
        var value = try builder.input("x", [.batch, Dimension(constant: layers[0].weights[0].count)])
        for (index, layer) in layers.enumerated() {
            let shape = Shape(trusted: [layer.bias.count, layer.weights[0].count])
            let weights = try builder.parameter("w\(index)", Tensor(shape, layer.weights.flatMap { $0 }))
            let bias = try builder.parameter("b\(index)", Tensor(shape.dropLast, layer.bias))
            value = try builder.apply(Gemm(transposesRight: true), to: [value, weights, bias])
            if index < layers.count - 1 { value = try builder.apply(Relu(), to: [value]) }
        }
        return try ClassifierGraph(builder.graph(outputs: [value]))
    }

    /// The scores in double precision.
    func logits(_ input: [Float]) -> [Double] {
        var values = input.map { Double($0) }
        for (index, layer) in layers.enumerated() {
            values = zip(layer.weights, layer.bias).map { row, bias in
                zip(row, values).reduce(Double(bias)) { $0 + Double($1.0) * $1.1 }
            }
            if index < layers.count - 1 { values = values.map { max($0, 0) } }
        }
        return values
    }

    /// The smallest difference of two scores over a rectangle of two inputs, exactly.
    ///
    /// The rectangle is cut along the line where a rectifier switches, neuron by neuron. On each of the
    /// pieces that are left the difference is affine, and so least at a corner.
    func smallestMargin(_ label: Int, over other: Int, lower: [Double], upper: [Double]) -> Double {
        let corners = [
            Point(lower[0], lower[1]), Point(upper[0], lower[1]), Point(upper[0], upper[1]),
            Point(lower[0], upper[1]),
        ]
        let identity = [Plane(1, 0, 0), Plane(0, 1, 0)]
        return smallest(corners, 0, identity, [], label, other)
    }

    /// A corner.
    typealias Point = SIMD2<Double>
    /// The function x·first + y·second + third.
    typealias Plane = SIMD3<Double>

    private func smallest(
        _ corners: [Point],
        _ depth: Int,
        _ inputs: [Plane],
        _ outputs: [Plane],
        _ label: Int,
        _ other: Int
    ) -> Double {
        let layer = layers[depth]
        func sum(_ row: Int) -> Plane {
            zip(layer.weights[row], inputs).reduce(Plane(0, 0, Double(layer.bias[row]))) {
                $0 + Double($1.0) * $1.1
            }
        }
        if depth == layers.count - 1 {
            let margin = sum(label) - sum(other)
            return corners.map { Self.value(margin, $0) }.min() ?? .infinity
        }
        if outputs.count == layer.bias.count {
            return smallest(corners, depth + 1, outputs, [], label, other)
        }
        let plane = sum(outputs.count)
        let (on, off) = (Self.clip(corners, plane), Self.clip(corners, -plane))
        return min(
            on.isEmpty ? .infinity : smallest(on, depth, inputs, outputs + [plane], label, other),
            off.isEmpty ? .infinity : smallest(off, depth, inputs, outputs + [.zero], label, other)
        )
    }

    private static func value(_ plane: Plane, _ point: Point) -> Double {
        plane.x * point.x + plane.y * point.y + plane.z
    }

    /// The part of a convex polygon where a function is not negative.
    private static func clip(_ corners: [Point], _ plane: Plane) -> [Point] {
        var result: [Point] = []
        for (index, corner) in corners.enumerated() {
            let next = corners[(index + 1) % corners.count]
            let (here, there) = (value(plane, corner), value(plane, next))
            if here >= 0 { result.append(corner) }
            if (here > 0 && there < 0) || (here < 0 && there > 0) {
                result.append(corner + (next - corner) * (here / (here - there)))
            }
        }
        return result
    }
}

extension Shape {
    /// The shape without its last axis.
    fileprivate var dropLast: Shape { Shape(trusted: Array(dimensions.dropLast())) }
}

/// Points of a ball in a box.
struct RegionSampler {
    let norm: Norm
    let epsilon: Double
    let bounds: Bounds

    /// Random points, the first few of which are corners of the ball.
    func points(around center: [Float], count: Int, seed: UInt64) -> [[Float]] {
        (0..<count).map { index in
            var random = SeededRandom(seed: seed, stream: "region", restart: index)
            let isCorner = index < count / 2
            var offset = center.map { _ in
                isCorner && norm == .linf
                    ? (random.next() & 1 == 0 ? -1.0 : 1.0) : Double(random.normal())
            }
            let length =
                norm == .linf
                ? offset.reduce(0) { max($0, abs($1)) }
                : offset.reduce(0) { $0 + $1 * $1 }.squareRoot()
            // A little inside, so that rounding to floats does not leave the ball.
            let reach = epsilon * (1 - 1e-5) * (isCorner ? 1 : Double(random.uniform()))
            offset = offset.map { length > 0 ? $0 / length * reach : 0 }
            let point = zip(center, offset).map { Float(Double($0) + $1) }
            return bounds.clamp(Tensor([1, point.count], point)).elements.map { $0 }
        }
    }
}
