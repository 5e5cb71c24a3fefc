import BulwarkTensors

/// The loops of a convolution and of both its derivatives: which weight connects which inputs with which
/// outputs.
///
/// Images with fewer than three spatial axes get leading axes of extent 1.
struct ConvolutionSweep {
    private let batch: Int
    private let group: Int
    private let outputChannels: Int
    private let channelsPerGroup: Int
    private let kernel: [Int]
    private let input: [Int]
    private let output: [Int]
    private let strides: [Int]
    /// For each axis and tap the outputs for which the tap lies inside the image.
    private let reach: [[Range<Int>]]
    /// For each axis and tap the input coordinate of output 0, which may lie outside.
    private let origin: [[Int]]

    /// The number of elements of an output channel.
    var outputPlane: Int { output.reduce(1, *) }

    init(window: SlidingWindow, group: Int, input: Shape, output: Shape) {
        let missing = 3 - window.kernel.count
        func lifted(_ values: some Collection<Int>, _ filler: Int) -> [Int] {
            [Int](repeating: filler, count: missing) + values
        }
        batch = input[0]
        self.group = group
        outputChannels = output[1]
        channelsPerGroup = input[1] / group
        let (kernel, steps) = (lifted(window.kernel, 1), lifted(window.strides, 1))
        let (dilations, pads) = (lifted(window.dilations, 1), lifted(window.padsBegin, 0))
        let extents = lifted(input.dimensions.dropFirst(2), 1)
        let counts = lifted(output.dimensions.dropFirst(2), 1)
        let origin = (0..<3).map { axis in (0..<kernel[axis]).map { $0 * dilations[axis] - pads[axis] } }
        self.kernel = kernel
        self.input = extents
        self.output = counts
        self.origin = origin
        strides = steps
        reach = (0..<3).map { axis in
            origin[axis].map { start in
                // The outputs o with 0 <= start + o · step < extent.
                let step = steps[axis]
                let first = start >= 0 ? 0 : (step - 1 - start) / step
                let end = start >= extents[axis] ? 0 : (extents[axis] - 1 - start) / step + 1
                return min(first, counts[axis])..<max(min(first, counts[axis]), min(end, counts[axis]))
            }
        }
    }

    /// Visits every weight with every row of outputs it contributes to.
    ///
    /// `body` is given the position of the weight, of the first output and of the first input, the number of
    /// outputs in the row, which are neighbours, and the distance of their inputs.
    @inline(__always)
    func forEachRow(_ body: (_ weight: Int, _ output: Int, _ input: Int, _ count: Int, _ step: Int) -> Void) {
        let perGroup = outputChannels / group
        let inputPlane = input.reduce(1, *)
        let (outputPlane, inputChannels) = (outputPlane, channelsPerGroup * group)
        for sample in 0..<batch {
            for channel in 0..<outputChannels {
                let outputBase = (sample * outputChannels + channel) * outputPlane
                let firstInput = channel / perGroup * channelsPerGroup
                for inner in 0..<channelsPerGroup {
                    let inputBase = (sample * inputChannels + firstInput + inner) * inputPlane
                    var weight = (channel * channelsPerGroup + inner) * kernel[0] * kernel[1] * kernel[2]
                    for slice in 0..<kernel[0] {
                        for row in 0..<kernel[1] {
                            for column in 0..<kernel[2] {
                                forEachRow(slice, row, column, outputBase, inputBase) {
                                    output,
                                    input,
                                    count in
                                    body(weight, output, input, count, strides[2])
                                }
                                weight += 1
                            }
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private func forEachRow(
        _ slice: Int,
        _ row: Int,
        _ column: Int,
        _ outputBase: Int,
        _ inputBase: Int,
        _ body: (_ output: Int, _ input: Int, _ count: Int) -> Void
    ) {
        let columns = reach[2][column]
        guard !columns.isEmpty else { return }
        for outputSlice in reach[0][slice] {
            let inputSlice = origin[0][slice] + outputSlice * strides[0]
            for outputRow in reach[1][row] {
                let inputRow = origin[1][row] + outputRow * strides[1]
                let outputStart = outputBase + (outputSlice * output[1] + outputRow) * output[2]
                let inputStart = inputBase + (inputSlice * input[1] + inputRow) * input[2]
                body(
                    outputStart + columns.lowerBound,
                    inputStart + origin[2][column] + columns.lowerBound * strides[2],
                    columns.count
                )
            }
        }
    }
}
