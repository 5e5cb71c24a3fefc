import BulwarkModels
import BulwarkTensors

extension ThreatModel {
    /// One step of projected gradient ascent: along the steepest direction, then to the nearest point that is
    /// both in the ball and in the box.
    ///
    /// Equal, up to rounding, to `project(points + stepSize · norm.steepestDirection(of: gradient), around:
    /// center)`, but written out by norm, since an attack takes this step hundreds of times a sample. For L2
    /// it goes further than that formula: where the box cuts the ball, clamping after the ball stops short of
    /// the nearest point; see `BallStep`.
    ///
    /// - Parameters:
    ///   - points: Points in the ball and in the box, `[N, …]`; moved in place.
    ///   - gradient: The gradient at each point, of the same shape. NaN counts as zero.
    ///   - stepSize: The length of the step, measured by the norm.
    ///   - center: The centres of the balls, inside the box.
    func ascend(_ points: inout Tensor, along gradient: Tensor, stepSize: Float, around center: Tensor) {
        precondition(points.shape == center.shape && points.shape == gradient.shape, "the shapes agree")
        switch norm {
        case .linf:
            let step = CubeStep(stepSize: stepSize, radius: epsilon)
            if bounds.lower.count == 1 {
                step.take(&points, gradient.elements, center.elements, bounds.lower[0], bounds.upper[0])
            } else {
                step.take(&points, gradient.elements, center.elements, bounds.lower, bounds.upper)
            }
        case .l2:
            let (lower, upper) = limits(rowSize: points.rowSize)
            let step = BallStep(stepSize: stepSize, radius: epsilon, lower: lower, upper: upper)
            step.take(&points, gradient.elements, center.elements)
        case .l1, .l0:
            points += stepSize * norm.steepestDirection(of: gradient)
            points = project(points, around: center)
        }
    }

    /// The bounds with one lower and one upper value for each element of a row.
    func limits(rowSize: Int) -> (lower: [Float], upper: [Float]) {
        if bounds.lower.count == rowSize { return (bounds.lower, bounds.upper) }
        precondition(bounds.lower.count == 1, "one interval for all elements or one for each")
        return (
            Array(repeating: bounds.lower[0], count: rowSize),
            Array(repeating: bounds.upper[0], count: rowSize)
        )
    }
}

/// A step along the sign of the gradient and back into an Linf ball, which is a cube, and the box.
private struct CubeStep {
    let stepSize: Float
    let radius: Float

    /// For a box that is the same for every element: one flat loop, which the compiler turns into vector
    /// code.
    func take(
        _ points: inout Tensor,
        _ gradient: Elements,
        _ center: Elements,
        _ lower: Float,
        _ upper: Float
    ) {
        points.mutate { point in
            precondition(gradient.count == point.count && center.count == point.count, "the counts agree")
            for position in 0..<point.count {
                point[position] = moved(point[position], gradient[position], center[position], lower, upper)
            }
        }
    }

    func take(
        _ points: inout Tensor,
        _ gradient: Elements,
        _ center: Elements,
        _ lower: [Float],
        _ upper: [Float]
    ) {
        precondition(
            lower.count == points.rowSize && upper.count == lower.count,
            "one interval for each element"
        )
        points.mutate { point in
            for start in stride(from: 0, to: point.count, by: max(lower.count, 1)) {
                for column in 0..<lower.count {
                    let position = start + column
                    point[position] = moved(
                        point[position],
                        gradient[position],
                        center[position],
                        lower[column],
                        upper[column]
                    )
                }
            }
        }
    }

    /// Without branches: signs and cuts are as good as random, and a wrong guess costs more than the whole
    /// element.
    @inline(__always)
    private func moved(
        _ point: Float,
        _ rise: Float,
        _ center: Float,
        _ lower: Float,
        _ upper: Float
    ) -> Float {
        let signed = Float(bitPattern: stepSize.bitPattern | rise.bitPattern & 0x8000_0000)
        // Neither zero nor NaN is greater than zero.
        var result = point + (abs(rise) > 0 ? signed : 0)
        let (low, high) = (center - radius, center + radius)
        result = result > low ? result : low
        result = result < high ? result : high
        result = result > lower ? result : lower
        return result < upper ? result : upper
    }
}
