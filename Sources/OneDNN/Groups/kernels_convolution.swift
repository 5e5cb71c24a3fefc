import CKernels
import COneDNN

extension kernels_convolution {
    /// How many input channels count as few: a quarter of what lies side by side in a blocked image.
    private static let thin: Int64 = 4
    /// The most pixels of a plane that our kernel for maxima adds into: 128 KiB.
    private static let maximumPlane: Int64 = 2048

    /// The same convolution for our own kernels, or nil if those are not made for it.
    init?(_ sizes: onednn_convolution) {
        guard sizes.rank == 2, sizes.groups == 1, sizes.listed.allSatisfy({ $0.dilation == 1 }) else {
            return nil
        }
        let (vertical, horizontal) = (sizes.axes.0, sizes.axes.1)
        self.init(
            samples: sizes.samples,
            input_channels: sizes.input_channels,
            output_channels: sizes.output_channels,
            input_height: vertical.input,
            input_width: horizontal.input,
            output_height: vertical.output,
            output_width: horizontal.output,
            kernel_height: vertical.kernel,
            kernel_width: horizontal.kernel,
            stride_height: vertical.stride,
            stride_width: horizontal.stride,
            padding_top: vertical.padding_before,
            padding_left: horizontal.padding_before
        )
    }

    /// Whether the images have few channels.
    var isThin: Bool { input_channels <= Self.thin }

    /// Whether a gradient is taken as it comes out of a maximum.
    var takesMaxima: Bool { isThin || input_height * input_width <= Self.maximumPlane }

    /// The convolution of an output's gradient that gives the images' gradient; its stride has to be 1.
    var transposed: kernels_convolution {
        var result = self
        (result.input_channels, result.output_channels) = (output_channels, input_channels)
        (result.input_height, result.output_height) = (output_height, input_height)
        (result.input_width, result.output_width) = (output_width, input_width)
        result.padding_top = kernel_height - 1 - padding_top
        result.padding_left = kernel_width - 1 - padding_left
        return result
    }
}
