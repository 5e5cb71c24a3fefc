import BulwarkModels
import BulwarkTensors

/// A network that a surrogate may be, not trained yet.
public struct SurrogateArchitecture: Sendable {
    /// The most multiplications that one sample may take; larger networks take too long to train on the side.
    public static let maximumMultiplyAdds = 10_000_000

    /// What it is, in words for a report.
    public let description: String
    private let build: @Sendable (UInt64) throws -> Graph

    /// Why a target's own layers are no surrogate.
    public enum Obstacle: Error, Equatable, CustomStringConvertible {
        /// It gives no gradients that one could follow.
        case noGradients
        /// It computes a fixed number of samples at once.
        case fixedBatch(Int)
        /// It takes too many multiplications.
        case tooLarge(multiplyAdds: Int)
        /// Its parameters cannot be drawn anew.
        case parameters(FreshParametersError)

        /// The reason in words that continue "the target's own layers were not trained anew: ".
        public var description: String {
            switch self {
            case .noGradients: "it gives no gradients"
            case .fixedBatch(let count): "it takes exactly \(count) samples at a time"
            case .tooLarge(let multiplyAdds):
                "one sample takes \(multiplyAdds / 1_000_000) million multiplications, and at most "
                    + "\(maximumMultiplyAdds / 1_000_000) million are trained on the side"
            case .parameters(let error): error.description
            }
        }
    }

    /// The target's own layers with parameters drawn anew.
    ///
    /// - Parameter target: The target.
    /// - Returns: Its architecture.
    /// - Throws: `SurrogateArchitecture.Obstacle`.
    public static func same(as target: ClassifierGraph) throws(Obstacle) -> SurrogateArchitecture {
        guard target.graph.givesGradients else { throw .noGradients }
        if let count = target.fixedBatch { throw .fixedBatch(count) }
        let cost = target.graph.multiplyAdds
        guard cost <= maximumMultiplyAdds else { throw .tooLarge(multiplyAdds: cost) }
        do throws(FreshParametersError) {
            _ = try target.graph.withFreshParameters(seed: 0)
        } catch {
            throw .parameters(error)
        }
        let graph = target.graph
        return SurrogateArchitecture(description: "the target's own layers, drawn anew") {
            try graph.withFreshParameters(seed: $0)
        }
    }

    /// Networks of our own that fit the input: a convolutional one and a perceptron for images, two
    /// perceptrons otherwise.
    ///
    /// They are as wide as the limit on multiplications lets them be, and begin with what brings inputs to
    /// mean 0 and deviation 1: each element for itself, or all of an image together.
    ///
    /// - Parameters:
    ///   - samples: Some samples that they are to take, `[N, …]`.
    ///   - classCount: The number of classes.
    /// - Returns: Two networks, the likelier one to resemble a target first.
    public static func plain(for samples: Tensor, classCount: Int) -> [SurrogateArchitecture] {
        let shape = samples.shape.dropFirst
        let isImage = shape.rank == 3 && shape[1] >= 4 && shape[2] >= 4
        let (wide, narrow) = ((Architecture.mlp, [128, 32, 8, 2]), (Architecture.mlp, [32, 8, 2]))
        let choices = isImage ? [(.cnn, [16, 8, 4, 2]), wide] : [wide, narrow]
        let standard = InputStandard(of: samples, elementwise: !isImage)
        return choices.map { architecture, widths in
            let width =
                widths.first { cost(architecture, shape, classCount, $0) <= maximumMultiplyAdds } ?? 2
            return SurrogateArchitecture(description: "\(architecture.rawValue) of width \(width)") { seed in
                let graph = try architecture.graph(
                    inputShape: shape,
                    classCount: classCount,
                    width: width,
                    seed: seed
                )
                return try graph.reading(offset: standard.mean, scale: standard.scale)
            }
        }
    }

    /// The multiplications of a sample without building the network, whose weights may be many.
    private static func cost(
        _ architecture: Architecture,
        _ shape: Shape,
        _ classCount: Int,
        _ width: Int
    ) -> Int {
        switch architecture {
        case .mlp: return shape.count * width + width * width + width * classCount
        case .cnn:
            let (area, quarter) = (shape[1] * shape[2], (shape[1] / 2) * (shape[2] / 2))
            let flat = 2 * width * (shape[1] / 4) * (shape[2] / 4)
            return 9 * shape[0] * width * area + 18 * width * width * quarter + 4 * width * flat
                + 4 * width * classCount
        }
    }

    /// The network with its first parameters.
    ///
    /// - Parameter seed: The seed of the parameters.
    /// - Returns: A graph from samples to scores.
    /// - Throws: `GraphError` or `Architecture.Failure` if the network cannot be built.
    public func graph(seed: UInt64) throws -> Graph { try build(seed) }
}
