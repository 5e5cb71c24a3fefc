import RealModule

/// Looks for the largest radius at which a margin is proved to be positive.
///
/// What a margin loses grows with the radius about as one of its powers does: the first where nothing but
/// affine layers counts, higher ones where more and more neurons switch. So the place where all of it is lost
/// is found on a straight line through two logarithms. An end that stays where it is twice counts half as
/// much each time (the Illinois method: Dowell and Jarratt, "A modified regula falsi method", BIT 11, 1971),
/// and after three times the middle of the logarithms is tried.
package struct CertifiedRadiusSearch {
    /// The largest radius to try, above 0.
    package let maximum: Double
    /// How far the radius may stay below one that failed, relative to that.
    package let precision: Double

    package init(maximum: Double, precision: Double) {
        precondition(maximum > 0 && maximum.isFinite, "the largest radius is finite and above 0")
        precondition(precision > 0 && precision < 1, "the precision lies between 0 and 1")
        self.maximum = maximum
        self.precision = precision
    }

    /// What is known of one sample.
    package struct Result: Equatable {
        /// Whether the first radius was proved.
        package let isFirstProved: Bool
        /// The largest radius that was proved; nil if not even 0 was.
        package let radius: Double?

        package init(isFirstProved: Bool, radius: Double?) {
            self.isFirstProved = isFirstProved
            self.radius = radius
        }
    }

    /// A radius that was tried.
    private struct Point {
        var radius: Double
        /// How large the margin's loss is, as the logarithm of its share of the margin at radius 0.
        var excess: Double
    }

    /// Evaluates margins until the radius is known well enough.
    ///
    /// - Parameters:
    ///   - first: The first radius to try after 0.
    ///   - margin: A number that the margin is not below within a radius.
    /// - Returns: What was proved; a radius of 0 if nothing above `maximum` · 2⁻³⁰ was.
    package func callAsFunction(startingAt first: Double, _ margin: (Double) -> Double) -> Result {
        let whole = margin(0)
        guard whole > 0 else { return Result(isFirstProved: false, radius: nil) }
        var proved = Point(radius: 0, excess: -.infinity)
        var failed: Point?
        // How often in a row the same end has moved.
        var repeats = 0
        var isFirstProved = first == 0
        var candidate = first > 0 ? min(first, maximum) : maximum * 0x1p-10
        // Far more steps than any search takes.
        for _ in 0..<200 {
            let value = margin(candidate)
            let point = Point(radius: candidate, excess: .log(max((whole - value) / whole, 1e-18)))
            if value > 0 {
                if candidate == first { isFirstProved = true }
                repeats = repeats > 0 ? repeats + 1 : 1
                if repeats > 1 { failed?.excess /= 2 }
                proved = point
                if candidate >= maximum { break }
            } else {
                repeats = repeats < 0 ? repeats - 1 : -1
                if repeats < -1 { proved.excess /= 2 }
                failed = point
            }
            guard let failed else {
                candidate = beyond(proved)
                continue
            }
            if failed.radius - proved.radius <= precision * failed.radius { break }
            if proved.radius == 0, failed.radius <= maximum * 0x1p-30 { break }
            if proved.radius == 0 {
                candidate = repeats < -2 ? failed.radius / 16 : below(failed)
            } else if abs(repeats) > 2 {
                candidate = (proved.radius * failed.radius).squareRoot()
            } else {
                candidate = between(proved, failed)
            }
        }
        return Result(isFirstProved: isFirstProved, radius: proved.radius)
    }

    /// A radius between one that was proved and one that failed.
    private func between(_ proved: Point, _ failed: Point) -> Double {
        let (low, high) = (proved.radius, failed.radius)
        // So near an end that the search is over if the answer is as expected.
        let (nearLow, nearHigh) = (low / (1 - 0.9 * precision), high * (1 - 0.9 * precision))
        guard nearLow < nearHigh else { return low + (high - low) / 2 }
        // Where nothing at all can be said the middle has to do.
        let isKnown = failed.excess.isFinite && failed.excess > proved.excess
        let share = isKnown ? proved.excess / (proved.excess - failed.excess) : 0.5
        return min(max(low * .pow(high / low, share), nearLow), nearHigh)
    }

    /// A radius below one that failed, where none was proved: the middle, by logarithms, between that and
    /// where all of the margin would be lost if it fell evenly.
    private func below(_ failed: Point) -> Double {
        guard failed.excess.isFinite else { return failed.radius / 16 }
        let guess = failed.radius * .exp(-failed.excess)
        let isNear = guess > failed.radius / 4
        let middle = isNear ? guess * (1 - precision / 2) : (guess * failed.radius).squareRoot()
        return min(max(middle, failed.radius * 0x1p-12), failed.radius * (1 - 0.9 * precision))
    }

    /// A radius beyond all that were tried, a little past the one where all of the margin will be lost if it
    /// goes on falling evenly.
    private func beyond(_ proved: Point) -> Double {
        let guess = proved.radius * .exp(-proved.excess) * (1 + precision / 2)
        return min(max(guess, proved.radius * (1 + precision)), proved.radius * 16, maximum)
    }
}
