import BulwarkTensors

/// Changes of an image that are made in a smaller image and scaled up.
///
/// Chen et al., "ZOO" (AISec 2017), section 3.3: an upscaling D from few variables to all elements, bilinear here,
/// which keeps the search small where images are large.
package struct AttackSpace {
    /// Where the elements of a sample are.
    package let layout: ImageLayout
    /// The size of the smaller image.
    package let size: BilinearMap.Size
    private let map: BilinearMap

    /// A space of images that have at most so many rows and columns.
    package init(_ layout: ImageLayout, side: Int) {
        self.init(
            layout,
            BilinearMap.Size(height: min(side, layout.rows), width: min(side, layout.columns))
        )
    }

    private init(_ layout: ImageLayout, _ size: BilinearMap.Size) {
        (self.layout, self.size) = (layout, size)
        map = .scaling(size, to: BilinearMap.Size(height: layout.rows, width: layout.columns))
    }

    /// The number of variables.
    package var count: Int { layout.channels * size.pixels }

    /// What some variables change of each element.
    package func changes(_ variables: [Float]) -> [Float] { layout.point(ofPlanes: map.value(at: variables)) }

    /// The derivatives with respect to the variables, from those with respect to the elements.
    package func pullback(_ slopes: [Float]) -> [Float] {
        map.pullback(of: layout.planes(of: slopes), at: [])
    }

    /// The variables that make about the same changes as those of another space.
    package func variables(from other: AttackSpace, _ variables: [Float]) -> [Float] {
        BilinearMap.scaling(other.size, to: size).value(at: variables)
    }
}
