import COneDNN

/// The taps of a kernel along one axis that ever see the image; the others only meet padding.
///
/// Late layers of deep networks read images of 1×1 or 2×2 elements with kernels of 3×3. Leaving out the taps
/// that read nothing but zeros shrinks their weights to as little as a ninth.
struct TapRange {
    /// The taps that see the image, as indices into the kernel.
    let range: Range<Int>
    /// The axis with just these taps.
    let axis: onednn_axis

    /// All taps of an axis if none is idle, if none is of use, or if the image would have to be cut.
    init(_ given: onednn_axis) {
        let used = (0..<given.kernel).filter { tap in
            // A tap reads from its first place on, `stride` apart.
            let first = tap * given.dilation - given.padding_before
            let skipped = first < 0 ? (-first + given.stride - 1) / given.stride : 0
            return skipped < given.output && first + skipped * given.stride < given.input
        }
        var rest = given
        if let first = used.first, let last = used.last {
            rest.kernel = last - first + 1
            rest.padding_before -= first * given.dilation
            // Just what the last output reads.
            rest.padding_after =
                (given.output - 1) * given.stride + (last - first) * given.dilation + 1
                - rest.padding_before - given.input
            rest.padding_after = max(rest.padding_after, 0)
            if rest.padding_before >= 0, Limits.allow(rest) {
                (range, axis) = (Int(first)..<Int(last + 1), rest)
                return
            }
        }
        (range, axis) = (0..<Int(given.kernel), given)
    }
}
