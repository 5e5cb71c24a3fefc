import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct FreshParametersTests {
    /// Inputs prepared with numbers of their own, a convolution with normalisation and rectifier, and a layer.
    private struct Network {
        let graph: Graph
        let offset, filter, bias, scale, shift, mean, variance, temperature, weights, end: ValueID

        init() throws {
            var random = SeededRandom(seed: 1, stream: "network")
            func numbers(_ shape: Shape) -> Tensor { Tensor(shape, generating: { _ in random.normal() }) }
            var builder = GraphBuilder()
            let input = try builder.input("x", [.batch, 3, 6, 6])
            offset = try builder.parameter("offset", numbers([3, 1, 1]))
            filter = try builder.parameter("filter", numbers([64, 3, 3, 3]))
            bias = try builder.parameter("bias", numbers([64]))
            scale = try builder.parameter("scale", numbers([64]))
            shift = try builder.parameter("shift", numbers([64]))
            mean = try builder.parameter("mean", numbers([64]))
            variance = try builder.parameter("variance", numbers([64]).map { $0 * $0 + 0.1 })
            temperature = try builder.parameter("temperature", Tensor(scalar: 1e6))
            weights = try builder.parameter("weights", numbers([2304, 10]))
            end = try builder.parameter("end", numbers([10]))
            let moved = try builder.apply(Sub(), to: [input, offset])
            let convolution = Conv(strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1])
            var value = try builder.apply(convolution, to: [moved, filter, bias])
            value = try builder.apply(BatchNormalization(), to: [value, scale, shift, mean, variance])
            value = try builder.apply(Relu(), to: [value])
            value = try builder.apply(Flatten(axis: 1), to: [value])
            value = try builder.apply(MatMul(), to: [value, weights])
            value = try builder.apply(Add(), to: [value, end])
            value = try builder.apply(Mul(), to: [value, temperature])
            graph = builder.graph(outputs: [value])
        }
    }

    /// The mean of the squares of some hundred numbers or more.
    private func variance(_ tensor: Tensor?) throws -> Double {
        let elements = try #require(tensor).elements
        return elements.reduce(0) { $0 + Double($1) * Double($1) } / Double(elements.count)
    }

    @Test func everyParameterBeginsAsItsRoleSays() throws {
        let network = try Network()
        let fresh = try network.graph.withFreshParameters(seed: 1)
        func values(_ id: ValueID) throws -> Set<Float> { Set(try #require(fresh.parameters[id]).elements) }
        // 1,728 and 23,040 draws: a relative deviation of 0.034 and 0.009, of which four are allowed.
        let filter = try variance(fresh.parameters[network.filter])
        #expect(abs(filter * 27 / 2 - 1) < 0.14)
        let weights = try variance(fresh.parameters[network.weights])
        #expect(abs(weights * (2304 + 10) / 2 - 1) < 0.04)
        for id in [network.bias, network.shift, network.mean, network.end] { #expect(try values(id) == [0]) }
        for id in [network.scale, network.variance] { #expect(try values(id) == [1]) }
        for id in [network.offset, network.temperature] {
            #expect(fresh.parameters[id] == network.graph.parameters[id])
        }
        let trainable = [network.filter, network.bias, network.scale, network.shift, network.weights]
        #expect(Set(fresh.trainable) == Set(trainable + [network.end]))
    }

    @Test func theSeedDecides() throws {
        let network = try Network()
        let graphs = try [1, 1, 2].map { try network.graph.withFreshParameters(seed: $0) }
        #expect(graphs[0].parameters[network.filter] == graphs[1].parameters[network.filter])
        #expect(graphs[0].parameters[network.filter] != graphs[2].parameters[network.filter])
    }

    @Test func aNormalisationBetweenLayersIsNoPreparation() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 4])
        let weights = try builder.parameter("weights", Tensor([4, 4], repeating: 2))
        let gain = try builder.parameter("gain", Tensor([4], [1, 2, 3, 4]))
        let layer = try builder.apply(MatMul(), to: [input, weights])
        let output = try builder.apply(Mul(), to: [layer, gain])
        let graph = builder.graph(outputs: [output])
        let fresh = try graph.withFreshParameters(seed: 1)
        #expect(fresh.parameters[gain] == Tensor([4], repeating: 1))
        #expect(fresh.trainable.contains(gain))
    }

    @Test func whatMayHaveBeenLearntAndHasNoRoleIsRefused() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 4])
        let weights = try builder.parameter("weights", Tensor([4, 4], repeating: 2))
        let exponents = try builder.parameter("exponents", Tensor([4], [1, 2, 3, 4]))
        let layer = try builder.apply(MatMul(), to: [input, weights])
        let odd = try builder.apply(Power(), to: [layer, exponents], name: "odd")
        let (plain, raised) = (builder.graph(outputs: [layer]), builder.graph(outputs: [odd]))
        #expect(throws: Never.self) { try plain.withFreshParameters(seed: 1) }
        #expect(throws: FreshParametersError.unknownRole(node: "odd", type: "Pow")) {
            try raised.withFreshParameters(seed: 1)
        }
    }

    @Test func oneParameterInTwoRolesIsRefused() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 4])
        let weights = try builder.parameter("weights", Tensor([4, 4], repeating: 2))
        let shared = try builder.parameter("shared", Tensor([4], [1, 2, 3, 4]))
        let layer = try builder.apply(Gemm(), to: [input, weights, shared])
        let output = try builder.apply(Mul(), to: [layer, shared])
        let graph = builder.graph(outputs: [output])
        #expect(throws: FreshParametersError.conflictingRoles(parameter: "shared")) {
            try graph.withFreshParameters(seed: 1)
        }
    }

    @Test func withoutWeightsThereIsNothingToDraw() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 4])
        let output = try builder.apply(Relu(), to: [input])
        let graph = builder.graph(outputs: [output])
        #expect(throws: FreshParametersError.noWeights) { try graph.withFreshParameters(seed: 1) }
    }

    /// What PyTorch exports is drawn anew whole, or refused: no weights stay behind.
    @Test(arguments: ClassifierVectors.names.filter { $0.hasPrefix("torch-") })
    func nothingThatWasLearntStaysBehind(_ name: String) throws {
        let graph = try ClassifierVectors.graph(name).graph
        // ConvNeXt adds numbers to what a layer gives in a node of their own.
        let refused = ["torch-quantized", "torch-tokens", "torch-tokens-dynamo", "torch-convnext-dynamo"]
        do {
            let fresh = try graph.withFreshParameters(seed: 1)
            #expect(!refused.contains(name))
            let kept = graph.parameters.filter { id, tensor in
                Set(tensor.elements).count > 1 && fresh.parameters[id] == tensor
                    && !graph[id].name.hasPrefix("bulwark.")
            }
            #expect(kept.keys.map { graph[$0].name } == [])
            #expect(!fresh.trainable.isEmpty)
        } catch {
            #expect(refused.contains(name), "\(error)")
        }
    }
}
