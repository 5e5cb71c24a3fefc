/// Weights that are the same at every place of an image or a sequence.
///
/// All channels of the output at one place sum the same features of the input, so a place is worked on at
/// once: a feature of the input is read once for all channels, and its sum stays in a register.
struct SharedWeights: Sendable {
    /// One weight for each channel of the input in its group, tap, and channel of the output in the group,
    /// group by group.
    private let weights: [Float]
    private let outputChannels: Int
    private let outputsPerGroup: Int
    private let inputsPerGroup: Int
    /// How far neighbouring channels of the input are apart.
    private let inputStride: Int
    /// Whether the channels of one place lie beside each other in the output, not the places of one channel.
    private let hasChannelsLast: Bool
    private let window: WindowTaps

    /// - Parameters:
    ///   - weights: One weight for each channel of the output, channel of the input in its group, and tap.
    ///   - outputChannels: The number of channels of the output.
    ///   - groups: The number of groups of channels.
    ///   - inputStride: How far neighbouring channels of the input are apart.
    ///   - hasChannelsLast: Whether the channels of one place lie beside each other in the output.
    ///   - window: Where the taps are.
    init(
        weights: [Float],
        outputChannels: Int,
        groups: Int = 1,
        inputStride: Int,
        hasChannelsLast: Bool,
        window: WindowTaps
    ) {
        let outputs = max(outputChannels / groups, 1)
        let terms = weights.count / max(outputChannels, 1)
        self.weights = (0..<weights.count).map { position in
            let (group, rest) = position.quotientAndRemainder(dividingBy: outputs * terms)
            let (term, channel) = rest.quotientAndRemainder(dividingBy: outputs)
            return weights[(group * outputs + channel) * terms + term]
        }
        self.outputChannels = outputChannels
        outputsPerGroup = outputs
        inputsPerGroup = terms / max(window.tapCount, 1)
        self.inputStride = inputStride
        self.hasChannelsLast = hasChannelsLast
        self.window = window
    }

    var mostTerms: Int { inputsPerGroup * window.mostTaps }
    var mostReaders: Int { outputsPerGroup * window.mostReaders }

    /// How many terms a feature of the output has.
    func termCount(of output: Int) -> Int {
        let place = place(of: output)
        return inputsPerGroup * (window.starts[place + 1] - window.starts[place])
    }

    /// Visits the features that a feature of the output sums.
    func forEachInput(of output: Int, _ body: (Int) -> Void) {
        let channel = hasChannelsLast ? output % outputChannels : output / window.placeCount
        forEachTap(of: channel / outputsPerGroup, at: place(of: output)) { input, _ in body(input) }
    }

    func substitute(_ functions: LinearFunctions, into input: inout LinearFunctions) {
        var isDone = [Bool](repeating: false, count: window.placeCount)
        var lanes: [LinearFunctions.Lanes] = []
        var channels: [Int] = []
        for entry in functions.support {
            let place = place(of: Int(entry))
            if isDone[place] { continue }
            isDone[place] = true
            for group in 0..<outputChannels / outputsPerGroup {
                lanes.removeAll(keepingCapacity: true)
                channels.removeAll(keepingCapacity: true)
                for channel in 0..<outputsPerGroup {
                    let feature = feature(group * outputsPerGroup + channel, at: place)
                    let coefficients = functions.coefficients[feature]
                    if coefficients == .zero { continue }
                    lanes.append(coefficients)
                    channels.append(channel)
                }
                if channels.isEmpty { continue }
                forEachTap(of: group, at: place) { feature, first in
                    var sum = LinearFunctions.Lanes.zero
                    for index in 0..<lanes.count { sum += weights[first + channels[index]] * lanes[index] }
                    input.add(sum, at: feature)
                }
            }
        }
    }

    func addMagnitudes(of input: [Double], to output: inout [Double]) {
        forEachPlace { group, place in
            var sums = [Double](repeating: 0, count: outputsPerGroup)
            forEachTap(of: group, at: place) { feature, first in
                let magnitude = input[feature]
                for channel in 0..<outputsPerGroup {
                    sums[channel] += Double(weights[first + channel].magnitude) * magnitude
                }
            }
            for channel in 0..<outputsPerGroup {
                output[feature(group * outputsPerGroup + channel, at: place)] += sums[channel]
            }
        }
    }

    func addIntervals(_ input: CenteredIntervals, to output: inout CenteredIntervals) {
        forEachPlace { group, place in
            var middles = [Double](repeating: 0, count: outputsPerGroup)
            var reaches = middles
            forEachTap(of: group, at: place) { feature, first in
                let (middle, reach) = (input.middles[feature], input.reaches[feature])
                for channel in 0..<outputsPerGroup {
                    let weight = Double(weights[first + channel])
                    middles[channel] += weight * middle
                    reaches[channel] += weight.magnitude * reach
                }
            }
            for channel in 0..<outputsPerGroup {
                let feature = feature(group * outputsPerGroup + channel, at: place)
                output.middles[feature] += middles[channel]
                output.reaches[feature] += reaches[channel]
            }
        }
    }

    private func forEachPlace(_ body: (_ group: Int, _ place: Int) -> Void) {
        for group in 0..<outputChannels / outputsPerGroup {
            for place in 0..<window.placeCount { body(group, place) }
        }
    }

    /// Visits what a group of channels sums at one place: the feature, and where the weights begin that the
    /// channels have for it.
    @inline(__always)
    private func forEachTap(of group: Int, at place: Int, _ body: (_ input: Int, _ first: Int) -> Void) {
        let taps = window.starts[place]..<window.starts[place + 1]
        for inner in 0..<inputsPerGroup {
            let channel = group * inputsPerGroup + inner
            for tap in taps {
                let row = channel * window.tapCount + Int(window.taps[tap])
                body(channel * inputStride + Int(window.offsets[tap]), row * outputsPerGroup)
            }
        }
    }

    @inline(__always)
    private func place(of feature: Int) -> Int {
        hasChannelsLast ? feature / outputChannels : feature % window.placeCount
    }

    @inline(__always)
    private func feature(_ channel: Int, at place: Int) -> Int {
        hasChannelsLast ? place * outputChannels + channel : channel * window.placeCount + place
    }
}
