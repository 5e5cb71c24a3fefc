import RealModule

/// A number that falls along half a period of a cosine.
///
/// Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (ICLR 2017), equation 5.
struct CosineSchedule {
    /// The value at the first step.
    let first: Float
    /// The value that the last step comes close to.
    let last: Float

    /// The value at one of so many steps, counted from 0.
    func value(at step: Int, of steps: Int) -> Float {
        let share = (1 + Double.cos(.pi * Double(step) / Double(steps))) / 2
        return Float(Double(last) + (Double(first) - Double(last)) * share)
    }
}
