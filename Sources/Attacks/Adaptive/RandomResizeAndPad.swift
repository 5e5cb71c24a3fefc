import BulwarkTensors

/// Shrinks an image to a random size and puts it at a random place on black, or leaves it as it is.
///
/// The input diversity of Xie, Zhang, Zhou, Bai, Wang, Ren and Yuille, "Improving transferability of
/// adversarial examples with input diversity" (CVPR 2019), section 3.2, and, with a probability of 1, the
/// randomisation layer of Xie, Wang, Zhang, Ren and Yuille, "Mitigating adversarial effects through
/// randomization" (ICLR 2018). Both papers enlarge images of 299 pixels to between 299 and 330 and pad to 331
/// or 330, for networks that take any size. A model here takes one size, so the image shrinks by as much and
/// is padded to the size it had. Interpolation is bilinear and the padding is zero.
public struct RandomResizeAndPad: RandomTransformation {
    /// The smallest size, as a share of the image's own.
    public let smallestShare: Float
    /// How likely it is that the image is changed at all.
    public let probability: Float

    /// A distribution of sizes and places.
    ///
    /// - Parameters:
    ///   - smallestShare: The smallest size as a share of the image's own, above 0 and at most 1; 0.9 is that
    ///     of 299 and 330 pixels.
    ///   - probability: How likely it is that the image is changed at all.
    public init(smallestShare: Float = 0.9, probability: Float = 0.5) {
        precondition(smallestShare > 0 && smallestShare <= 1, "a share is above 0 and at most 1")
        precondition(probability >= 0 && probability <= 1, "a probability lies between 0 and 1")
        self.smallestShare = smallestShare
        self.probability = probability
    }

    /// A size and a place, or the identity.
    ///
    /// - Throws: `AttackError.needsImages` for samples without rows and columns.
    public func draw(for shape: Shape, random: inout SeededRandom) throws -> any DifferentiableFunction {
        let layout = try ImageLayout(ofImages: shape, for: "random resize and pad")
        guard random.uniform() < probability else { return IdentityFunction() }
        let window = Self.window(smallestShare, of: layout.size, &random)
        return ImageMap(layout: layout, map: .stretching(.init(layout.size), onto: window, in: layout.size))
    }

    /// A window of random height and place and of the image's own proportions.
    static func window(
        _ smallestShare: Float,
        of size: BilinearMap.Size,
        _ random: inout SeededRandom
    ) -> BilinearMap.Window {
        let smallest = max(Int((Float(size.height) * smallestShare).rounded(.up)), 1)
        let height = random.wholeNumber(in: min(smallest, size.height)...size.height)
        let width = (Double(size.width) * Double(height) / Double(size.height)).rounded()
        let inner = BilinearMap.Size(height: height, width: min(max(Int(width), 1), size.width))
        return BilinearMap.Window(
            top: random.wholeNumber(in: 0...size.height - inner.height),
            left: random.wholeNumber(in: 0...size.width - inner.width),
            size: inner
        )
    }
}

/// Cuts a random window out of an image and enlarges it to the image's size.
///
/// A defence of Guo, Rana, Cisse and van der Maaten, "Countering adversarial images using input
/// transformations" (ICLR 2018), section 4, which Athalye, Carlini and Wagner break by averaging (ICML 2018).
public struct RandomCrop: RandomTransformation {
    /// The smallest size of the window, as a share of the image's own.
    public let smallestShare: Float

    /// A distribution of windows.
    ///
    /// - Parameter smallestShare: The smallest size of a window as a share of the image's own, above 0 and at
    ///   most 1.
    public init(smallestShare: Float) {
        precondition(smallestShare > 0 && smallestShare <= 1, "a share is above 0 and at most 1")
        self.smallestShare = smallestShare
    }

    /// One window.
    ///
    /// - Throws: `AttackError.needsImages` for samples without rows and columns.
    public func draw(for shape: Shape, random: inout SeededRandom) throws -> any DifferentiableFunction {
        let layout = try ImageLayout(ofImages: shape, for: "random crop")
        let window = RandomResizeAndPad.window(smallestShare, of: layout.size, &random)
        return ImageMap(layout: layout, map: .stretching(window, onto: .init(layout.size), in: layout.size))
    }
}
