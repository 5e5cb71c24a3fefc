import BulwarkTensors
import Dispatch
import RealModule

/// How parameters follow their gradients.
public enum Optimizer: Sendable, Equatable {
    /// Stochastic gradient descent with momentum: `v ← momentum · v + g`, `w ← w − learningRate · v`.
    ///
    /// Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep
    /// learning" (ICML 2013), section 2, with the learning rate applied to the velocity.
    case sgd(learningRate: Float, momentum: Float)
    /// Adam: Kingma and Ba, "Adam: a method for stochastic optimization" (ICLR 2015), algorithm 1.
    case adam(learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)

    /// What an optimizer remembers between steps, and memory that it uses over again.
    public struct State: Sendable {
        fileprivate var steps = 0
        fileprivate var slots: [ValueID: Slot] = [:]

        /// Nothing remembered.
        public init() {}
    }

    /// What is remembered of one parameter.
    fileprivate struct Slot: Sendable {
        /// The velocity, or the mean of the gradients.
        var first: Tensor
        /// The mean of the squared gradients; empty where no optimizer needs it.
        var second: Tensor
        /// The sum of the gradients of a step.
        var sum: Tensor
        /// What the parameter was before, to be written over.
        var spare: Tensor
    }

    /// One step down the gradients.
    ///
    /// - Parameters:
    ///   - parameters: The tensors to change, by value.
    ///   - gradients: A gradient of the same shape for each of them.
    ///   - state: What was remembered; changed in place.
    public func step(_ parameters: inout [ValueID: Tensor], gradients: [ValueID: Tensor], state: inout State)
    {
        step(&parameters, summing: [gradients], threads: 1, state: &state)
    }

    /// One step down the sum of several gradients, in one pass over memory.
    ///
    /// The sum is taken in the order of `parts` for each element, so `threads` changes nothing. A parameter
    /// moves to the memory it had before the last step, so that whoever still reads it is not in the way.
    package func step(
        _ parameters: inout [ValueID: Tensor],
        summing parts: [[ValueID: Tensor]],
        threads: Int,
        state: inout State
    ) {
        state.steps += 1
        for id in parts.first.map({ Array($0.keys) }) ?? [] {
            guard let parameter = parameters[id] else { continue }
            let gradients = parts.compactMap { $0[id]?.elements }
            precondition(
                gradients.allSatisfy { $0.count == parameter.count },
                "a gradient fits its parameter"
            )
            var slot = state.slots.removeValue(forKey: id) ?? fresh(parameter.shape)
            pass(parameter.elements, gradients, &slot, step: state.steps, threads: threads)
            parameters[id] = slot.spare
            slot.spare = parameter
            state.slots[id] = slot
        }
    }

    private func fresh(_ shape: Shape) -> Slot {
        let second: Shape = if case .adam = self { shape } else { Shape(trusted: [0]) }
        return Slot(first: Tensor(shape), second: Tensor(second), sum: Tensor(shape), spare: Tensor(shape))
    }

    /// How many elements are worth a thread.
    private static let chunk = 1 << 14

    private func pass(
        _ old: Elements,
        _ gradients: [Elements],
        _ slot: inout Slot,
        step: Int,
        threads: Int
    ) {
        slot.sum.mutate { sum in
            slot.first.mutate { first in
                slot.second.mutate { second in
                    slot.spare.mutate { new in
                        // Each chunk is written by one thread, and its views end before this call does.
                        nonisolated(unsafe) let (sum, first, second, new) = (sum, first, second, new)
                        let chunks = (old.count + Self.chunk - 1) / Self.chunk
                        @Sendable func work(_ index: Int) {
                            let range = index * Self.chunk..<min((index + 1) * Self.chunk, old.count)
                            Self.add(gradients, range, into: sum)
                            update(old, range, sum: sum, first, second, new, step: step)
                        }
                        if threads > 1, chunks > 1 {
                            DispatchQueue.concurrentPerform(iterations: chunks, execute: work)
                        } else {
                            for index in 0..<chunks { work(index) }
                        }
                    }
                }
            }
        }
    }

    private static func add(_ gradients: [Elements], _ range: Range<Int>, into sum: MutableElements) {
        precondition(range.lowerBound >= 0 && range.upperBound <= sum.count, "the range exists")
        sum.copy(gradients[0], range: range, to: range.lowerBound)
        for gradient in gradients.dropFirst() {
            precondition(range.upperBound <= gradient.count, "the range exists")
            for index in range { sum[index] += gradient[index] }
        }
    }

    private func update(
        _ old: Elements,
        _ range: Range<Int>,
        sum: MutableElements,
        _ first: MutableElements,
        _ second: MutableElements,
        _ new: MutableElements,
        step: Int
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= old.count, "the range exists")
        precondition(sum.count == old.count && first.count == old.count && new.count == old.count, "all fit")
        switch self {
        case .sgd(let learningRate, let momentum):
            for index in range {
                let velocity = momentum * first[index] + sum[index]
                first[index] = velocity
                new[index] = old[index] - learningRate * velocity
            }
        case .adam(let learningRate, let beta1, let beta2, let epsilon):
            precondition(second.count == old.count, "all fit")
            let firstCorrection = 1 - Float.pow(beta1, step)
            let secondCorrection = 1 - Float.pow(beta2, step)
            for index in range {
                let slope = sum[index]
                let mean = beta1 * first[index] + (1 - beta1) * slope
                let square = beta2 * second[index] + (1 - beta2) * slope * slope
                first[index] = mean
                second[index] = square
                let scale = (square / secondCorrection).squareRoot() + epsilon
                new[index] = old[index] - learningRate * (mean / firstCorrection) / scale
            }
        }
    }
}
