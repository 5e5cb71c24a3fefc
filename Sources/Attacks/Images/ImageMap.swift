/// A linear map between images as a function of samples, wherever those have their channels.
struct ImageMap: DifferentiableFunction {
    /// Where the elements of a sample are.
    let layout: ImageLayout
    /// What happens to each channel.
    let map: BilinearMap

    func value(at point: [Float]) -> [Float] {
        layout.point(ofPlanes: map.value(at: layout.planes(of: point)))
    }

    func pullback(of cotangent: [Float], at point: [Float]) -> [Float] {
        layout.point(ofPlanes: map.pullback(of: layout.planes(of: cotangent), at: point))
    }
}
