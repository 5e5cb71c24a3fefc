import BulwarkTensors

/// How many samples of a model to compute together.
///
/// Larger blocks make more of each weight that is loaded; smaller ones keep the values between two layers in
/// a fast cache. The choice depends on the graph alone, so that results do not depend on the machine's load.
enum BlockSize {
    /// About what a core can keep close to itself.
    private static let cache = 2 << 20
    /// Weights beyond this have to be fetched from far away for every block.
    private static let manyWeights = 8 << 20
    /// What all values of a block may take together.
    private static let memory = 128 << 20
    private static let largest = 64
    /// Samples whose largest value is below this are over so quickly that calls would count.
    private static let tiny = 1 << 10

    /// A power of two between 1 and 64, or 128 where values are tiny.
    static func suited(to graph: Graph) -> Int {
        let sizes = valueSizes(of: graph)
        let weights = graph.parameterCount * MemoryLayout<Float>.stride
        var wanted = cache / max(sizes.max() ?? 1, 1)
        if weights > manyWeights {
            wanted = max(wanted, min(largest / 2, memory / max(sizes.reduce(0, +), 1)))
        }
        let limit = sizes.max() ?? 1 < tiny ? 2 * largest : largest
        var size = 1
        while size * 2 <= min(wanted, limit) { size *= 2 }
        return size
    }

    /// The same for training, where every block gives a gradient of all weights.
    ///
    /// Blocks are larger, so that there are fewer such gradients to add, but four of them make a batch, so
    /// that there is work for some threads.
    static func suitedToTraining(_ graph: Graph, batchSize: Int) -> Int {
        let smallest = suited(to: graph)
        let total = max(valueSizes(of: graph).reduce(0, +), 1)
        var size = 1
        while size * 2 <= min(largest, batchSize / 4, max(smallest, memory / total)) { size *= 2 }
        return size
    }

    /// The bytes of what each node gives for one sample.
    private static func valueSizes(of graph: Graph) -> [Int] {
        graph.nodes.compactMap { node in
            (try? graph[node.output].shape.resolved(batchSize: 1)).map {
                $0.count * MemoryLayout<Float>.stride
            }
        }
    }
}
